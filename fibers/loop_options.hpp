// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fibers/clock.hpp"

struct event_base;

namespace fibers {

// How libevent asks the kernel about descriptors. Source: gevent's GEVENT_BACKEND, libevent's methods.
enum class EventMethod : std::uint8_t {
    any,     // the best there is: epoll, unless the environment forbids it (EVENT_NOEPOLL=1)
    epoll,   // edges; what everything here is tuned for
    poll,    // no edges: each wait tells the kernel anew
    select,  // no edges; descriptors up to FD_SETSIZE on some systems (glibc's libevent grows its sets)
};

// What a loop is made of.
struct LoopOptions {
    Clock* clock = nullptr;  // what time it is; null: the monotonic clock. Must outlive the loop
    EventMethod method = EventMethod::any;  // how it polls; ignored with a `base`
    // An event_base that the application owns; null: one of the loop's own. While the loop runs, it drives
    // this base, so that the application's events fire while fibers run; the application's callbacks run on
    // the loop's own stack and must not wait. It must outlive the loop, be used on the loop's thread only,
    // and must not be dispatched by the application while the loop runs.
    event_base* base = nullptr;
};

}  // namespace fibers
