// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The functions of fibers.h: no exception gets past them.
#include <cerrno>
#include <chrono>
#include <new>
#include <string>
#include <thread>

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/fibers.h"
#include "fibers/report.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/task.hpp"

struct fibers_task {
    fibers::Task<int> task;
};

namespace {

using fibers::kernel::this_fiber;

int fail_with(int error) noexcept {
    errno = error;
    return -1;
}

// The exception being handled, as errno.
int fail_as_thrown() {
    try {
        throw;
    } catch (const fibers::CancelledError&) {
        return fail_with(ECANCELED);
    } catch (const fibers::KeyboardInterrupt&) {
        return fail_with(EINTR);
    } catch (const fibers::DeadlockError& error) {
        fibers::report(error.what());
        return fail_with(EDEADLK);
    } catch (const fibers::ResourceError& error) {
        fibers::report(error.what());
        return fail_with(ENOMEM);
    } catch (const std::bad_alloc&) {
        return fail_with(ENOMEM);
    } catch (const std::exception& error) {
        fibers::report(std::string("fibers: a task of C code threw: ") + error.what());
    } catch (...) {
        fibers::report("fibers: a task of C code threw something that is no std::exception");
    }
    return fail_with(ENOTRECOVERABLE);
}

// The running task's own cancellation has been told to C code as ECANCELED: it is delivered when the task
// ends or waits in C++ again.
void answer_own_cancellation() noexcept {
    if (fibers::current_task().cancelling() > 0) this_fiber->cancel_answered = true;
}

}  // namespace

extern "C" {

int fibers_run(fibers_function function, void* argument) {
    if (fibers::kernel::this_scheduler) return fail_with(EBUSY);
    try {
        return fibers::run([=] { return function(argument); });
    } catch (...) {
        return fail_as_thrown();
    }
}

fibers_task* fibers_spawn(fibers_function function, void* argument) {
    if (!fibers::kernel::this_scheduler) return errno = EPERM, nullptr;
    try {
        return new fibers_task{fibers::create_task([=] { return function(argument); })};
    } catch (...) {
        fail_as_thrown();
        return nullptr;
    }
}

int fibers_join(fibers_task* task, int* result) {
    if (!this_fiber) return fail_with(EPERM);
    if (fibers::AnyTask(task->task) == fibers::current_task()) return fail_with(EDEADLK);
    int status = 0;
    try {
        const int returned = task->task.get();
        if (result) *result = returned;
    } catch (const fibers::CancelledError&) {
        answer_own_cancellation();
        status = fail_with(ECANCELED);
    } catch (...) {
        status = fail_as_thrown();
    }
    const int saved = errno;
    delete task;
    errno = saved;
    return status;
}

void fibers_detach(fibers_task* task) {
    delete task;
}

int fibers_cancel(fibers_task* task) {
    return task->task.cancel() ? 1 : 0;
}

int fibers_sleep_ms(long milliseconds) {
    if (milliseconds < 0) return fail_with(EINVAL);
    const std::chrono::milliseconds time(milliseconds);
    if (!this_fiber) {
        std::this_thread::sleep_for(time);
        return 0;
    }
    try {
        fibers::sleep(time);
        return 0;
    } catch (const fibers::CancelledError&) {
        answer_own_cancellation();
        return fail_with(ECANCELED);
    } catch (...) {
        return fail_as_thrown();
    }
}

}  // extern "C"
