// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/debug/resource.hpp"

#include <utility>

#include "fibers/debug/open_resources.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/report.hpp"

namespace fibers::debug {

Resource::Resource(std::string kind, const SourceLocation& made_at) {
    kernel::Scheduler* const loop = kernel::this_scheduler;
    if (!loop || !loop->observer()) return;
    entry_ = std::make_shared<OpenResource>();
    entry_->kind = std::move(kind);
    entry_->made_at = made_at;
    loop->part<OpenResources>().add(entry_);
}

void Resource::closed() noexcept {
    if (entry_) entry_->open.store(false, std::memory_order_relaxed);
}

void OpenResources::add(std::shared_ptr<OpenResource> resource) {
    if (list_.size() == list_.capacity()) {
        std::erase_if(list_, [](const auto& entry) { return !entry->open.load(std::memory_order_relaxed); });
    }
    list_.push_back(std::move(resource));
}

void OpenResources::report_all() const {
    for (const auto& entry : list_) {
        if (!entry->open.load(std::memory_order_relaxed)) continue;
        report("unclosed " + entry->kind + ", made at " + entry->made_at.file_name() + ":" +
               std::to_string(entry->made_at.line()));
    }
}

}  // namespace fibers::debug
