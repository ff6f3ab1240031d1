// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The system calls of c-ares's sockets.
#pragma once

#include <cstdint>

struct ares_socket_functions;

namespace fibers::net {

// Hears of answers that c-ares drops, because another server may do better.
class FailureListener {
public:
    // An answer to the question of this number was SERVFAIL, NOTIMP or REFUSED. Must not call c-ares.
    virtual void failed(std::uint16_t id, int code) noexcept = 0;

protected:
    ~FailureListener() = default;
};

// For ares_set_socket_functions(), with a FailureListener. As c-ares would make them, but that an error some
// earlier packet left on a socket does not swallow a later one: sending A and AAAA to where nobody is would
// otherwise lose the news about one of them.
const ares_socket_functions& socket_functions() noexcept;

}  // namespace fibers::net
