// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace areq {

/// Counts the threads of this process and keeps the highest count. Cheap enough to be called at every turn.
void note_threads() noexcept;

/// The highest count so far.
std::size_t threads_at_peak() noexcept;

}  // namespace areq
