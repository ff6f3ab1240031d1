// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/poller_base.hpp"

#include <event2/event.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "fibers/error.hpp"

namespace fibers::kernel {
namespace {

const char* name_of(EventMethod method) noexcept {
    switch (method) {
        case EventMethod::epoll:
            return "epoll";
        case EventMethod::poll:
            return "poll";
        case EventMethod::select:
            return "select";
        default:
            return nullptr;
    }
}

// What libevent 2.1 may be built with. Not event_get_supported_methods(): two threads must not call that at
// once.
constexpr std::array methods = {"epoll", "poll", "select", "kqueue", "devpoll", "evport"};

}  // namespace

event_base* make_event_base(EventMethod method) {
    const std::unique_ptr<event_config, void (*)(event_config*)> config(event_config_new(),
                                                                        &event_config_free);
    if (!config) return nullptr;
    // One thread owns the base; others reach it through Poller::wake().
    event_config_set_flag(config.get(), EVENT_BASE_FLAG_NOLOCK);
    const char* const wanted = name_of(method);
    for (const char* const other : methods) {
        if (wanted && std::strcmp(other, wanted) != 0) event_config_avoid_method(config.get(), other);
    }
    errno = 0;
    event_base* const base = event_base_new_with_config(config.get());
    if (!base && wanted && errno != EMFILE && errno != ENFILE && errno != ENOMEM) {
        throw RuntimeError(
            "libevent cannot poll by '" + std::string(wanted) +
            "' here: it was built without, or the environment forbids it (EVENT_NOEPOLL=1 and its "
            "like)");
    }
    return base;
}

}  // namespace fibers::kernel
