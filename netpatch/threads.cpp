// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Waiting for threads to end.
#include <pthread.h>
#include <threads.h>

#include <atomic>
#include <cerrno>
#include <chrono>

#include "fibers/kernel/park.hpp"
#include "fibers/sleep.hpp"
#include "netpatch/calls.hpp"
#include "netpatch/policy.hpp"

namespace netpatch {
namespace {

using fibers::kernel::Fiber;
using fibers::kernel::OnCancel;
using fibers::kernel::Runnable;

// A fiber waiting for a thread's end. libc has no call that tells without blocking, so a helper thread makes
// the blocking one. Not cancellable: who joins relies on the thread's end.
class JoinWait final : public fibers::kernel::Wait, Runnable {
public:
    JoinWait(pthread_t thread, void** result) noexcept
        : Wait("a thread to end", OnCancel::ignores),
          Runnable([](Runnable& self) noexcept { static_cast<JoinWait&>(self).done(); }),
          thread_(thread),
          result_(result),
          fiber_(*policy::this_fiber) {}

    // What pthread_join would return; false in `started` if there was no thread for it.
    int join(bool& started) {
        pthread_t helper;
        started = ::pthread_create(&helper, nullptr, &JoinWait::help, this) == 0;
        if (!started) return 0;
        while (!done_) fibers::kernel::park(*this);
        libc::pthread_join(helper, static_cast<void**>(nullptr));  // it has posted, so it is as good as over
        return error_;
    }
    bool external() const noexcept override { return true; }

private:
    static void* help(void* self) {
        auto& wait = *static_cast<JoinWait*>(self);
        wait.error_ = libc::pthread_join(wait.thread_, wait.result_);
        wait.fiber_.scheduler.post(wait);
        return nullptr;
    }
    void done() noexcept {
        done_ = true;
        fibers::kernel::unpark(fiber_);
    }
    void unlink() noexcept override {}

    pthread_t thread_;
    void** result_;
    Fiber& fiber_;
    bool done_ = false;
    int error_ = 0;
};

// Without a thread to spare: ask now and then.
int ask_repeatedly(pthread_t thread, void** result) {
    for (;;) {
        const int error = ::pthread_tryjoin_np(thread, result);
        if (error != EBUSY) return error;
        fibers::kernel::sleep_until(policy::this_fiber->scheduler.now() + std::chrono::milliseconds(1),
                                    OnCancel::ignores);
    }
}

}  // namespace

namespace calls {

int pthread_join(pthread_t thread, void** result) {
    if (::pthread_equal(thread, ::pthread_self())) return EDEADLK;
    const int error = ::pthread_tryjoin_np(thread, result);
    if (error != EBUSY) return error;
    bool started = false;
    JoinWait wait(thread, result);
    const int joined = wait.join(started);
    return started ? joined : ask_repeatedly(thread, result);
}

int thrd_join(thrd_t thread, int* result) {
    void* value = nullptr;
    if (calls::pthread_join(thread, &value) != 0) return thrd_error;
    if (result) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
    return thrd_success;
}

}  // namespace calls
}  // namespace netpatch
