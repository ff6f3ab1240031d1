// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/close_in_use.hpp"

#include <unistd.h>

namespace test {

[[gnu::noinline]] void close_in_use(int fd) {
    ::close(fd);
    __asm__ volatile("");  // no tail call: TSan finds this function by its frame
}

}  // namespace test

extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
    return "race:test::close_in_use\n";
}
