// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "running_areq.hpp"

using areq_test::RunningAreq;
using Catch::Matchers::Contains;
using Catch::Matchers::Matches;
using Lines = std::vector<std::string>;

namespace {

// The processes of areq that run in this test's directory.
int count_areqs() {
    namespace fs = std::filesystem;
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::error_code gone;  // or a zombie, or another's
        if (fs::read_symlink(entry.path() / "cwd", gone) != fs::current_path() || gone) continue;
        std::string name;
        std::getline(std::ifstream(entry.path() / "comm"), name);
        count += name == "areq" ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("pages are fetched, their links written, and areq's lines logged", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run({areq.url("/index.html")}) == 0);
    const auto source = areq.url("/index.html");
    CHECK(areq.table() == Lines{"source_url\tparsed_url", source + "\t" + areq.url("/one.html"),
                                source + "\t" + areq.url("/two.html")});
    const auto log = areq.log();
    CHECK_THAT(log, Contains(" INFO:areq: Got response [200] for URL: " + source + "\n"));
    CHECK_THAT(log, Contains(" INFO:areq: Found 2 links for " + source + "\n"));
    CHECK_THAT(log, Contains(" INFO:areq: Wrote results for source URL: " + source + "\n"));
    CHECK_THAT(log.substr(0, 8), Matches("[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"));
    CHECK_THAT(log, Contains("1 pages, 2 links, 0 errors"));
}

TEST_CASE("with standard error closed the log does not go into the table", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run_without_log({areq.url("/index.html")}) == 0);
    const auto source = areq.url("/index.html");
    CHECK(areq.table() == Lines{"source_url\tparsed_url", source + "\t" + areq.url("/one.html"),
                                source + "\t" + areq.url("/two.html")});
}

TEST_CASE("what a terminal would obey is logged as numbers", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run({"http://127.0.0.1:1/\033[2J\xc2\x9b"
                    "2J\xc3\xa9"}) == 1);
    CHECK_THAT(areq.log(), Catch::Contains("http://127.0.0.1:1/\\x1b[2J\\xc2\\x9b2J\xc3\xa9"));
    CHECK(areq.log().find('\033') == std::string::npos);
}

TEST_CASE("each kind of failure is told with its reason, and the other pages are fetched", "[end-to-end]") {
    RunningAreq areq;
    const demo::DeadPort dead;
    struct Case {
        std::string url;
        std::string reason;
        std::string kind;
    };
    const std::vector<Case> cases = {
        {areq.url("/nowhere.html"), "HTTP 404 Not Found", "HTTP status"},
        {"http://127.0.0.1:" + std::to_string(dead.number()) + "/", "Failed to connect", "refused"},
        {areq.url("/-/reset"), "Connection reset by peer", "reset"},
        {areq.url_at("nowhere.example", "/"), "nowhere.example: Name or service not known", "unknown host"},
        {areq.url_at("broken.example", "/"), "broken.example: Temporary failure in name resolution",
         "name server"},
        {areq.url("/-/never"), "timed out", "too slow"},
        {areq.url("/-/redirect-loop"), "redirects in a circle", "redirects"},
        {areq.url("/-/redirect?to=ftp://x/"), "not an http or https URL", "bad URL"},
        {areq.url("/-/text"), "not HTML but text/plain", "not HTML"},
        {areq.url("/-/big?bytes=100000"), "larger than 50000 bytes", "too big"},
    };
    Lines arguments = {"--timeout", "1", "--retries", "0", "--max-bytes", "50000", areq.url("/one.html")};
    for (const auto& failing : cases) arguments.push_back(failing.url);
    CHECK(areq.run(arguments) == 1);
    const auto log = areq.log();
    for (const auto& failing : cases) {
        CAPTURE(failing.kind);
        const auto line = log.find("ERROR:areq: Could not fetch " + failing.url + ": ");
        REQUIRE(line != std::string::npos);
        CHECK_THAT(log.substr(line, log.find('\n', line) - line), Contains(failing.reason));
        CHECK_THAT(log, Contains(failing.kind + " 1"));
    }
    CHECK_THAT(log, Contains("1 pages, 2 links, 10 errors"));
    CHECK(areq.table().size() == 3);
}

