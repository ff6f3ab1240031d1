// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Our versions of the patched functions, one namespace away from libc's: what exports.cpp hands calls to.
// Each lives in the file of its group and behaves as its manual page says, but for what DESIGN.md lists.
#pragma once

#include "netpatch/libc.hpp"

namespace netpatch::calls {

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) result name parameters;
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) \
    result name(type1 first, type2 second, void* argument);
#include "netpatch/symbols.inc"

}  // namespace netpatch::calls
