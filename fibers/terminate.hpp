// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

namespace fibers::detail {

// Puts a handler before the program's std::terminate handler, once: a CancelledError that reached a noexcept
// frame is explained, an uncaught KeyboardInterrupt ends the program as Ctrl-C does. Any thread.
void install_terminate_handler() noexcept;

}  // namespace fibers::detail
