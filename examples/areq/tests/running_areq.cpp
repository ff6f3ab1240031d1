// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "running_areq.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace areq_test {

namespace {

// Three pages that link to each other, in the directory that is already ours.
std::string make_pages() {
    std::filesystem::create_directory("pages");
    std::ofstream("pages/index.html") << R"(<a href="one.html">1</a> <a href="two.html">2</a>)";
    std::ofstream("pages/one.html") << R"(<a href="two.html#part">2</a> <a href="mailto:a@b">mail</a>)";
    std::ofstream("pages/two.html") << "nothing here leads anywhere";
    return std::filesystem::absolute("pages");
}

}  // namespace

// Each response is held back a little, so that requests made at the same time are under way at the same time.
RunningAreq::RunningAreq() : scratch_(false), stage_(make_pages(), 10) {}

std::unique_ptr<demo::Child> RunningAreq::start(std::vector<std::string> arguments) {
    return demo::start_areq(std::move(arguments), "log", stage_.name_server());
}

int RunningAreq::run(std::vector<std::string> arguments) {
    return start(std::move(arguments))->wait();
}

int RunningAreq::run_without_log(const std::vector<std::string>& arguments) {
    demo::Child::Command command{{"/bin/sh", "-c", R"(exec "$0" "$@" 2>&-)", demo::program("areq")},
                                 {{"FIBERS_DNS_SERVERS", stage_.name_server()}}};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    return demo::Child(command).wait();
}

std::string RunningAreq::log() const {
    std::ostringstream content;
    content << std::ifstream("log").rdbuf();
    return std::move(content).str();
}

std::vector<std::string> RunningAreq::table() const {
    std::vector<std::string> lines;
    std::ifstream file("foundurls.txt");
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

std::string RunningAreq::url(const std::string& path) const {
    return url_at("site01.example", path);
}

std::string RunningAreq::url_at(const std::string& host, const std::string& path) const {
    return "http://" + host + ":" + std::to_string(stage_.site_port()) + path;
}

}  // namespace areq_test
