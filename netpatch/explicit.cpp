// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/explicit.hpp"

#include "netpatch/dispatch.hpp"
#include "netpatch/netpatch.hpp"

namespace netpatch {
namespace {

// Who links these has chosen: there is nothing to switch on.
[[gnu::constructor(102)]] void patch_ourselves() noexcept {
    policy::patched_groups.fetch_or(policy::bits(Groups{}));
}

}  // namespace

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments)                              \
    result name parameters {                                                                          \
        policy::Fiber* const running_fiber = policy::this_fiber;                                      \
        if (!dispatch::ours_##reach(running_fiber, Group::group)) return libc::name arguments;        \
        return dispatch::counted(running_fiber, Symbol::name, [&] { return calls::name arguments; }); \
    }
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second)      \
    result name(type1 first, type2 second, void* argument) {                            \
        policy::Fiber* const running_fiber = policy::this_fiber;                        \
        if (!dispatch::ours_##reach(running_fiber, Group::group))                       \
            return libc::name(first, second, argument);                                 \
        return dispatch::counted(running_fiber, Symbol::name,                           \
                                 [&] { return calls::name(first, second, argument); }); \
    }
#define NETPATCH_FORTIFIED(reach, group, result, name, parameters, arguments)
#include "netpatch/symbols.inc"

}  // namespace netpatch
