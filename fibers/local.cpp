// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/local.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include "fibers/kernel/fiber.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers::detail {
namespace {

struct Local {
    std::uint64_t key;                  // of the FiberLocal
    std::unique_ptr<LocalValue> value;  // this fiber's
};

// The values of one fiber or thread.
class Locals final : public kernel::FiberPart {
public:
    // The newest first.
    ~Locals() override {
        while (!values_.empty()) {
            const Local last = std::move(values_.back());
            values_.pop_back();
        }
    }

    LocalValue* find(std::uint64_t key) noexcept {
        const auto at = place_of(key);
        return at == values_.end() ? nullptr : at->value.get();
    }
    LocalValue& add(std::uint64_t key, std::unique_ptr<LocalValue> value) {
        values_.push_back({key, std::move(value)});
        return *values_.back().value;
    }
    bool remove(std::uint64_t key) noexcept {
        const auto at = place_of(key);
        if (at == values_.end()) return false;
        const std::unique_ptr<LocalValue> removed = std::move(at->value);
        values_.erase(at);
        return true;
    }

private:
    std::vector<Local>::iterator place_of(std::uint64_t key) noexcept {
        return std::find_if(values_.begin(), values_.end(),
                            [key](const Local& local) { return local.key == key; });
    }
    std::vector<Local> values_;  // few
};

Locals& of_thread() noexcept {
    static thread_local Locals locals;
    return locals;
}

// This code's; null if it has none.
Locals* current() noexcept {
    return kernel::this_fiber ? kernel::this_fiber->parts.find<Locals>() : &of_thread();
}

}  // namespace

std::uint64_t new_local_key() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

LocalValue* find_local(std::uint64_t key) noexcept {
    Locals* const locals = current();
    return locals ? locals->find(key) : nullptr;
}

LocalValue& add_local(std::uint64_t key, std::unique_ptr<LocalValue> value) {
    Locals& locals = kernel::this_fiber ? kernel::this_fiber->parts.get<Locals>() : of_thread();
    return locals.add(key, std::move(value));
}

bool remove_local(std::uint64_t key) noexcept {
    Locals* const locals = current();
    return locals && locals->remove(key);
}

}  // namespace fibers::detail
