// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_config.hpp"

#include <arpa/inet.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <climits>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <sstream>
#include <utility>

#include "fibers/kernel/fork.hpp"
#include "fibers/net/resolver_file.hpp"

namespace fibers::net {
namespace {

constexpr std::size_t most_servers = 3;
constexpr int most_dots = 15;
constexpr int longest_timeout = 30;
constexpr int most_attempts = 5;
constexpr std::uint16_t dns_port = 53;

// The number behind "name:", held between `least` and `most`; nothing if the option is another one.
std::optional<int> option_value(const std::string& option, const std::string& name, int least, int most) {
    if (!option.starts_with(name + ':')) return std::nullopt;
    return std::clamp(std::atoi(option.c_str() + name.size() + 1), least, most);
}

void set_option(ResolvConf& conf, const std::string& option) {
    if (const auto n = option_value(option, "ndots", 0, most_dots)) conf.ndots = *n;
    if (const auto n = option_value(option, "timeout", 1, longest_timeout))
        conf.timeout = std::chrono::seconds(*n);
    if (const auto n = option_value(option, "attempts", 1, most_attempts)) conf.attempts = *n;
    if (option == "rotate") conf.rotate = true;
    if (option == "use-vc") conf.use_vc = true;
    if (option == "edns0") conf.edns0 = true;
    if (option == "trust-ad") conf.trust_ad = true;
    if (option == "no-tld-query") conf.no_tld_query = true;
    if (option == "no-aaaa") conf.no_aaaa = true;
}

// The domain of this machine's own name, if it has one.
std::vector<std::string> own_domain() {
    char name[HOST_NAME_MAX + 1] = "";
    if (::gethostname(name, sizeof name - 1) != 0) return {};
    const std::string whole = name;
    const auto dot = whole.find('.');
    if (dot == std::string::npos) return {};
    return {whole.substr(dot + 1)};
}

void add_server(ResolvConf& conf, const std::string& text) {
    if (conf.servers.size() == most_servers) return;
    in_addr v4;
    in6_addr v6;
    if (::inet_aton(text.c_str(), &v4) != 0) {  // "127.1", too
        conf.servers.push_back({make_host(AF_INET, &v4), dns_port});
        return;
    }
    // c-ares knows no scope ids of servers: the address is used without.
    const std::string plain = text.substr(0, text.find('%'));
    if (::inet_pton(AF_INET6, plain.c_str(), &v6) == 1)
        conf.servers.push_back({make_host(AF_INET6, &v6), dns_port});
}

// "[NOTFOUND=return !UNAVAIL=continue]" for the source before it.
void set_action(NameSource& source, const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return;
    const bool negated = text.starts_with('!');
    const std::string status = text.substr(negated ? 1 : 0, equals - (negated ? 1 : 0));
    const bool returns = ::strcasecmp(text.c_str() + equals + 1, "return") == 0;
    constexpr const char* statuses[] = {"success", "notfound", "unavail", "tryagain"};
    for (std::size_t i = 0; i < 4; ++i) {
        if ((::strcasecmp(status.c_str(), statuses[i]) == 0) != negated) source.returns[i] = returns;
    }
}

bool parse_multi(const std::string& lines) {
    std::istringstream stream(lines);
    bool multi = false;
    for (std::string line; std::getline(stream, line);) {
        const auto words = words_of(line);
        if (words.size() >= 2 && words[0] == "multi") multi = words[1] == "on";
    }
    return multi;
}

constexpr const char* host_conf = "/etc/host.conf";

// What was read last, and from what.
struct Current {
    std::shared_ptr<const NameConfig> config;  // null: not yet read
    std::vector<FileVersion> versions;         // of the files it was read from
    std::uint64_t options = 0;                 // the options' serial at that time
};

constinit std::mutex mutex;  // guards what is below
[[maybe_unused]] const bool free_in_children = kernel::hold_across_fork<mutex>();

// Made under the mutex, too. Never freed: loops of late threads may still ask.
Current& current() {
    static auto& only = *new Current;
    return only;
}

std::shared_ptr<const NameConfig> read_config(const ResolverOptions& options, std::uint64_t serial) {
    auto config = std::make_shared<NameConfig>();
    config->resolv = parse_resolv_conf(file_contents(options.resolv_conf), std::getenv("RES_OPTIONS"),
                                       std::getenv("LOCALDOMAIN"));
    if (auto servers = parse_servers(options.servers); servers && !servers->empty())
        config->resolv.servers = std::move(*servers);
    if (options.timeout > Duration::zero()) config->resolv.timeout = options.timeout;
    if (options.tries > 0) config->resolv.attempts = options.tries;
    config->sources = parse_nsswitch(file_contents(options.nsswitch));
    config->hosts = options.hosts;
    config->multi = parse_multi(file_contents(host_conf));
    config->serial = serial;
    return config;
}

}  // namespace

ResolvConf parse_resolv_conf(const std::string& lines, const char* options, const char* domain) {
    ResolvConf conf;
    bool searches = false;
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) {
        auto words = words_of(line);
        // Keywords begin in the first column.
        if (words.size() < 2 || line.front() != words[0].front()) continue;
        const std::string keyword = words[0];
        words.erase(words.begin());
        if (keyword == "nameserver") add_server(conf, words[0]);
        if (keyword == "domain") words.resize(1);
        if (keyword == "domain" || keyword == "search") {
            conf.search = words;
            searches = true;
        }
        if (keyword != "options") continue;
        for (const std::string& option : words) set_option(conf, option);
    }
    if (domain) conf.search = words_of(domain);
    if (!domain && !searches) conf.search = own_domain();
    if (conf.servers.empty()) conf.servers.push_back({make_host(AF_INET, "\x7f\0\0\1"), dns_port});
    for (const std::string& option : words_of(options ? options : "")) set_option(conf, option);
    return conf;
}

