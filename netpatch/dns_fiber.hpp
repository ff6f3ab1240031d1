// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a fiber keeps of its lookups where libc keeps it for the thread or the process: h_errno, and the
// results of gethostbyname() and gethostbyaddr().
#pragma once

#include <netdb.h>

#include <cstddef>
#include <vector>

#include "fibers/kernel/fiber.hpp"

namespace netpatch::dns {

// Made at a fiber's first lookup of this kind, gone with the fiber.
class FiberResults final : public fibers::kernel::FiberPart {
public:
    int h_error = 0;           // the fiber's h_errno
    hostent entry{};           // what gethostbyname() points to
    std::vector<char> buffer;  // and what that points to
};

// Those of the running fiber; null without memory.
FiberResults* results() noexcept;
// Sets h_errno, the fiber's and (for herror()) the thread's.
void set_h_errno(int value) noexcept;

// Whether a call of getaddrinfo()'s family is ours to answer. Calls of plain threads are not; they are
// counted: a program that looks names up on threads of its own should know.
bool ours() noexcept;

}  // namespace netpatch::dns
