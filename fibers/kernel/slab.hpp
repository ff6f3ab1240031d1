// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Small objects of a thread, recycled: the shared state of tasks and futures, so that spawning does no
// malloc.
#pragma once

#include <cstddef>

namespace fibers::kernel {

// Storage for `size` bytes, aligned for any scalar. Up to 512 bytes come from the calling thread's free
// lists, larger ones from operator new. Throws std::bad_alloc. Never suspends.
void* slab_allocate(std::size_t size);

// Gives back what slab_allocate(size) gave. Any thread may; the storage then serves that thread.
void slab_free(void* p, std::size_t size) noexcept;

}  // namespace fibers::kernel
