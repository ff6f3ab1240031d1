// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What stands between a function that users call and our version of it: whose call it is, and the count.
#pragma once

#include "netpatch/calls.hpp"
#include "netpatch/policy.hpp"
#include "netpatch/stream.hpp"

namespace netpatch::dispatch {

// Whether our version answers this call, by the reach that symbols.inc gives it.
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

}  // namespace netpatch::dispatch
