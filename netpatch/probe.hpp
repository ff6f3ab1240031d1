// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The question by which patch_all() finds out whether calls reach us: our shutdown() answers it, libc's says
// EBADF.
#pragma once

namespace netpatch::probe {

inline constexpr const char* function = "shutdown";  // the function that is called
inline constexpr int fd = -0x6e70;                   // no descriptor is negative
inline constexpr int how = 0x6e70;                   // no such way
inline constexpr int answer = 0x6e70;                // libc returns 0 or -1

}  // namespace netpatch::probe
