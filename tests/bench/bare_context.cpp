// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "bare_context.hpp"

#include <boost/context/detail/fcontext.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace bench {
namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

constexpr std::size_t stack_size = 16 * 1024;

/// Tops of stacks at addresses that do not fall into the same sets of the cache.
class Stacks {
public:
    explicit Stacks(std::size_t count) : memory_(new std::byte[count * stride]) {}
    [[nodiscard]] void* top(std::size_t index) const { return memory_.get() + index * stride + stack_size; }

private:
    static constexpr std::size_t stride = stack_size + 64 * 5;
    std::unique_ptr<std::byte[]> memory_;
};

struct Ring {
    std::vector<fcontext_t> contexts;  // where each left off
    std::size_t current = 0;
    std::size_t left = 0;             // jumps to go
    fcontext_t home = nullptr;        // where the measurement goes on
    fcontext_t* left_here = nullptr;  // whoever lands notes here where the one before it stopped
};

void pass_on(Ring& ring) {
    ring.left_here = &ring.contexts[ring.current];
    if (++ring.current == ring.contexts.size()) ring.current = 0;
    const transfer_t from = jump_fcontext(ring.contexts[ring.current], &ring);
    *ring.left_here = from.fctx;
}

void member(transfer_t from) {
    auto& ring = *static_cast<Ring*>(from.data);
    *ring.left_here = from.fctx;
    while (ring.left-- > 0) pass_on(ring);
    jump_fcontext(ring.home, nullptr);
}

double nanoseconds_each(std::chrono::steady_clock::duration elapsed, std::size_t count) {
    return std::chrono::duration<double, std::nano>(elapsed).count() / static_cast<double>(count);
}

}  // namespace

double bare_switch(int contexts, int rounds) {
    const auto count = static_cast<std::size_t>(contexts);
    const Stacks stacks(count);
    Ring ring;
    for (std::size_t i = 0; i < count; ++i)
        ring.contexts.push_back(make_fcontext(stacks.top(i), stack_size, member));
    ring.left = count * static_cast<std::size_t>(rounds);
    ring.left_here = &ring.home;
    const std::size_t jumps = ring.left;
    const auto start = std::chrono::steady_clock::now();
    jump_fcontext(ring.contexts[0], &ring);
    return nanoseconds_each(std::chrono::steady_clock::now() - start, jumps);
}

double bare_spawn(int spawns) {
    const Stacks stacks(1);
    const auto nothing = [](transfer_t from) { jump_fcontext(from.fctx, nullptr); };
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < spawns; ++i)
        jump_fcontext(make_fcontext(stacks.top(0), stack_size, nothing), nullptr);
    return nanoseconds_each(std::chrono::steady_clock::now() - start, static_cast<std::size_t>(spawns));
}

}  // namespace bench