TEST_CASE("redirects are followed and links resolved against where they lead", "[end-to-end]") {
    RunningAreq areq;
    const auto source = areq.url("/-/redirect?to=/one.html");
    CHECK(areq.run({source}) == 0);
    CHECK(areq.table() == Lines{"source_url\tparsed_url", source + "\t" + areq.url("/two.html#part"),
                                source + "\tmailto:a@b"});
}

TEST_CASE("a redirect to another host has its name looked up as any other", "[end-to-end]") {
    RunningAreq areq;
    const auto source = areq.url("/-/redirect?to=" + areq.url_at("site02.example", "/one.html"));
    CHECK(areq.run({source}) == 0);
    CHECK(areq.table().at(1) == source + "\t" + areq.url_at("site02.example", "/two.html#part"));
}

TEST_CASE("redirects are followed so far and no further", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run({"--max-redirects", "0", areq.url("/-/redirect?to=/one.html")}) == 1);
    CHECK_THAT(areq.log(), Contains("more than 0 redirects"));
    CHECK(areq.run({"--max-redirects", "1", areq.url("/-/redirect?to=/one.html")}) == 0);
}

TEST_CASE("what may yet succeed is repeated, what cannot is not", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run({"-v", "--backoff", "0.01", "--retries", "2", areq.url("/-/flaky/2/a")}) == 0);
    CHECK_THAT(areq.log(), Contains("again in 10 ms: HTTP 503 Service Unavailable"));
    CHECK_THAT(areq.log(), Contains("again in 20 ms: HTTP 503 Service Unavailable"));
    CHECK(areq.run({"-v", "--backoff", "0.01", "--retries", "1", areq.url("/-/flaky/2/b")}) == 1);
    CHECK(areq.run({"-v", "--backoff", "0.01", areq.url("/-/status/404")}) == 1);
    CHECK_THAT(areq.log(), !Contains("again in"));
}

TEST_CASE("connections are kept open between requests, and never more than the limit", "[end-to-end]") {
    RunningAreq areq;
    Lines urls;
    for (int i = 0; i < 40; ++i) urls.push_back(areq.url("/two.html?" + std::to_string(i)));
    auto limited = urls;
    limited.insert(limited.begin(), {"--limit", "4", "-q"});
    CHECK(areq.run(limited) == 0);
    CHECK_THAT(areq.log(), Contains("4 connections (at most 4 at once)"));
    auto per_host = urls;
    per_host.insert(per_host.begin(), {"--limit-per-host", "3", "-q"});
    CHECK(areq.run(per_host) == 0);
    CHECK_THAT(areq.log(), Contains("3 connections (at most 3 at once)"));
    auto sequential = urls;
    const auto address = areq.url_at("site01.example", ":127.0.0.1").substr(7);
    sequential.insert(sequential.begin(), {"--sequential", "--resolve", address});
    CHECK(areq.run(sequential) == 0);
    CHECK_THAT(areq.log(), Contains("1 connections (at most 1 at once)"));
}

TEST_CASE("an idle connection gives way to one for another host", "[end-to-end]") {
    RunningAreq areq;
    Lines arguments = {"--limit", "2"};
    for (int host = 1; host <= 5; ++host) {
        arguments.push_back(areq.url_at("site0" + std::to_string(host) + ".example", "/two.html"));
    }
    CHECK(areq.run(arguments) == 0);
    CHECK_THAT(areq.log(), Contains("5 connections (at most 2 at once)"));
}

