// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The system calls of c-ares's sockets.
#pragma once

#include "fibers/net/resolver_packet.hpp"

struct ares_socket_functions;

namespace fibers::net {

// Hears of answers that c-ares drops, because another server may do better, and of those that are not whole.
class PacketListener {
public:
    // What came, perhaps in answer to a question, says SERVFAIL, NOTIMP or REFUSED. Must not call c-ares.
    virtual void failed(std::span<const std::uint8_t> answer) noexcept = 0;
    // What came by UDP says that there is more. The same.
    virtual void cut(std::span<const std::uint8_t> answer, const sockaddr& from) noexcept = 0;

protected:
    ~PacketListener() = default;
};

// For ares_set_socket_functions(), with a PacketListener. As c-ares would make them, with three differences.
// An error some earlier packet left on a socket does not swallow a later one: sending A and AAAA to where
// nobody is would otherwise lose the news about one of them. And a server that neither knows nor asks others,
// as glibc sees it, says REFUSED: the next one is asked. By UDP FORMERR is 15, a code that nobody has,
// because c-ares would ask without EDNS, once and for all questions of the channel, and cut those that have
// none.
const ares_socket_functions& socket_functions() noexcept;

}  // namespace fibers::net
