// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The one function through which the library says anything.
#pragma once

#include <string_view>

namespace fibers {

// Takes one message, whole, without a newline at its end. Called on the thread that has something to say;
// must not throw and must not suspend.
using ReportHandler = void (*)(std::string_view message);

// Sets who gets the library's messages and returns the handler it replaces; nullptr sets the default, which
// writes a line to stderr. Never suspends. Any thread.
ReportHandler set_report_handler(ReportHandler handler) noexcept;

// Says something. Never suspends, never throws, never touches stdout. Any thread.
void report(std::string_view message) noexcept;

}  // namespace fibers