TEST_CASE("Ctrl-C leaves whole lines, prints the summary and ends with 130", "[end-to-end]") {
    RunningAreq areq;
    const bool sequential = GENERATE(false, true);
    CAPTURE(sequential);
    Lines arguments = {areq.url("/index.html"), areq.url("/-/never")};
    if (sequential) {
        arguments.insert(arguments.begin(), {"--sequential", "--resolve",
                                             areq.url_at("site01.example", ":127.0.0.1").substr(7)});
    }
    const auto running = areq.start(arguments);
    while (areq.table().size() < 3) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    running->signal(SIGINT);
    CHECK(running->wait() == 130);
    CHECK_THAT(areq.log(), Contains("Interrupted: 1 of 2 pages visited"));
    CHECK_THAT(areq.log(), Contains("1 pages, 2 links, 0 errors"));
    CHECK_THAT(areq.log(), !Contains("ERROR"));
    CHECK(areq.table().size() == 3);
}

TEST_CASE("wrong usage ends with 2, help with 0", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run({}) == 2);
    CHECK(areq.run({"--no-such-option"}) == 2);
    CHECK(areq.run({"--resolve", "nonsense", "http://a/"}) == 2);
    CHECK(areq.run({"--limit", "0", "http://a/"}) == 2);
    CHECK(areq.run({"--input", "no-such-file"}) == 2);
    CHECK(areq.run({"--help"}) == 0);
}

TEST_CASE("processes that parse find the same links, side by side or not, and end with Ctrl-C",
          "[end-to-end]") {
    RunningAreq areq;
    const Lines urls = {areq.url("/index.html"), areq.url("/one.html"), areq.url("/two.html")};
    auto arguments = urls;
    CHECK(areq.run(arguments) == 0);
    const auto expected = areq.table();
    CHECK(expected.size() == 5);
    arguments.insert(arguments.begin(), {"--parse-processes", "2"});
    CHECK(areq.run(arguments) == 0);
    auto found = areq.table();
    CHECK(std::set<std::string>(found.begin(), found.end()) ==
          std::set<std::string>(expected.begin(), expected.end()));
    CHECK_THAT(areq.log(), Contains("3 pages, 4 links, 0 errors"));
    arguments.insert(arguments.begin(), {"--regex", "--sequential", "--resolve",
                                         areq.url_at("site01.example", ":127.0.0.1").substr(7)});
    CHECK(areq.run(arguments) == 0);
    CHECK(areq.table() == expected);
    CHECK(areq.run({"--parse-processes", "-1", "http://a/"}) == 2);

    std::filesystem::remove("foundurls.txt");
    const auto running =
        areq.start({"--parse-processes", "2", areq.url("/index.html"), areq.url("/-/never")});
    while (areq.table().size() < 3) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(count_areqs() >= 3);  // itself, the server that forks, and a worker
    running->signal(SIGINT);
    CHECK(running->wait() == 130);
    CHECK_THAT(areq.log(), !Contains("ERROR"));
    while (count_areqs() != 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST_CASE("an output that cannot be written is told", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run({"-o", "no/such/directory", areq.url("/")}) == 1);
    CHECK_THAT(areq.log(), Contains("ERROR:areq: no/such/directory: No such file or directory"));
}

TEST_CASE("the option --insecure warns, and the graph and the figures are written", "[end-to-end]") {
    RunningAreq areq;
    CHECK(areq.run({"--insecure", "--graph", "g.svg", "--stats", "s.json", areq.url("/index.html"),
                    areq.url("/one.html")}) == 0);
    CHECK_THAT(areq.log(), Contains("WARNING:areq: --insecure"));
    CHECK(std::filesystem::file_size("g.svg") > 500);
    CHECK(std::filesystem::file_size("s.json") > 100);
}

TEST_CASE("a proxy from the environment is asked instead of the site", "[end-to-end]") {
    RunningAreq areq;
    // The site takes "GET http://…" as a proxy would, and nobody but the proxy is looked up.
    ::setenv("http_proxy", areq.url_at("127.0.0.1", "").c_str(), 1);
    const int code = areq.run({"http://nowhere.example/one.html"});
    ::setenv("no_proxy", "example", 1);
    const int exempt_code = areq.run({"http://nowhere.example/one.html"});
    ::unsetenv("http_proxy");
    ::unsetenv("no_proxy");
    CHECK(code == 0);
    CHECK(exempt_code == 1);
}
