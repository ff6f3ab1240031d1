// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// For promises that only fibers make: bodies as fibers of one loop, patched.
#pragma once

#include <functional>
#include <initializer_list>

#include "netpatch/sockets.hpp"

namespace test {

// Runs the bodies as fibers, in this order, until all have ended. A deadlock or a hang of the loop is the
// test's own: KernelRun throws, ctest's limit ends it.
inline void run_fibers(std::initializer_list<std::function<void()>> bodies) {
    netpatch::patch_all();
    KernelRun loop;
    for (const auto& body : bodies) loop.spawn(body);
    loop.run();
}

// Lets every other fiber run until it waits.
inline void let_fibers_wait() {
    for (int i = 0; i < 5; ++i) fibers::kernel::give_way(fibers::kernel::OnCancel::ignores);
}

// What `call` returned, and errno.
struct Answer {
    long result;  // as the call gave it
    int error;    // errno, if that is -1
    bool operator==(const Answer&) const = default;
};

template <class Call>
Answer answer(Call call) {
    errno = 0;
    const auto result = static_cast<long>(call());
    return {result, result == -1 ? errno : 0};
}

inline std::ostream& operator<<(std::ostream& out, const Answer& answer) {
    return out << answer.result << ' ' << std::strerror(answer.error);
}

// What the report says of one function.
inline netpatch::FunctionCount count_of(std::string_view name) {
    for (const netpatch::FunctionCount& function : netpatch::report().functions) {
        if (function.name == name) return function;
    }
    return {name, 0, 0};
}

// Runs the call; whether it let others run.
template <class Call>
bool waits(std::string_view name, Call call) {
    const auto before = count_of(name).waited;
    call();
    return count_of(name).waited != before;
}

}  // namespace test
