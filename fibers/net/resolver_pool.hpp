// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A few threads for libc's lookups.
#pragma once

#include <functional>

#include "fibers/kernel/park.hpp"
#include "fibers/net/resolver.hpp"

namespace fibers::net {

// Runs `work` on a thread of the pool while the fiber waits, or (ResolverMode::block) at once. False: a
// cancellation was answered and the work abandoned; if it had begun it still runs, so it must own what it
// uses. Suspends unless blocking; notices cancellation. Throws CancelledError, std::bad_alloc, ResourceError
// if there is no thread.
bool run_in_libc(std::function<void()> work, ResolverMode mode, kernel::OnCancel on_cancel);

// Whether this is one of the pool's threads.
bool on_pool_thread() noexcept;

}  // namespace fibers::net
