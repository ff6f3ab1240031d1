// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/debug/resource.hpp"

#include <utility>

#include "fibers/debug/open_resources.hpp"
#include "fibers/kernel/scheduler.hpp"
#include "fibers/report.hpp"

namespace fibers::debug {

Resource::Resource(std::string kind, const SourceLocation& made_at)
    : kind_(std::move(kind)), made_at_(made_at) {
    if (kernel::this_scheduler) kernel::this_scheduler->part<OpenResources>().add(*this);
}

void Resource::closed() noexcept {
    if (owner_) owner_->remove(*this);
}

OpenResources::~OpenResources() {
    while (first_) remove(*first_);
}

void OpenResources::add(Resource& resource) noexcept {
    resource.owner_ = this;
    resource.following_ = first_;
    if (first_) first_->previous_ = &resource;
    first_ = &resource;
}

void OpenResources::remove(Resource& resource) noexcept {
    (resource.previous_ ? resource.previous_->following_ : first_) = resource.following_;
    if (resource.following_) resource.following_->previous_ = resource.previous_;
    resource.previous_ = resource.following_ = nullptr;
    resource.owner_ = nullptr;
}

void OpenResources::report_all() const {
    for (const Resource* at = first_; at; at = at->following_) {
        report("unclosed " + at->kind_ + ", made at " + at->made_at_.file_name() + ":" +
               std::to_string(at->made_at_.line()));
    }
}

}  // namespace fibers::debug
