// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Lookups by libc itself, on a thread of a small pool or at once (ResolverMode::thread and block).
#pragma once

#include <string>

#include "fibers/net/resolver.hpp"
#include "fibers/net/resolver_source.hpp"

namespace fibers::net {

// libc's answers to a fiber. `thread`: suspends, on at most ten threads at once; a cancellation abandons the
// lookup, whose thread is busy until libc gives up; `answers` gives EAI_SYSTEM, or NETDB_INTERNAL, with
// ECANCELED. `block`: never suspends.
AddressResult libc_resolve(const AddressRequest& request, ResolverMode mode, kernel::OnCancel on_cancel);
NameResult libc_reverse(const NameRequest& request, ResolverMode mode, kernel::OnCancel on_cancel);
Found libc_host(const std::string& name, int family, ResolverMode mode, kernel::OnCancel on_cancel);
Found libc_host(const Host& host, ResolverMode mode, kernel::OnCancel on_cancel);

// Whether this is one of those threads.
bool on_libc_thread() noexcept;

}  // namespace fibers::net
