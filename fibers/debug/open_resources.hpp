// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/debug/resource.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers::debug {

// One loop's list of what must be closed.
class OpenResources final : public kernel::LoopPart {
public:
    explicit OpenResources(kernel::Scheduler&) noexcept {}
    ~OpenResources() override;

    void add(Resource& resource) noexcept;
    void remove(Resource& resource) noexcept;
    // Reports each that is open.
    void report_all() const;

private:
    Resource* first_ = nullptr;
};

}  // namespace fibers::debug
