// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/poller_base.hpp"

#include <event2/event.h>

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

[[noreturn]] void throw_unavailable(const std::string& wanted) {
    std::string known;
    for (const char** at = event_get_supported_methods(); at && *at; ++at) {
        known += (known.empty() ? "" : ", ") + std::string(*at);
    }
    throw RuntimeError("libevent cannot poll by '" + wanted + "' here: it was built with " + known +
                       " (EVENT_NOEPOLL=1 and its like in the environment forbid one)");
}

}  // namespace

event_base* make_event_base(EventMethod method) {
    const std::unique_ptr<event_config, void (*)(event_config*)> config(event_config_new(),
                                                                        &event_config_free);
    if (!config) return nullptr;
    // One thread owns the base; others reach it through Poller::wake().
    event_config_set_flag(config.get(), EVENT_BASE_FLAG_NOLOCK);
    const char* const wanted = name_of(method);
    bool known = !wanted;
    for (const char** at = event_get_supported_methods(); wanted && at && *at; ++at) {
        if (std::strcmp(*at, wanted) == 0) {
            known = true;
        } else {
            event_config_avoid_method(config.get(), *at);
        }
    }
    if (!known) throw_unavailable(wanted);
    event_base* const base = event_base_new_with_config(config.get());
    // Forbidden by the environment: libevent says only that it found none.
    if (!base && wanted && errno != EMFILE && errno != ENFILE) throw_unavailable(wanted);
    return base;
}

}  // namespace fibers::kernel
