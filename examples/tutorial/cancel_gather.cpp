// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One of two inner gathers is cancelled; the outer one takes that for a result and waits for the other.
#include <fmt/ranges.h>

#include <fibers/fibers.hpp>
#include <string>
#include <vector>

#include "support/pace.hpp"

using tutorial::seconds;

std::string f1() {
    fibers::sleep(seconds(2));
    return "f1";
}

std::string f2() {
    fibers::sleep(seconds(2));
    return "f2";
}

int main() {
    fibers::run([] {
        auto group1 = fibers::gather(std::vector{f1, f1});
        auto group2 = fibers::gather(std::vector{f2, f2});
        group1.cancel();
        const auto outcomes = fibers::gather(fibers::return_exceptions, group1, group2).get();
        const auto show = [](const auto& group) {
            try {
                fmt::print("['{}']\n", fmt::join(group.value(), "', '"));
            } catch (const fibers::CancelledError&) {
                fmt::print("CancelledError\n");
            }
        };
        std::apply([&](const auto&... group) { (show(group), ...); }, outcomes);
    });
}
