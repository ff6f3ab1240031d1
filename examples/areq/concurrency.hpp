// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace areq {

/// What stop_if_interrupted() throws in a sequential run. Like fibers::CancelledError, which it throws in a
/// fiber, it is no std::exception, so that handlers for those let it pass.
struct Interrupted {};

/// Runs the program: in a loop whose calls are patched, or as it is. False when Ctrl-C ended it early.
bool run_program(bool sequential, const std::function<void()>& program);

/// Within it, calls `visit` for each URL: side by side in fibers, or one after the other.
void visit_all(const std::vector<std::string>& urls, bool sequential,
               const std::function<void(const std::string&)>& visit);

/// Throws if Ctrl-C asked for the end: after a failure, to know whether that is why.
void stop_if_interrupted();

/// Whether a sequential run has been interrupted. For callbacks of C libraries, which must not throw.
bool was_interrupted() noexcept;

}  // namespace areq
