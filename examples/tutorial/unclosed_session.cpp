// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A session that nobody closed is reported with the line that made it, in debug mode or not. The end of its
// scope would close it: this one's comes after the loop's end.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <memory>
#include <netpatch/netpatch.hpp>
#include <string_view>

#include "http/session.hpp"
#include "support/web.hpp"

int marked = 0;

void on_report(std::string_view message) {
    const auto what = message.substr(0, message.find(", made at "));
    const auto place = fmt::format("unclosed_session.cpp:{}:", marked);
    const bool found = message.find(place) != std::string_view::npos;
    fmt::print("{}, made in the marked line: {}\n", what, found ? "True" : "False");
}

int main() {
    netpatch::patch_all();
    fibers::set_report_handler(on_report);
    std::unique_ptr<http::Session> session;
    fibers::run([&] {
        marked = __LINE__ + 1;
        session.reset(new http::Session);
        const auto response = session->get(tutorial::page("/about.html"));
        fmt::print("Got {}, and nobody closes the session\n", response.status);
    });
}
