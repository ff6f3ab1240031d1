// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/concurrent_state.hpp"

#include <algorithm>

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/error_context.hpp"
#include "fibers/kernel/park.hpp"

namespace fibers::detail {
namespace {

std::string cancel_message(const FutureState& cancelled) {
    try {
        std::rethrow_exception(cancelled.peek_error());
    } catch (const CancelledError& e) {
        return e.message();
    } catch (...) {
        return {};
    }
}

}  // namespace

// What is posted to the loop of a fiber that waits. The fiber may be gone by then, and the loop, too.
struct ConcurrentState::Waiter final : kernel::Runnable {
    Waiter(std::shared_ptr<LoopState> its_loop, FiberWait& its_wait) noexcept
        : Runnable(
              [](Runnable& item) noexcept {
                  auto& self = static_cast<Waiter&>(item);
                  const std::shared_ptr<Waiter> kept = std::move(self.posted);
                  self.arrived();
              },
              true),
          loop(std::move(its_loop)),
          wait(&its_wait) {}
    void arrived() noexcept;
    // Tells the fiber, from any thread. At most once.
    static void tell(std::shared_ptr<Waiter> waiter) noexcept {
        Waiter& it = *waiter;
        it.posted = std::move(waiter);
        if (!it.loop->post(it)) const auto unheard = std::move(it.posted);
    }

    const std::shared_ptr<LoopState> loop;  // the fiber's
    FiberWait* wait;                        // of the fiber's thread; null once the wait is over
    std::shared_ptr<Waiter> posted;         // itself, while it is on its way
};

// A fiber's wait, which a loop other than its own may end.
class ConcurrentState::FiberWait final : public kernel::Wait {
public:
    FiberWait(ConcurrentState& state, const std::shared_ptr<LoopState>& loop)
        : Wait("a ConcurrentFuture"), waiter(std::make_shared<Waiter>(loop, *this)), state_(state) {
        // Somebody else's doing: this loop is not deadlocked, and its clock does not jump.
        if (external()) loop->scheduler().add_external(+1);
    }
    ~FiberWait() {
        unlink();
        if (external()) waiter->loop->scheduler().add_external(-1);
    }
    bool external() const noexcept override { return state_.owner_ != waiter->loop; }

    const std::shared_ptr<Waiter> waiter;

private:
    void unlink() noexcept override {
        if (std::exchange(waiter->wait, nullptr)) state_.remove(*waiter);
    }
    ConcurrentState& state_;
};

void ConcurrentState::Waiter::arrived() noexcept {
    if (wait) kernel::unpark(std::exchange(wait, nullptr)->fiber());
}

bool ConcurrentState::finish(FutureStatus status, std::exception_ptr error, std::string message) noexcept {
    std::vector<std::shared_ptr<Waiter>> waiters;
    {
        const std::lock_guard lock(mutex_);
        if (done()) return false;
        error_ = std::move(error);
        message_ = std::move(message);
        status_.store(status, std::memory_order_release);
        waiters.swap(waiters_);
        // Under the lock: a waiting thread may let go of the state as soon as it sees the status.
        ended_.notify_all();
    }
    for (auto& waiter : waiters) Waiter::tell(std::move(waiter));
    return true;
}

bool ConcurrentState::finish_cancelled(const std::string& message) noexcept {
    return finish(FutureStatus::cancelled, nullptr, message);
}

void ConcurrentState::finish_closed() noexcept {
    if (!finish_error(std::make_exception_ptr(RuntimeError("Event loop is closed")))) return;
    observed_.store(true, std::memory_order_relaxed);
}

bool ConcurrentState::cancel(const std::string& message) {
    const Ref<ConcurrentState> kept(this);
    if (!finish_cancelled(message)) return false;
    try {
        Loop(owner_).call_soon_threadsafe([kept, message] {
            if (kept->source) kept->source->cancel(message);
        });
    } catch (const RuntimeError&) {  // closed: there is nothing left to cancel
    }
    return true;
}

TimePoint ConcurrentState::now() {
    if (kernel::this_scheduler) return kernel::this_scheduler->now();
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
}

bool ConcurrentState::wait(TimePoint deadline) {
    if (done()) return true;
    const Ref<ConcurrentState> kept(this);
    if (kernel::this_scheduler) return wait_in_fiber(deadline);
    std::unique_lock lock(mutex_);
    const auto is_done = [this] { return done(); };
    if (deadline != never) return ended_.wait_until(lock, deadline, is_done);
    ended_.wait(lock, is_done);
    return true;
}

bool ConcurrentState::wait_in_fiber(TimePoint deadline) {
    kernel::Fiber& self = kernel::running_fiber();
    LoopState* const loop = LoopState::of(self.scheduler);
    if (!loop) throw RuntimeError("no running event loop: call this inside fibers::run()");
    kernel::Wake wake = kernel::Wake::ready;
    {
        FiberWait wait(*this, loop->shared_from_this());
        {
            const std::lock_guard lock(mutex_);
            if (done()) return true;
            waiters_.push_back(wait.waiter);
        }
        wake = kernel::park(wait, deadline);
    }
    if (wake == kernel::Wake::cancelled) {
        cancel(self.cancel_message);
        kernel::throw_cancelled();
    }
    return done();
}

void ConcurrentState::remove(const Waiter& waiter) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiters_, [&](const auto& other) { return other.get() == &waiter; });
}

void ConcurrentState::throw_unless_value() {
    if (status() == FutureStatus::value) return;
    if (const std::exception_ptr it = error()) std::rethrow_exception(it);
}

std::exception_ptr ConcurrentState::error() {
    // Each reader gets a CancelledError of its own: it may be changed.
    if (status() == FutureStatus::cancelled) throw CancelledError(message_);
    observed_.store(true, std::memory_order_relaxed);
    return error_;
}

void ConcurrentState::dispose() noexcept {
    if (status() == FutureStatus::error && !observed_.load(std::memory_order_relaxed)) {
        report_error({"ConcurrentFuture exception was never retrieved", error_});
    }
    delete this;
}

ConcurrentSource::ConcurrentSource(Ref<FutureState> from, Ref<ConcurrentState> to)
    : CloseListener(*to->owner()), from_(std::move(from)), to_(std::move(to)) {
    to_->source = this;
}

ConcurrentSource::~ConcurrentSource() {
    to_->source = nullptr;
}

void ConcurrentSource::arrived() noexcept {
    switch (from_->status()) {
        case FutureStatus::value:
            try {
                if (!to_->done()) pass_value(*from_, *to_);
                to_->finish_value();
            } catch (...) {
                to_->finish_error(std::current_exception());
            }
            break;
        case FutureStatus::cancelled:
            to_->finish_cancelled(cancel_message(*from_));
            break;
        default:
            // Where it was cancelled before, the exception is for others to read, or it is reported.
            if (to_->finish_error(from_->peek_error())) from_->set_observed();
    }
    delete this;
}

void ConcurrentSource::on_loop_closed() noexcept {
    if (from_->done()) return arrived();
    to_->finish_closed();
    delete this;
}

ConcurrentStart::~ConcurrentStart() {
    if (state_) state_->finish_closed();
}

}  // namespace fibers::detail
