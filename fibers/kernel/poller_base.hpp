// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/loop_options.hpp"

namespace fibers::kernel {

// An event_base of our own, for one thread, that polls by `method`; null (and errno) if the system gives no
// descriptors. Throws RuntimeError if libevent has no such method here, saying which it has.
event_base* make_event_base(EventMethod method);

}  // namespace fibers::kernel
