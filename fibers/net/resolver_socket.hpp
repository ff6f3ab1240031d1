// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The system calls of c-ares's sockets.
#pragma once

struct ares_socket_functions;

namespace fibers::net {

// As c-ares would make them, but that an error some earlier packet left on a socket does not swallow a later
// one: sending A and AAAA to where nobody is would otherwise lose the news about one of them.
const ares_socket_functions& socket_functions() noexcept;

}  // namespace fibers::net
