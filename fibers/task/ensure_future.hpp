// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "fibers/source_location.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/task.hpp"

namespace fibers {

// A future of whatever can be waited for: of a callable the task that create_task() makes of it, a task or
// future as it is, with its type. For templates that take either. Never suspends. Throws as create_task().
// Source: asyncio.ensure_future.
template <detail::FutureLike X>
std::remove_cvref_t<X> ensure_future(X&& future, SourceLocation = SourceLocation::current()) {
    return std::forward<X>(future);
}
template <detail::TaskFunction F>
auto ensure_future(F&& f, SourceLocation where = SourceLocation::current()) {
    return create_task(std::forward<F>(f), {}, where);
}

}  // namespace fibers
