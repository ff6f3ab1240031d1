// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The exported symbols, generated from the list. They carry libc's names by assembler label only, so that
// headers' own declarations (attributes, noexcept, macros) cannot disagree with them.
#include <cstdarg>

#include "netpatch/dispatch.hpp"

using namespace netpatch;

extern "C" {

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments)                              \
    [[gnu::visibility("default"), gnu::used]] result netpatch_##name parameters __asm__(#name);       \
    result netpatch_##name parameters {                                                               \
        policy::Fiber* const running_fiber = policy::this_fiber;                                      \
        if (!dispatch::ours_##reach(running_fiber, Group::group)) return libc::name arguments;        \
        return dispatch::counted(running_fiber, Symbol::name, [&] { return calls::name arguments; }); \
    }
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second)              \
    [[gnu::visibility("default"), gnu::used]] result netpatch_##name(type1 first, type2 second, \
                                                                     ...) __asm__(#name);       \
    result netpatch_##name(type1 first, type2 second, ...) {                                    \
        va_list rest;                                                                           \
        va_start(rest, second);                                                                 \
        void* const argument = va_arg(rest, void*);                                             \
        va_end(rest);                                                                           \
        policy::Fiber* const running_fiber = policy::this_fiber;                                \
        if (!dispatch::ours_##reach(running_fiber, Group::group))                               \
            return libc::name(first, second, argument);                                         \
        return dispatch::counted(running_fiber, Symbol::name,                                   \
                                 [&] { return calls::name(first, second, argument); });         \
    }
#define NETPATCH_ALIAS(other, name)          \
    [[gnu::visibility("default"), gnu::used, \
      gnu::alias(#name)]] decltype(netpatch_##name) netpatch_other_##other __asm__(#other);
#include "netpatch/symbols.inc"

}  // extern "C"
