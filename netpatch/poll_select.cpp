// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// select and pselect, by way of poll.
#include <sys/select.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <new>

#include "netpatch/calls.hpp"
#include "netpatch/poll_set.hpp"
#include "netpatch/retry.hpp"

namespace netpatch {
namespace {

// What makes a descriptor count in each set: the kernel's own table.
constexpr short in_reads = POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR;
constexpr short in_writes = POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR;

using Word = unsigned long;
constexpr int word_bits = 8 * sizeof(Word);

// fd_set as the kernel sees it: programs may have longer ones than FD_SETSIZE.
bool has(const fd_set* set, int fd) noexcept {
    return set && (reinterpret_cast<const Word*>(set)[fd / word_bits] >> (fd % word_bits) & 1) != 0;
}
void clear(fd_set* set, int count) noexcept {
    if (!set) return;
    std::fill_n(reinterpret_cast<Word*>(set), (count + word_bits - 1) / word_bits, Word{0});
}
void put(fd_set* set, int fd) noexcept {
    reinterpret_cast<Word*>(set)[fd / word_bits] |= Word{1} << (fd % word_bits);
}

// The kernel looks at no more than its table of descriptors holds, so select(getdtablesize(), …) with plain
// sets is common and right.
int within_table(int count) noexcept {
    if (count <= FD_SETSIZE) return count;
    const int saved = errno;
    int table = FD_SETSIZE;
    if (std::FILE* const status = std::fopen("/proc/self/status", "re")) {
        char line[128];
        while (std::fgets(line, sizeof line, status) && std::sscanf(line, "FDSize: %d", &table) != 1) {
        }
        std::fclose(status);
    }
    errno = saved;
    return std::min(count, table);
}

// The three sets of one call.
struct Sets {
    int count;           // descriptors below this are in them
    fd_set* reads;       // may be null, as the others
    fd_set* writes;      // ditto
    fd_set* exceptions;  // ditto

    short events(int fd) const noexcept {
        return static_cast<short>((has(reads, fd) ? POLLIN : 0) | (has(writes, fd) ? POLLOUT : 0) |
                                  (has(exceptions, fd) ? POLLPRI : 0));
    }
    nfds_t size() const noexcept {
        nfds_t used = 0;
        for (int fd = 0; fd < count; ++fd) used += events(fd) != 0;
        return used;
    }
    void fill(pollfd* fds) const noexcept {
        for (int fd = 0; fd < count; ++fd) {
            if (const short wanted = events(fd)) *fds++ = {fd, wanted, 0};
        }
    }
    // Makes the sets the answer; how many bits are set.
    int answer(const pollfd* fds, nfds_t used) noexcept {
        for (fd_set* set : {reads, writes, exceptions}) clear(set, count);
        int bits = 0;
        for (const pollfd* entry = fds; entry != fds + used; ++entry) {
            bits += add(reads, *entry, POLLIN, in_reads) + add(writes, *entry, POLLOUT, in_writes) +
                    add(exceptions, *entry, POLLPRI, POLLPRI);
        }
        return bits;
    }

private:
    static int add(fd_set* set, const pollfd& entry, short asked, short counts) noexcept {
        if (!(entry.events & asked) || !(entry.revents & counts)) return 0;
        put(set, entry.fd);
        return 1;
    }
};

// select() in a fiber.
int select_until(Sets sets, fibers::TimePoint deadline, const sigset_t* mask) noexcept {
    if (sets.count < 0) return fail_with(EINVAL);
    constexpr nfds_t on_stack = 16;
    std::array<pollfd, on_stack> few;
    std::unique_ptr<pollfd[]> many;
    const nfds_t used = sets.size();
    if (used > on_stack) {
        many.reset(new (std::nothrow) pollfd[used]);
        if (!many) return fail_with(ENOMEM);
    }
    pollfd* const fds = many ? many.get() : few.data();
    sets.fill(fds);
    for (;;) {
        const int ready = poll_until(fds, used, deadline, mask);
        if (ready < 0) return -1;
        const auto bad = [](const pollfd& entry) { return (entry.revents & POLLNVAL) != 0; };
        if (std::any_of(fds, fds + used, bad)) return fail_with(EBADF);
        const bool counts = std::any_of(fds, fds + used, [](const pollfd& entry) {
            return ((entry.events & POLLIN) && (entry.revents & in_reads)) ||
                   ((entry.events & POLLOUT) && (entry.revents & in_writes)) || (entry.revents & POLLPRI);
        });
        if (ready == 0 || counts) return sets.answer(fds, used);
        // A hang-up of which only a writer would hear: for select nothing has happened.
        if (deadline == fibers::TimePoint::min()) return sets.answer(fds, used);
        for (nfds_t i = 0; i < used; ++i) {
            if (fds[i].revents != 0) fds[i].fd = -1 - fds[i].fd;
        }
    }
}

}  // namespace

namespace calls {

int select(int count, fd_set* reads, fd_set* writes, fd_set* exceptions, timeval* timeout) {
    const Sets sets{within_table(count), reads, writes, exceptions};
    if (!timeout) return select_until(sets, fibers::never, nullptr);
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0) return fail_with(EINVAL);
    const timespec time{timeout->tv_sec + timeout->tv_usec / 1'000'000, timeout->tv_usec % 1'000'000 * 1'000};
    const fibers::TimePoint deadline = poll_deadline(&time);
    const int ready = select_until(sets, deadline, nullptr);
    // Linux tells what is left.
    const int saved = errno;
    const auto now = policy::this_fiber->scheduler.now();
    const auto left = deadline > now ? deadline - now : fibers::Duration::zero();
    timeout->tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count();
    timeout->tv_usec =
        std::chrono::duration_cast<std::chrono::microseconds>(left % std::chrono::seconds(1)).count();
    errno = saved;
    return ready;
}

int pselect(int count, fd_set* reads, fd_set* writes, fd_set* exceptions, const timespec* timeout,
            const sigset_t* mask) {
    if (timeout && !is_time(*timeout)) return fail_with(EINVAL);
    return select_until({within_table(count), reads, writes, exceptions}, poll_deadline(timeout), mask);
}

}  // namespace calls
}  // namespace netpatch
