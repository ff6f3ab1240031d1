// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// getaddrinfo_a, gai_suspend and gai_cancel: each request is a fiber of the caller's loop. (gai_error looks
// into the request, and is libc's.)
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "fibers/kernel/stack.hpp"
#include "fibers/kernel/wait_queue.hpp"
#include "netpatch/calls.hpp"
#include "netpatch/policy.hpp"
#include "netpatch/poll_set.hpp"

namespace netpatch {
namespace {

using fibers::kernel::Fiber;
using fibers::kernel::OnCancel;
using fibers::kernel::Scheduler;
using fibers::kernel::WaitQueue;
using fibers::kernel::Wake;

// The requests of one call, and what is to happen when all are done.
struct Batch {
    std::size_t left = 0;           // requests not yet done
    std::optional<sigevent> event;  // whom to tell then
};

// What a loop knows of its requests.
class Requests final : public fibers::kernel::LoopPart {
public:
    explicit Requests(Scheduler&) noexcept {}

    struct Running {
        Fiber* fiber;                  // that looks it up
        std::shared_ptr<Batch> batch;  // that it belongs to
    };
    // By request. One that was cancelled is not here any more: its owner may have freed it.
    std::unordered_map<gaicb*, Running> running;
    WaitQueue changed;  // who waits for some to end
};

Requests& requests() {
    return policy::this_fiber->scheduler.part<Requests>();
}

void start_thread(const sigevent& event) noexcept {
    struct Call {
        void (*function)(sigval);
        sigval value;
    };
    auto call = std::make_unique<Call>(Call{event.sigev_notify_function, event.sigev_value});
    pthread_t thread;
    const auto body = [](void* argument) -> void* {
        const std::unique_ptr<Call> mine(static_cast<Call*>(argument));
        mine->function(mine->value);
        return nullptr;
    };
    if (::pthread_create(&thread, nullptr, body, call.get()) != 0) return;
    (void)call.release();
    ::pthread_detach(thread);
}

void tell(const sigevent& event) noexcept {
    if (event.sigev_notify == SIGEV_SIGNAL) ::sigqueue(::getpid(), event.sigev_signo, event.sigev_value);
    if (event.sigev_notify == SIGEV_THREAD) start_thread(event);
}

// One request less for the call that started them.
void count_off(Batch& batch) noexcept {
    if (--batch.left == 0 && batch.event) tell(*batch.event);
}

// The request is done, or given up, with this code.
void finish(gaicb& request, int eai) {
    Requests& all = requests();
    const auto found = all.running.find(&request);
    if (found == all.running.end()) return;
    const std::shared_ptr<Batch> batch = found->second.batch;
    all.running.erase(found);
    request.__return = eai;
    count_off(*batch);
    all.changed.wake_all();
}

// Whether this fiber still works for the request. If not, the request may be freed already.
bool is_mine(gaicb* request) {
    const auto& running = requests().running;
    const auto found = running.find(request);
    return found != running.end() && found->second.fiber == policy::this_fiber;
}

// The fiber's body.
void look_up(gaicb* request) {
    if (!is_mine(request)) return;
    addrinfo* answer = nullptr;
    const int eai = calls::getaddrinfo(request->ar_name, request->ar_service, request->ar_request, &answer);
    if (is_mine(request)) {
        request->ar_result = answer;
        finish(*request, eai);
    } else if (answer) {
        libc::freeaddrinfo(answer);
    }
}

// Starts one request; EAI_AGAIN where there is no fiber for it.
int start(gaicb* request, const std::shared_ptr<Batch>& batch) noexcept {
    try {
        Requests& all = requests();
        const auto earlier = all.running.find(request);
        if (earlier != all.running.end()) {
            if (earlier->second.batch == batch) return 0;  // twice in one list: looked up once
            count_off(*earlier->second.batch);             // asked anew: the earlier call is done with it
            all.changed.wake_all();
        }
        request->ar_result = nullptr;
        request->__return = EAI_INPROGRESS;
        all.running.insert_or_assign(request, Requests::Running{nullptr, batch});
        Fiber& fiber = policy::this_fiber->scheduler.spawn([request] { look_up(request); },
                                                           fibers::kernel::default_stack_size,
                                                           fibers::SourceLocation::current());
        all.running[request].fiber = &fiber;
        ++batch->left;
        return 0;
    } catch (const std::exception&) {
        requests().running.erase(request);
        request->__return = EAI_AGAIN;
        return EAI_AGAIN;
    }
}

// Waits until done() or the deadline; EAI_INTR if a signal handler or a cancellation came between.
template <class Done>
int wait_until(Done&& done, fibers::TimePoint deadline) {
    Requests& all = requests();
    while (!done()) {
        WaitQueue::Place place(all.changed, "a lookup to end", OnCancel::answers);
        const Wake wake = all.changed.wait(place, deadline);
        if (wake == Wake::timed_out) return EAI_AGAIN;
        if (wake != Wake::ready) return EAI_INTR;
    }
    return 0;
}

}  // namespace

namespace calls {

int getaddrinfo_a(int mode, gaicb** list, int count, sigevent* event) {
    if (mode != GAI_WAIT && mode != GAI_NOWAIT) {
        errno = EINVAL;
        return EAI_SYSTEM;
    }
    try {
        const auto batch = std::make_shared<Batch>();
        if (mode == GAI_NOWAIT && event) batch->event = *event;
        int result = 0;
        for (int i = 0; i < count; ++i) {
            if (!list[i]) continue;
            if (const int eai = start(list[i], batch)) result = eai;
        }
        if (batch->left == 0 && batch->event) tell(*batch->event);
        if (mode == GAI_NOWAIT || result != 0) return result;
        return wait_until([&] { return batch->left == 0; }, fibers::never);
    } catch (const std::exception&) {
        return EAI_MEMORY;
    }
}

int gai_suspend(const gaicb* const* list, int count, const timespec* timeout) {
    std::vector<const gaicb*> waited;
    try {
        const auto& running = requests().running;
        for (int i = 0; i < count; ++i) {
            if (list[i] && running.contains(const_cast<gaicb*>(list[i]))) waited.push_back(list[i]);
        }
        if (waited.empty()) return EAI_ALLDONE;
        const auto deadline = poll_deadline(timeout);
        const auto one_done = [&] {
            return std::ranges::any_of(waited,
                                       [](const gaicb* each) { return each->__return != EAI_INPROGRESS; });
        };
        return wait_until(one_done, deadline);
    } catch (const std::exception&) {
        return EAI_MEMORY;
    }
}

int gai_cancel(gaicb* request) {
    auto& running = requests().running;
    const auto found = running.find(request);
    if (found == running.end()) return EAI_ALLDONE;
    Fiber* const fiber = found->second.fiber;
    finish(*request, EAI_CANCELED);
    fibers::kernel::request_cancel(*fiber, "gai_cancel");
    return EAI_CANCELED;
}

}  // namespace calls
}  // namespace netpatch