std::vector<NameSource> parse_nsswitch(const std::string& lines) {
    std::istringstream stream(lines);
    std::vector<NameSource> sources;
    for (std::string line; std::getline(stream, line);) {
        line = line.substr(0, line.find('#'));
        const auto start = line.find_first_not_of(" \t");
        if (start == std::string::npos || line.compare(start, 6, "hosts:") != 0) continue;
        sources.clear();
        std::string rest = line.substr(start + 6);
        for (char& c : rest) {  // "dns[NOTFOUND=return]" is as good as with spaces
            if (c == '[' || c == ']') c = ' ';
        }
        for (const std::string& word : words_of(rest)) {
            if (word.find('=') == std::string::npos) {
                sources.push_back({.name = word});
            } else if (!sources.empty()) {
                set_action(sources.back(), word);
            }
        }
    }
    if (sources.empty()) sources = {{.name = "files"}, {.name = "dns"}};
    return sources;
}

std::uint64_t new_config_serial() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::shared_ptr<const NameConfig> name_config() {
    // What changes while we read is noticed next time: all that tells of changes is looked at first.
    const std::uint64_t serial = options_serial();
    const ResolverOptions options = resolver_options();
    std::vector<FileVersion> versions{FileVersion(options.resolv_conf), FileVersion(options.nsswitch),
                                      FileVersion(host_conf)};
    {
        const std::lock_guard lock(mutex);
        const Current& known = current();
        if (known.config && known.options == serial && known.versions == versions) return known.config;
    }
    Current read{read_config(options, new_config_serial()), std::move(versions), serial};
    const std::lock_guard lock(mutex);
    std::swap(current(), read);
    return current().config;
}

std::vector<std::string> unasked_sources() {
    std::vector<std::string> unasked;
    for (const NameSource& source : name_config()->sources) {
        if (source.name != "files" && source.name != "dns") unasked.push_back(source.name);
    }
    return unasked;
}

}  // namespace fibers::net
