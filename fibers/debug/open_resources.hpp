// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "fibers/kernel/scheduler.hpp"
#include "fibers/source_location.hpp"

namespace fibers::debug {

// What a Resource leaves in the list.
struct OpenResource {
    std::string kind;               // in its users' words
    SourceLocation made_at;         // the user's file and line
    std::atomic<bool> open = true;  // not closed yet; by any thread
};

// One loop's list of what must be closed.
class OpenResources final : public kernel::LoopPart {
public:
    explicit OpenResources(kernel::Scheduler&) noexcept {}

    // Throws std::bad_alloc.
    void add(std::shared_ptr<OpenResource> resource);
    // Reports each that is open.
    void report_all() const;

private:
    std::vector<std::shared_ptr<OpenResource>> list_;  // those that are closed leave when it would grow
};

}  // namespace fibers::debug
