// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Options that the blocking calls obey: seen on their way to the kernel.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cstring>

#include "netpatch/calls.hpp"
#include "netpatch/fd_table.hpp"

namespace netpatch {
namespace {

using fibers::kernel::Direction;

constexpr auto relaxed = std::memory_order_relaxed;

void note_time_limit(Description& description, Direction direction, const void* value) noexcept {
    timeval limit;
    std::memcpy(&limit, value, sizeof limit);
    const bool negative = limit.tv_sec < 0;  // the kernel takes it as "at once", which it never makes last
    const std::int64_t most = INT64_MAX / 1'000'000'000 - 1;
    const std::int64_t nanoseconds =
        negative ? 1 : std::min<std::int64_t>(limit.tv_sec, most) * 1'000'000'000 + limit.tv_usec * 1'000;
    description.time_limit[static_cast<int>(direction)].store(nanoseconds, relaxed);
}

void note_low_water(Description& description, int value) noexcept {
    description.low_water.store(value < 0 ? INT32_MAX : std::max(value, 1), relaxed);
    description.short_read_drains.store(false, relaxed);
}

void note_socket_option(Description& description, int name, const void* value, socklen_t length) noexcept {
    switch (name) {
        case SO_RCVTIMEO:
        case SO_SNDTIMEO:
            if (length >= sizeof(timeval)) {
                note_time_limit(description, name == SO_RCVTIMEO ? Direction::read : Direction::write, value);
            }
            break;
        case SO_RCVLOWAT:
            if (length >= sizeof(int)) {
                int bytes = 0;
                std::memcpy(&bytes, value, sizeof bytes);
                note_low_water(description, bytes);
            }
            break;
        case SO_PEEK_OFF:
            description.short_read_drains.store(false, relaxed);
            break;
        default:
            break;
    }
}

}  // namespace

namespace calls {

int setsockopt(int fd, int level, int name, const void* value, socklen_t length) {
    const int result = libc::setsockopt(fd, level, name, value, length);
    if (result != 0) return result;
    // One that nobody has looked at yet will be asked by whoever does.
    Description* const description = fd_table::find(fd);
    if (!description) return result;
    if (level == SOL_SOCKET) note_socket_option(*description, name, value, length);
    if (level == IPPROTO_TCP && name == TCP_ULP) description->short_read_drains.store(false, relaxed);
    return result;
}

int getsockopt(int fd, int level, int name, void* value, socklen_t* length) {
    const int result = libc::getsockopt(fd, level, name, value, length);
    if (result != 0 || level != SOL_SOCKET || name != SO_ERROR || *length < sizeof(int)) return result;
    Description* const description = fd_table::find(fd);
    if (const int error = description ? description->take_error() : 0) {
        std::memcpy(value, &error, sizeof error);
    }
    return result;
}

}  // namespace calls
}  // namespace netpatch
