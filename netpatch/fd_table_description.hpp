// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What is known of one open file description. Numbers made from one another by dup share it, as they share
// the kernel's. Descriptions are type-stable: who still holds one after its last number was closed reads some
// description, never freed memory.
#pragma once

#include <atomic>
#include <cstdint>

#include "fibers/clock.hpp"
#include "fibers/kernel/poller.hpp"

namespace netpatch {

// How a descriptor is read and written without blocking.
enum class Kind : std::uint8_t {
    plain,     // never waits as far as poll knows (files, directories, disks): straight to libc
    stream,    // a socket of type SOCK_STREAM: MSG_DONTWAIT, partial transfers
    message,   // any other socket: MSG_DONTWAIT, all or nothing
    pollable,  // pipes, FIFOs, eventfd and the like: RWF_NOWAIT, or a flip of O_NONBLOCK
    terminal,  // a tty: straight to libc unless the group `tty` is on
};

struct Description {
    std::atomic<std::uint32_t> references{0};    // numbers that lead here
    std::uint32_t index = 0;                     // its place in the pool
    std::atomic<std::uint32_t> next_free{0};     // index + 1 of the next free one
    std::atomic<Kind> kind{Kind::plain};         // what it is
    std::atomic<bool> nonblocking{false};        // O_NONBLOCK as the user set it
    std::atomic<bool> short_read_drains{false};  // a short read means empty: made before our eyes as TCP
    std::atomic<bool> no_nowait[2]{};            // by Direction: RWF_NOWAIT is not supported
    std::atomic<bool> flip_lock{false};          // guards `flips` and the flag
    std::uint32_t flips = 0;                     // calls that need O_NONBLOCK set just now
    std::atomic<int> low_water{1};               // SO_RCVLOWAT
    std::atomic<int> pending_error{0};           // of the socket, taken from the kernel, due at the next call
    std::atomic<std::int64_t> time_limit[2]{};   // by Direction: SO_RCVTIMEO, SO_SNDTIMEO in ns; 0: none

    bool is_socket() const noexcept {
        const Kind now = kind.load(std::memory_order_relaxed);
        return now == Kind::stream || now == Kind::message;
    }
    // The error that the next call on the socket must report, if any, taken out.
    int take_error() noexcept {
        if (pending_error.load(std::memory_order_relaxed) == 0) [[likely]]
            return 0;
        return pending_error.exchange(0, std::memory_order_relaxed);
    }
};

// Everything back to what a fresh one says, but for the pool's own fields.
void reset(Description& description) noexcept;

// A fresh description with one reference; null if there is no memory. Any thread; takes no lock.
Description* take_description() noexcept;
// One number more leads to it. False: it has been given back meanwhile.
bool add_reference(Description& description) noexcept;
// One number less; the last gives it back.
void drop_reference(Description& description) noexcept;

// Sets O_NONBLOCK while it lives: for the calls that have no other way to be tried. Never across a
// suspension. Keeps errno.
class Flip {
public:
    Flip(int fd, Description& description) noexcept;
    ~Flip();
    Flip(const Flip&) = delete;
    Flip& operator=(const Flip&) = delete;

private:
    int fd_;
    Description& description_;
};

}  // namespace netpatch
