// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/slab.hpp"

#include <pthread.h>

#include <array>
#include <mutex>
#include <new>

namespace fibers::kernel {
namespace {

constexpr std::size_t granule = 64;
constexpr std::size_t largest = 512;
constexpr std::size_t objects_in_chunk = 64;

struct Free {
    Free* next;
};

// Free objects by size, in granules.
using FreeLists = std::array<Free*, largest / granule>;

// What ended threads left behind, for the next thread. Never destroyed: objects are given back until the very
// end.
struct Orphans {
    std::mutex mutex;
    FreeLists lists{};
};
Orphans& orphans() {
    static Orphans& instance = *[] {
        // Else a child forked while another thread holds it would wait for ever.
        pthread_atfork([] { orphans().mutex.lock(); }, [] { orphans().mutex.unlock(); },
                       [] { orphans().mutex.unlock(); });
        return new Orphans;
    }();
    return instance;
}
// Made before main(): see poller_registry.cpp.
[[maybe_unused]] Orphans& made_early = orphans();

// The lists are plain thread-locals, usable before and after the life of the keeper below, which only exists
// to leave them to others.
constinit thread_local FreeLists free_lists{};

struct Keeper {
    ~Keeper() {
        const std::lock_guard lock(orphans().mutex);
        for (std::size_t i = 0; i < free_lists.size(); ++i) {
            while (Free* object = free_lists[i]) {
                free_lists[i] = object->next;
                object->next = orphans().lists[i];
                orphans().lists[i] = object;
            }
        }
    }
};

void refill(std::size_t list) {
    static thread_local Keeper keeper;
    (void)keeper;
    {
        const std::lock_guard lock(orphans().mutex);
        std::swap(free_lists[list], orphans().lists[list]);
    }
    if (free_lists[list]) return;
    const std::size_t size = (list + 1) * granule;
    auto* chunk = static_cast<char*>(::operator new(size* objects_in_chunk));
    for (std::size_t i = objects_in_chunk; i-- > 0;) {
        free_lists[list] = ::new (static_cast<void*>(chunk + i * size)) Free{free_lists[list]};
    }
}

}  // namespace

void* slab_allocate(std::size_t size) {
    if (size > largest) return ::operator new(size);
    const std::size_t list = (size - 1) / granule;
    if (!free_lists[list]) refill(list);
    Free* object = free_lists[list];
    free_lists[list] = object->next;
    return object;
}

void slab_free(void* p, std::size_t size) noexcept {
    if (size > largest) return ::operator delete(p);
    const std::size_t list = (size - 1) / granule;
    free_lists[list] = ::new (p) Free{free_lists[list]};
}

}  // namespace fibers::kernel
