// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/executor.hpp"

#include <stdexcept>

#include "fibers/error.hpp"

namespace fibers {
namespace detail {
namespace {

// Tells a loop that the threads are gone. What they sent before has arrived by then.
class LastNews final : public Crossing {
public:
    using Crossing::Crossing;
    bool has_arrived() const noexcept { return arrived_; }

private:
    void arrived() noexcept override { arrived_ = true; }
    void lost() noexcept override {}

    bool arrived_ = false;
};

// One loop's default executor.
class DefaultExecutor final : public kernel::LoopPart {
public:
    explicit DefaultExecutor(kernel::Scheduler& scheduler) noexcept : scheduler_(scheduler) {}

    ThreadPoolExecutor& get() {
        check_open();
        if (!executor_) {
            executor_ =
                std::make_shared<ThreadPoolExecutor>(ThreadPoolExecutor::default_max_workers(), "fibers");
        }
        return *executor_;
    }
    void set(std::shared_ptr<ThreadPoolExecutor> executor) {
        check_open();
        executor_ = std::move(executor);
    }
    bool ended() {
        closed_ = true;
        if (!executor_) return true;
        if (!last_news_) begin_end();
        if (!last_news_->has_arrived()) return false;
        executor_->shutdown();  // nothing but to join threads that have ended
        executor_.reset();
        return true;
    }

private:
    void check_open() const {
        if (closed_) throw RuntimeError("Executor shutdown has been called");
    }
    void begin_end() {
        executor_->shutdown({.wait = false});
        auto& desk = scheduler_.part<CrossingDesk>();
        last_news_ = std::make_shared<LastNews>(desk.door());
        desk.add(last_news_);
        if (!executor_->workers().end()->tell(last_news_)) last_news_->send();
    }

    kernel::Scheduler& scheduler_;
    std::shared_ptr<ThreadPoolExecutor> executor_;  // null: not made yet, or gone
    std::shared_ptr<LastNews> last_news_;           // null: run() is not ending
    bool closed_ = false;                           // run() is ending
};

}  // namespace

ThreadPoolExecutor& default_executor() {
    return running_scheduler().part<DefaultExecutor>().get();
}

bool default_executor_ended(kernel::Scheduler& scheduler) {
    return scheduler.part<DefaultExecutor>().ended();
}

}  // namespace detail

void set_default_executor(std::shared_ptr<ThreadPoolExecutor> executor) {
    if (!executor) throw std::invalid_argument("executor must be ThreadPoolExecutor instance");
    detail::running_scheduler().part<detail::DefaultExecutor>().set(std::move(executor));
}

}  // namespace fibers
