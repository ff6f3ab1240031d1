// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The same lookups, asked of libc by plain threads and of us by fibers, on a machine of their own: its own
// resolv.conf, hosts, nsswitch.conf, host.conf and gai.conf, its own addresses, dnsmasq for most answers and
// our own small server for broken, silent and slow ones. Whatever differs has a reason here, or fails.
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <clocale>
#include <iomanip>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "netpatch/fibers_only.hpp"
#include "netpatch/netpatch.hpp"
#include "support/dns_calls.hpp"
#include "support/dnsmasq.hpp"
#include "support/name_server.hpp"
#include "support/own_machine.hpp"

namespace {

using test::Query;

constexpr const char* marker = "FIBERS_NAME_TABLE";  // set in the process that has a machine of its own
constexpr const char* hidden_test = "names: the table on a machine of its own";
constexpr const char* dnsmasq_host = "127.0.0.53";
constexpr const char* broken_host = "127.0.0.66";
constexpr int families[] = {AF_UNSPEC, AF_INET, AF_INET6};

// Lookups under one set of files.
struct Scene {
    std::string title;
    std::vector<std::pair<std::string, std::string>> files;  // in /etc, beside or instead of the usual ones
    std::vector<Query> queries;
    bool slow = false;  // servers are waited for: libc gets a thread a query
    const char* locale = "C.UTF-8";
};

// A difference that is meant to be.
struct Explained {
    const char* scene;   // a part of its title
    const char* query;   // a part of the query's text
    const char* reason;  // why
};
constexpr Explained explained[] = {
    {"one address a name", "'", "libc reads host.conf once a process, we whenever it has changed"},
};

const char* resolv_conf = "nameserver 127.0.0.53\n";

std::vector<Query> each_way(const std::vector<std::string>& names,
                            const std::vector<int>& flags = {0, AI_CANONNAME}) {
    std::vector<Query> queries;
    for (const std::string& name : names) {
        for (const int family : families) {
            for (const int flag : flags) queries.push_back(test::address_query(name, family, flag));
        }
    }
    return queries;
}

template <class... More>
std::vector<Query> together(std::vector<Query> queries, const More&... more) {
    (queries.insert(queries.end(), more.begin(), more.end()), ...);
    return queries;
}

std::string dnsmasq_lines() {
    std::string lines =
        "local=/test/\nlocal=/sub/\nlocal=/dom/\nlocal=/arpa/\n"
        "local=/#/\n"
        "host-record=both.test,10.9.0.7,2001:db8:9::7\n"
        "host-record=four.test,10.9.0.4\n"
        "host-record=six.test,2001:db8:9::6\n"
        "host-record=_under.test,10.9.0.8\n"
        "host-record=xn--bcher-kva.test,10.9.0.9\n"
        "host-record=mapped.test,::ffff:10.9.0.1\n"
        "host-record=single,10.9.0.20\n"
        "host-record=www.sub,10.9.1.1\nhost-record=www.dom,10.9.1.2\n"
        "host-record=a.b.sub,10.9.1.3\nhost-record=a.b,10.9.1.4\n"
        "host-record=six.sub,2001:db8:9::9\nhost-record=six.dom,10.9.1.5\n"
        "cname=alias.test,both.test\ncname=chain.test,alias.test\ncname=dangling.test,nothing.test\n"
        "cname=sixalias.test,six.test\n"
        "txt-record=text.test,\"some text\"\n"
        "mx-host=both.test,mail.test,10\n"
        "ptr-record=4.0.9.10.in-addr.arpa,ptr-four.test\n";
    for (int i = 1; i <= 100; ++i)
        lines += "host-record=many.test,10.9." + std::to_string(i % 4) + '.' + std::to_string(i) + '\n';
    for (const char* address : {"10.9.0.1", "10.1.0.1", "127.0.0.1", "169.254.1.1", "192.0.2.200", "8.8.8.8",
                                "2001:db8:9::1", "2001:db8:1::77", "2001:db8:2::1", "::1", "fd00::3",
                                "fe80::1", "2002::1", "2001::1", "fec0::1", "ff02::1", "::ffff:10.9.0.1"}) {
        lines += std::string("host-record=order.test,") + address + '\n';
    }
    return lines;
}

std::vector<Scene> scenes_of_servers() {
    const std::vector<std::string> names = {
        "both.test",           "four.test",     "six.test",  "alias.test",  "chain.test",
        "dangling.test",       "many.test",     "BOTH.Test", "both.test.",  "unknown.test",
        "_under.test",         "sixalias.test", "text.test", "mapped.test", "a b.test",
        "-dash.test",          "both..test",    "1.2.3.4.5", "single",      std::string(64, 'x') + ".test",
        std::string(300, 'x'), "bücher.test",   "",          ".",           "both.test.."};
    const std::string hosts =
        "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"
        "10.8.0.1 both.test filed f\n10.8.0.2 filed second\n2001:db8:8::1 filed\n"
        "::1 onlysix\n2001:db8:8::2 reallysix\n10.8.0.3 four.test\n::ffff:10.8.0.4 mapped.file\n";
    const std::string filed[] = {"both.test", "filed",       "FILED",     "f",        "second", "onlysix",
                                 "reallysix", "mapped.file", "localhost", "six.test", "unknown"};
    const std::vector<std::string> in_file(std::begin(filed), std::end(filed));
    return {
        {"dnsmasq", {}, each_way(names, {0, AI_CANONNAME, AI_V4MAPPED, AI_V4MAPPED | AI_ALL, AI_ADDRCONFIG})},
        {"IDN",
         {},
         each_way({"bücher.test", "both.test", "b\\252cher.test", "\xff.test", "xn--bcher-kva.test"},
                  {AI_IDN, AI_IDN | AI_CANONNAME, AI_CANONIDN | AI_CANONNAME,
                   AI_IDN | AI_CANONIDN | AI_CANONNAME})},
        {"IDN in the C locale", {}, each_way({"b\u00fccher.test", "both.test"}, {AI_IDN}), false, "C"},
        {"a file of hosts", {{"hosts", hosts}}, each_way(in_file, {0, AI_CANONNAME, AI_V4MAPPED})},
        {"one address a name", {{"hosts", hosts}, {"host.conf", "multi off\n"}}, each_way(in_file)},
        {"long answers offered by EDNS",
         {{"resolv.conf", "nameserver 127.0.0.53\noptions edns0 trust-ad\n"}},
         each_way({"many.test", "both.test"})},
        {"TCP only",
         {{"resolv.conf", "nameserver 127.0.0.53\noptions use-vc\n"}},
         each_way({"many.test", "both.test", "unknown.test"})},
    };
}

std::vector<Scene> scenes_of_searches() {
    const std::vector<std::string> names = {"www", "www.", "a.b", "a.b.", "single", "six", "www.sub", "none"};
    const auto conf = [](const char* rest) { return std::string(resolv_conf) + rest; };
    std::vector<Scene> scenes;
    for (const char* rest :
         {"search sub dom\n", "search dom sub\noptions ndots:2\n", "options ndots:0\nsearch sub\n",
          "domain sub\n", "search .\n", "search sub .\noptions no-tld-query\n", "options no-tld-query\n",
          "search none.sub sub dom\noptions ndots:3 rotate\n"}) {
        scenes.push_back({std::string("searching: ") + rest, {{"resolv.conf", conf(rest)}}, each_way(names)});
    }
    const std::vector<std::string> asked = {"both.test", "four.test", "unknown.test", "onlyfile"};
    const std::string hosts = "10.8.0.1 both.test\n10.8.0.2 onlyfile\n";
    for (const char* sources :
         {"dns files", "files", "dns", "dns [NOTFOUND=return] files", "files [NOTFOUND=return] dns",
          "dns [!UNAVAIL=return] files", "files [SUCCESS=continue] dns"}) {
        scenes.push_back({std::string("nsswitch.conf: hosts: ") + sources,
                          {{"hosts", hosts}, {"nsswitch.conf", std::string("hosts: ") + sources + '\n'}},
                          each_way(asked)});
    }
    scenes.push_back({"no nsswitch.conf line", {{"nsswitch.conf", "passwd: files\n"}}, each_way(asked)});
    return scenes;
}

std::vector<Scene> scenes_of_trouble() {
    const auto broken = [](const char* rest) {
        return "nameserver 127.0.0.66\noptions timeout:1 attempts:1\n" + std::string(rest);
    };
    std::vector<std::string> names;
    for (const char* word : {"servfail", "refused", "notimp", "formerr", "cut"}) {
        for (const char* which : {"", "-a", "-aaaa"}) names.push_back(word + std::string(which) + ".test");
    }
    const std::vector<std::string> silent = {"silent.test", "silent-a.test", "silent-aaaa.test"};
    return {
        {"servers that fail", {{"resolv.conf", broken("")}}, each_way(names)},
        {"servers that fail, searched",
         {{"resolv.conf", broken("search sub test\n")}},
         each_way({"servfail", "both", "refused"}, {0})},
        {"nobody answers", {{"resolv.conf", broken("")}}, each_way(silent), true},
        {"only the first name has no answer",
         {{"resolv.conf", broken("search sub test\n")}},
         each_way({"silent-here.com", "servfail-here.com", "refused-here.com", "both.com"}),
         true},
        {"only the first domain fails",
         {{"resolv.conf", broken("search com sub test\n")}},
         each_way({"servfail-here", "refused-here", "notimp-here"})},
        {"only the first name has no answer, and there is a file behind",
         {{"resolv.conf", broken("search sub test\n")},
          {"nsswitch.conf", "hosts: dns [UNAVAIL=return] files\n"},
          {"hosts", "10.8.0.1 silent-here.com servfail-here.com\n"}},
         each_way({"silent-here.com", "servfail-here.com"}),
         true},
        {"nobody is there",
         {{"resolv.conf", "nameserver 127.0.0.99\noptions timeout:1 attempts:1\n"}},
         each_way({"both.test", "unknown"})},
        {"the first server is not there",
         {{"resolv.conf", "nameserver 127.0.0.99\nnameserver 127.0.0.53\n"}},
         each_way({"both.test", "unknown.test"})},
        {"the first server fails",
         {{"resolv.conf", "nameserver 127.0.0.66\nnameserver 127.0.0.53\noptions timeout:1\n"}},
         each_way({"servfail.test", "silent.test"}),
         true},
        {"nobody is there but the file",
         {{"resolv.conf", "nameserver 127.0.0.99\n"},
          {"nsswitch.conf", "hosts: dns [!UNAVAIL=return] files\n"},
          {"hosts", "10.8.0.1 both.test\n"}},
         each_way({"both.test", "unknown.test"})},
    };
}

std::vector<Scene> scenes_of_order() {
    auto queries = each_way({"order.test", "both.test", "many.test", "localhost"}, {0, AI_ADDRCONFIG});
    const std::pair<std::string, std::string> hosts{"hosts", test::mixed_hosts()};
    for (const auto& name : test::mixed_names()) queries.push_back(test::address_query(name, AF_UNSPEC, 0));
    std::vector<Scene> scenes = {{"order, by default", {hosts}, queries}};
    for (const char* conf :
         {"precedence ::ffff:0:0/96 100\n",
          "precedence ::1/128 50\nprecedence ::/0 40\nprecedence 2002::/16 30\n"
          "precedence ::/96 20\nprecedence ::ffff:0:0/96 100\n",
          "label ::1/128 0\nlabel ::/0 1\nlabel 2001:db8:9::/48 9\n", "precedence ::ffff:0:0/96 40\n",
          "label ::/0\n", "scopev4 ::ffff:169.254.0.0/112 2\nscopev4 ::ffff:10.0.0.0/104 5\n",
          "scopev4 127.0.0.0/8 14\nscopev4 0.0.0.0/0 5\n"}) {
        const std::string lines = std::string("reload yes\n") + conf;
        scenes.push_back({std::string("gai.conf: ") + conf, {hosts, {"gai.conf", lines}}, queries});
    }
    return scenes;
}

std::vector<Scene> scenes_of_other_calls() {
    std::vector<Query> queries;
    for (const char* name : {"both.test", "six.test", "chain.test", "many.test", "unknown.test",
                             "dangling.test", "1.2.3.4", "1.2.3.4.5", "::1", "fe80::1", "1.2.3.4.", "127.1",
                             "0x7f.1", "a b", "localhost", "text.test", "", "filed", "-dash"}) {
        for (const int family : {AF_INET, AF_INET6}) queries.push_back(test::host_query(name, family));
        for (const int type : {1, 28, 15, 16, 255}) queries.push_back(test::record_query(name, type));
    }
    for (const char* address :
         {"10.9.0.4", "10.9.0.7", "10.9.9.9", "127.0.0.1", "::1", "2001:db8:9::7", "10.8.0.1",
          "::ffff:10.9.0.4", "::10.9.0.4", "2001:db8::99", "::", "0.0.0.0"}) {
        queries.push_back(test::by_address_query(address));
        for (const int flags : {0, NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST, NI_NUMERICSERV | NI_DGRAM})
            queries.push_back(test::name_query(address, flags));
    }
    const std::string hosts =
        "127.0.0.1 localhost.test localhost\n::1 localhost\n10.8.0.1 both.test filed f\n10.8.0.2 filed\n";
    return {{"gethostbyname, gethostbyaddr, getnameinfo, res_search", {{"hosts", hosts}}, queries}};
}

// Everything but the machine's addresses, before each scene.
void lay_out(const test::OwnMachine& machine, const Scene& scene) {
    std::vector<std::pair<std::string, std::string>> files = {
        {"resolv.conf", resolv_conf},
        {"hosts", "127.0.0.1 localhost\n::1 localhost\n"},
        {"nsswitch.conf", "hosts: files dns\n"},
        {"host.conf", "multi on\n"},
        {"gai.conf", "reload yes\n"}};
    files.insert(files.end(), scene.files.begin(), scene.files.end());
    for (const auto& [name, text] : files) machine.write(name, text);
}

std::vector<std::string> ask_libc(const Scene& scene) {
    std::vector<std::string> answers(scene.queries.size());
    std::vector<std::thread> threads;
    const auto ask = [&](std::size_t from, std::size_t step) {
        for (std::size_t i = from; i < answers.size(); i += step) answers[i] = test::ask(scene.queries[i]);
    };
    const std::size_t count = scene.slow ? answers.size() : 1;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back(ask, i, count);
    for (std::thread& thread : threads) thread.join();
    return answers;
}

// So many at once: dnsmasq takes only twenty connections by TCP.
constexpr std::size_t at_once = 16;

std::vector<std::string> ask_fibers(const Scene& scene) {
    std::vector<std::string> answers(scene.queries.size());
    std::size_t next = 0;
    test::KernelRun loop;
    for (std::size_t i = 0; i < (scene.slow ? answers.size() : at_once); ++i) {
        loop.spawn([&] {
            while (next < answers.size()) {
                const std::size_t mine = next++;
                answers[mine] = test::ask(scene.queries[mine]);
            }
        });
    }
    loop.run();
    return answers;
}

struct Figures {
    int queries = 0;
    int equal = 0;
    int explained = 0;
    int unexplained = 0;
};

void compare(const Scene& scene, Figures& figures) {
    const auto libcs = ask_libc(scene);
    const auto ours = ask_fibers(scene);
    for (std::size_t i = 0; i < ours.size(); ++i) {
        ++figures.queries;
        if (ours[i] == libcs[i]) {
            ++figures.equal;
            continue;
        }
        const std::string query = test::to_text(scene.queries[i]);
        const char* reason = nullptr;
        for (const Explained& each : explained) {
            if (scene.title.find(each.scene) != std::string::npos &&
                query.find(each.query) != std::string::npos)
                reason = each.reason;
        }
        ++(reason ? figures.explained : figures.unexplained);
        std::cout << (reason ? "explained: " : "UNEXPLAINED: ") << scene.title << ": " << query << "\n  libc "
                  << libcs[i] << "\n  ours " << ours[i] << '\n';
        if (reason) std::cout << "  because " << reason << '\n';
    }
}

bool answers(const char* name) {
    for (int i = 0; i < 200; ++i) {
        if (test::ask(test::address_query(name, AF_INET, 0)).find("10.9.") != std::string::npos) return true;
        ::usleep(20'000);
    }
    return false;
}

}  // namespace

// Runs in a process of its own, which the test below starts.
TEST_CASE(hidden_test, "[.]") {
    if (!::getenv(marker)) return;
    test::OwnMachine machine;
    const std::string why_not = machine.enter(
        {"10.9.0.2/24", "10.1.0.2/16", "2001:db8:9::2/64", "2001:db8:1::2/64 preferred_lft 0", "fd00::2/64"});
    if (!why_not.empty()) {
        std::cout << "SKIPPED: no machine of its own here: " << why_not << '\n';
        return;
    }
    netpatch::patch_all();
    test::Dnsmasq dnsmasq(dnsmasq_lines(), dnsmasq_host, 53);
    test::NameServer broken(broken_host, 53);
    for (const char* name :
         {"servfail-a.test", "servfail-aaaa.test", "refused-a.test", "refused-aaaa.test", "notimp-a.test",
          "notimp-aaaa.test", "formerr-a.test", "formerr-aaaa.test", "cut-a.test", "cut-aaaa.test",
          "silent-a.test", "silent-aaaa.test", "both.test", "servfail-here.sub.test", "servfail-here.test"}) {
        broken.add(name, test::Record::a, "10.9.0.7");
        broken.add(name, test::Record::aaaa, "2001:db8:9::7");
    }
    lay_out(machine, {});
    const bool served = answers("both.test");
    if (!served && !dnsmasq.runs()) {
        std::cout << "SKIPPED: dnsmasq does not run on a machine of its own here: try as root\n";
        return;
    }
    REQUIRE(served);
    Figures figures;
    for (const auto& scenes : {scenes_of_servers(), scenes_of_searches(), scenes_of_trouble(),
                               scenes_of_order(), scenes_of_other_calls()}) {
        for (const Scene& scene : scenes) {
            lay_out(machine, scene);
            std::setlocale(LC_ALL, scene.locale);
            const auto begin = std::chrono::steady_clock::now();
            compare(scene, figures);
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            std::cout << std::fixed << std::setprecision(2) << took.count() << " s " << scene.queries.size()
                      << " lookups: " << scene.title << '\n';
        }
    }
    std::cout << "names: queries " << figures.queries << ", equal " << figures.equal << ", explained "
              << figures.explained << ", unexplained " << figures.unexplained << std::endl;
    CHECK(figures.unexplained == 0);
    CHECK(figures.queries >= 120);
}

TEST_CASE("names: libc and fibers give the same answers") {
    if (!test::has_dnsmasq()) {
        WARN("no dnsmasq here (package dnsmasq-base): nothing compared");
        return;
    }
    const std::string output = test::output_on_own_machine(marker, hidden_test);
    if (const auto skipped = output.find("SKIPPED"); skipped != std::string::npos) {
        WARN(output.substr(skipped, output.find('\n', skipped) - skipped));
        return;
    }
    INFO(output);
    const auto figures = output.find("names: queries");
    REQUIRE(figures != std::string::npos);
    std::cout << output.substr(figures, output.find('\n', figures) - figures) << std::endl;
    CHECK(output.ends_with("exit code 0\n"));
}
