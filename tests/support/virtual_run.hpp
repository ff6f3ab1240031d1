// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// run() on virtual time, and what the library says meanwhile.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "fibers/debug/test_clock.hpp"
#include "fibers/report.hpp"
#include "fibers/run.hpp"

namespace test {

// fibers::run(f) in which no time really passes.
template <class F>
auto virtual_run(F&& f) {
    fibers::debug::TestClock clock;
    return fibers::run(std::forward<F>(f), {.clock = &clock});
}

// Takes the library's messages while it lives.
class Reports {
public:
    Reports() : previous_(fibers::set_report_handler(&take)) { messages().clear(); }
    ~Reports() { fibers::set_report_handler(previous_); }
    Reports(const Reports&) = delete;
    Reports& operator=(const Reports&) = delete;

    // What was said so far.
    static std::vector<std::string>& messages() {
        static std::vector<std::string> all;
        return all;
    }
    // How many messages contain `text`.
    static int count(const std::string& text) {
        int found = 0;
        for (const std::string& message : messages()) found += message.find(text) != std::string::npos;
        return found;
    }

private:
    static void take(std::string_view message) { messages().emplace_back(message); }
    fibers::ReportHandler previous_;
};

// What a task died of, which may be no std::exception.
template <class Body>
std::string thrown_by(Body&& body) {
    try {
        std::forward<Body>(body)();
    } catch (const fibers::CancelledError& e) {
        return "cancelled: " + e.message();
    } catch (const std::exception& e) {
        return e.what();
    }
    return "nothing";
}

}  // namespace test
