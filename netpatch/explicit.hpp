// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The cooperative calls by names of their own, for programs that want no libc symbol replaced: link
// fibers::netpatch_calls instead of fibers::netpatch and call netpatch::read(), netpatch::connect(), … .
//
// Each is what its manual page says, as under patch_all(): in a fiber it may suspend instead of blocking the
// thread, and a cancellation makes it fail with ECANCELED (getaddrinfo: EAI_SYSTEM); everywhere else it is
// libc's. Any thread. patch_all() is not needed and changes nothing. Descriptors that such calls use should
// also be made, copied, changed and closed by them (netpatch::socket, accept, dup, fcntl, ioctl, setsockopt,
// close), so that what is known of a number stays true: O_NONBLOCK set by libc's fcntl() on what netpatch
// made is not seen, and one that was closed by libc's close() and used again is only noticed when it has
// become another kind of file.
//
// Not together with fibers::netpatch in one program: both hold the same functions.
//
// The list is that of netpatch/symbols.inc; DESIGN.md says where a call differs from libc's.
#pragma once

#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <type_traits>

namespace netpatch {

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) result name parameters;
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) \
    result name(type1 first, type2 second, void* argument = nullptr);
#define NETPATCH_FORTIFIED(reach, group, result, name, parameters, arguments)
#include "netpatch/symbols.inc"

// fcntl and ioctl with a number as their argument.
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second)                           \
    template <class Number>                                                                                  \
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>) result name(type1 first, type2 second,    \
                                                                               Number argument) {            \
        return netpatch::name(first, second, reinterpret_cast<void*>(static_cast<std::intptr_t>(argument))); \
    }
#include "netpatch/symbols.inc"

}  // namespace netpatch
