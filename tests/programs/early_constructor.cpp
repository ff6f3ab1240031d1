// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Calls that come before our own constructor ran, from a library's, are libc's.
#include <cstdio>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

extern "C" int early_result;

int main() {
    const int before = early_result;
    netpatch::patch_all();
    const int now = fibers::run([] { return early_result; });
    std::puts(before == 42 && now == 42 ? "good" : "wrong");
}
