// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The exported symbols, generated from the list. They carry libc's names by assembler label only, so that
// headers' own declarations (attributes, noexcept, macros) cannot disagree with them.
#include <cstdarg>

#include "netpatch/calls.hpp"
#include "netpatch/policy.hpp"

using namespace netpatch;

namespace {

// Whether our version answers this call.
inline bool ours_fiber(policy::Fiber* fiber, Group group) noexcept {
    return fiber && policy::cooperates(*fiber, group);
}
inline bool ours_everywhere(policy::Fiber*, Group group) noexcept {
    return policy::patched(group);
}
inline bool ours_always(policy::Fiber*, Group) noexcept {
    return true;
}

// Runs one call, counted if a fiber makes it.
template <class Call>
inline auto counted(policy::Fiber* fiber, Symbol symbol, Call call) {
    if (!fiber) return call();
    const policy::Counted count(*fiber, symbol);
    return call();
}

}  // namespace

extern "C" {

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments)                        \
    [[gnu::visibility("default"), gnu::used]] result netpatch_##name parameters __asm__(#name); \
    result netpatch_##name parameters {                                                         \
        policy::Fiber* const running_fiber = policy::this_fiber;                                \
        if (!ours_##reach(running_fiber, Group::group)) return libc::name arguments;            \
        return counted(running_fiber, Symbol::name, [&] { return calls::name arguments; });     \
    }
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second)                         \
    [[gnu::visibility("default"), gnu::used]] result netpatch_##name(type1 first, type2 second,            \
                                                                     ...) __asm__(#name);                  \
    result netpatch_##name(type1 first, type2 second, ...) {                                               \
        va_list rest;                                                                                      \
        va_start(rest, second);                                                                            \
        void* const argument = va_arg(rest, void*);                                                        \
        va_end(rest);                                                                                      \
        policy::Fiber* const running_fiber = policy::this_fiber;                                           \
        if (!ours_##reach(running_fiber, Group::group)) return libc::name(first, second, argument);        \
        return counted(running_fiber, Symbol::name, [&] { return calls::name(first, second, argument); }); \
    }
#include "netpatch/symbols.inc"
#undef NETPATCH_CALL
#undef NETPATCH_VARIADIC

}  // extern "C"
