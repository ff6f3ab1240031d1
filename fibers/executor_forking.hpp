// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a fork server and its parent say to each other, and the server itself.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <type_traits>

#include "fibers/executor_server.hpp"

namespace fibers::detail {

// What the parent asks.
struct ForkRequest {
    enum class Kind : std::uint8_t {
        fork_one,  // a worker for the descriptor that comes along
        reap,      // the end of worker `pid`
    };
    Kind kind = Kind::fork_one;  // which of them
    pid_t pid = -1;              // for reap
};

// What the server answers.
struct ForkReply {
    pid_t pid = -1;  // of the new worker, whose pidfd comes along; -1: none
    int value = 0;   // errno, or how the worker ended
};

// Sends one message with a descriptor, unless that is -1. False: nobody is there.
bool send_bytes(int socket, const void* bytes, std::size_t size, int fd) noexcept;
// Receives one, with the descriptor that came along. False: nobody is there, or it is not that long.
bool receive_bytes(int socket, void* bytes, std::size_t size, OwnedFd* fd) noexcept;

template <class M>
bool send_message(int socket, const M& message, int fd) noexcept {
    static_assert(std::is_trivially_copyable_v<M>);
    return send_bytes(socket, &message, sizeof message, fd);
}
template <class M>
bool receive_message(int socket, M& message, OwnedFd* fd) noexcept {
    return receive_bytes(socket, &message, sizeof message, fd);
}

// The server's life, in the forked process: ends when `parent` or the control socket does.
[[noreturn]] void run_fork_server(int control, pid_t parent, ForkServer::Main main) noexcept;

}  // namespace fibers::detail
