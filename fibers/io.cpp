// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/io.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <new>
#include <string>
#include <system_error>

#include "fibers/cancel.hpp"
#include "fibers/error.hpp"
#include "fibers/kernel/scheduler.hpp"

namespace fibers {
namespace kernel {
namespace {

// Waits for one or several descriptors: one waiter each and direction.
class FdWait final : public Wait {
public:
    struct Entry : FdWaiter {
        Entry(FdWait& owner, int number, const FdWatch& watched) noexcept
            : FdWaiter(&FdWait::notify),
              wait(&owner),
              fd(number),
              generation(watched.generation),
              counts(watched.counts) {}
        // Also true if it was closed between the wake-up and the run: the number may be a stranger's by now.
        bool was_closed() const noexcept { return closed || counts->generation() != generation; }

        FdWait* wait;              // whose it is
        int fd;                    // for describe() and batons
        std::uint32_t generation;  // of the number, when the wait began
        const FdCounts* counts;    // of the number
        bool spent = false;        // an edge was given to it
    };

    FdWait(Poller& poller, OnCancel on_cancel) noexcept : Wait("a descriptor", on_cancel), poller_(poller) {}

    // `entries` are those that were added to the poller so far.
    void set_entries(Entry* entries, std::size_t count) noexcept {
        entries_ = entries;
        count_ = count;
    }

    std::string describe() const override {
        if (count_ == 0) return "nothing but time";
        const Entry& first = entries_[0];
        std::string text = "descriptor " + std::to_string(first.fd) +
                           (first.direction == Direction::read ? " to be readable" : " to be writable");
        if (count_ > 1) text += " (one of " + std::to_string(count_) + ")";
        return text;
    }

    void unlink() noexcept override {
        for (std::size_t i = 0; i < count_; ++i) poller_.remove(entries_[i]);
    }

    // Parks; afterwards nothing is linked. An edge that came but will not be used goes to the next waiter. In
    // line: for one entry there is no loop.
    [[gnu::always_inline]] FdWake wait(TimePoint deadline, Entry* entries, std::size_t count) {
        set_entries(entries, count);
        const Wake wake = park(*this, deadline);
        this_fiber->scheduler.fetch_ahead();
        bool closed = false;
        for (std::size_t i = 0; i < count; ++i) {
            poller_.remove(entries[i]);
            closed = closed || entries[i].was_closed();
        }
        if (wake == Wake::ready && !closed) [[likely]]
            return FdWake::ready;
        for (std::size_t i = 0; i < count; ++i) {
            if (entries[i].spent) pass_baton(entries[i].fd, entries[i].direction);
        }
        if (closed) return FdWake::closed;
        return wake == Wake::timed_out   ? FdWake::timed_out
               : wake == Wake::cancelled ? FdWake::cancelled
                                         : FdWake::interrupted;
    }

private:
    static void notify(FdWaiter& waiter) noexcept {
        auto& entry = static_cast<Entry&>(waiter);
        entry.spent = true;
        unpark(entry.wait->fiber());
    }

    Poller& poller_;
    Entry* entries_ = nullptr;
    std::size_t count_ = 0;
};

FdWake not_watched() noexcept {
    return errno == EPERM ? FdWake::not_pollable : errno == EBADF ? FdWake::closed : FdWake::failed;
}

}  // namespace

FdWake wait_fd(int fd, FdWatch*& watch, Direction direction, TimePoint deadline, OnCancel on_cancel,
               bool hinted) {
    Poller& poller = this_fiber->scheduler.poller();
    if (!watch || !watch->is_current()) watch = poller.watch(fd);
    if (!watch) return not_watched();
    FdWait wait(poller, on_cancel);
    FdWait::Entry entry(wait, fd, *watch);
    poller.add(*watch, direction, entry, hinted);
    return wait.wait(deadline, &entry, 1);
}

FdWake wait_fds(const FdInterest* interests, std::size_t count, TimePoint deadline, OnCancel on_cancel) {
    constexpr std::size_t on_stack = 8;
    Poller& poller = this_fiber->scheduler.poller();
    FdWait wait(poller, on_cancel);
    // Entries are linked by address, so room for all is taken before the first is added.
    alignas(FdWait::Entry) std::array<std::byte, on_stack * sizeof(FdWait::Entry)> small;
    std::unique_ptr<std::byte[]> large;
    auto* entries = reinterpret_cast<FdWait::Entry*>(small.data());
    if (2 * count > on_stack) {
        large.reset(new (std::nothrow) std::byte[2 * count * sizeof(FdWait::Entry)]);
        if (!large) return errno = ENOMEM, FdWake::failed;
        entries = reinterpret_cast<FdWait::Entry*>(large.get());
    }
    std::size_t used = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const FdInterest& interest = interests[i];
        if (interest.fd < 0 || !(interest.read || interest.write)) continue;
        FdWatch* const watch = poller.watch(interest.fd);
        if (!watch) {
            wait.set_entries(entries, used);
            wait.unlink();
            return not_watched();
        }
        for (const Direction direction : {Direction::read, Direction::write}) {
            if (!(direction == Direction::read ? interest.read : interest.write)) continue;
            auto* entry =
                ::new (static_cast<void*>(entries + used++)) FdWait::Entry(wait, interest.fd, *watch);
            poller.add(*watch, direction, *entry);
        }
    }
    return wait.wait(deadline, entries, used);
}

}  // namespace kernel

namespace {

using kernel::Direction;
using kernel::FdWake;

// The kernel's word on whether `fd` is ready now.
bool is_ready(int fd, Direction direction) {
    pollfd look{fd, static_cast<short>(direction == Direction::read ? POLLIN : POLLOUT), 0};
    const timespec at_once{};
    const long count = ::syscall(SYS_ppoll, &look, 1, &at_once, nullptr, 0);  // whoever replaced poll()
    if (count > 0 && (look.revents & POLLNVAL))
        throw std::system_error(EBADF, std::system_category(), "wait_fd");
    return count > 0;
}

bool wait_until_ready(int fd, Direction direction, Duration timeout) {
    kernel::Fiber& self = kernel::running_fiber();
    if (is_ready(fd, direction)) return true;
    const TimePoint deadline = deadline_after(self.scheduler.now(), timeout);
    for (;;) {
        switch (kernel::wait_fd(fd, direction, deadline, kernel::OnCancel::throws)) {
            case FdWake::ready:
                if (!is_ready(fd, direction)) break;
                kernel::pass_baton(fd, direction);
                return true;
            case FdWake::interrupted:
                break;
            case FdWake::not_pollable:
                return true;
            case FdWake::timed_out:
                return is_ready(fd, direction);
            case FdWake::cancelled:
                kernel::throw_cancelled();
            case FdWake::closed:
                throw std::system_error(EBADF, std::system_category(), "wait_fd");
            case FdWake::failed:
                throw std::system_error(errno, std::system_category(), "wait_fd");
        }
    }
}

}  // namespace

bool wait_readable(int fd, Duration timeout) {
    return wait_until_ready(fd, Direction::read, timeout);
}
bool wait_writable(int fd, Duration timeout) {
    return wait_until_ready(fd, Direction::write, timeout);
}

}  // namespace fibers
