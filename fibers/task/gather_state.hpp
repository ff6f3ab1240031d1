// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The children of a gather() and the rule by which they end it. What depends on their types is in gather.hpp.
#pragma once

#include <deque>
#include <exception>
#include <string>

#include "fibers/source_location.hpp"
#include "fibers/task/done_notice.hpp"
#include "fibers/task/future_state.hpp"

namespace fibers::detail {

// The untyped half of a gather's state.
class GatherGroup {
public:
    // One argument of gather().
    struct Child final : DoneNotice {
        Child(GatherGroup& its_group, Ref<FutureState> its_future, bool is_owned) noexcept
            : group(its_group), future(std::move(its_future)), owned(is_owned) {}
        void arrived() noexcept override { group.child_done(*this); }

        GatherGroup& group;       // whose child it is
        Ref<FutureState> future;  // null once its end has been dealt with
        bool owned;               // a task that gather() made: it is not left running alone
    };

    // `outer`: the other half. Exceptions of children are results if `return_exceptions`.
    GatherGroup(FutureState& outer, bool return_exceptions, const SourceLocation& where) noexcept
        : outer_(outer), return_exceptions_(return_exceptions), created_at_(where) {}
    GatherGroup(const GatherGroup&) = delete;
    GatherGroup& operator=(const GatherGroup&) = delete;

    void add(Ref<FutureState> child, bool owned) { children_.emplace_back(*this, std::move(child), owned); }
    // All have been added.
    void begin() noexcept;
    // asyncio's rule: cancels every child; false if all were done.
    bool cancel(const std::string& message);
    // The handle dies: cancels the children that gather() made and waits for them.
    void abandon() noexcept;

protected:
    ~GatherGroup();

    // Ends the outer future with the children's values or outcomes. May throw.
    virtual void set_results() = 0;
    const std::deque<Child>& children() const noexcept { return children_; }
    std::string details() const;

private:
    void child_done(Child& child) noexcept;
    void settle() noexcept;
    static void let_go(Child& child) noexcept;
    void fail(std::exception_ptr error) noexcept;
    bool owned_are_done() noexcept;
    void cancel_owned();

    FutureState& outer_;
    std::deque<Child> children_;
    std::size_t finished_ = 0;    // children whose end has been dealt with
    std::size_t owned_done_ = 0;  // no child before this one is an owned one that is not done
    std::exception_ptr failure_;  // the first child's, until the owned ones are done
    std::string cancel_message_;
    bool return_exceptions_;
    bool cancel_requested_ = false;
    SourceLocation created_at_;
};

}  // namespace fibers::detail
