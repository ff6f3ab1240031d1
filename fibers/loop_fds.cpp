// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/loop_fds.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "fibers/error_context.hpp"

namespace fibers::detail {

// One reader or writer. asyncio's are told again and again while the descriptor is ready; so after each call
// the kernel is asked, and only then an edge is waited for.
class FdCallbacks::Entry final : public kernel::FdWaiter,
                                 public kernel::Runnable,
                                 public std::enable_shared_from_this<Entry> {
public:
    Entry(FdCallbacks& owner, Key key, std::function<void()> callback)
        : FdWaiter([](kernel::FdWaiter& self) noexcept { static_cast<Entry&>(self).queue(); }),
          Runnable([](Runnable& self) noexcept { static_cast<Entry&>(self).turn(); }),
          owner_(owner),
          key_(key),
          callback_(std::move(callback)) {}

    // Waits for the descriptor, or for the next turn if it is ready. Throws std::system_error.
    void begin() {
        if (is_ready()) return queue();
        kernel::FdWatch* const known = owner_.scheduler_.poller().watch(key_.first);
        if (!known) throw std::system_error(errno, std::generic_category(), "cannot wait for the descriptor");
        owner_.scheduler_.poller().add(*known, key_.second, *this);
    }
    // It is called no more.
    void end() noexcept {
        removed_ = true;
        owner_.scheduler_.poller().remove(*this);
        if (queued_) owner_.scheduler_.make_unready(*this);
        queued_ = false;
        pass_baton();
    }

private:
    void queue() noexcept {
        queued_ = true;
        owner_.scheduler_.make_ready(*this);
    }
    void turn() noexcept {
        const auto kept = shared_from_this();  // it may remove itself
        queued_ = false;
        if (closed) return void(owner_.remove(key_.first, key_.second));
        try {
            if (is_ready()) callback_();
        } catch (...) {
            report_error({"Exception in callback for descriptor " + std::to_string(key_.first),
                          std::current_exception()});
        }
        if (removed_) return;
        try {
            begin();
            if (queued_) pass_baton();  // others may want of it, too
        } catch (...) {
            owner_.remove(key_.first, key_.second);  // it was closed meanwhile
        }
    }
    bool is_ready() const noexcept {
        pollfd look{key_.first, static_cast<short>(key_.second == kernel::Direction::read ? POLLIN : POLLOUT),
                    0};
        const timespec at_once{};
        return ::syscall(SYS_ppoll, &look, 1, &at_once, nullptr, 0) > 0 && !(look.revents & POLLNVAL);
    }
    void pass_baton() noexcept {
        kernel::Poller& poller = owner_.scheduler_.poller();
        if (kernel::FdWatch* const known = poller.find(key_.first)) poller.pass_baton(*known, key_.second);
    }

    FdCallbacks& owner_;
    const Key key_;
    const std::function<void()> callback_;
    bool queued_ = false;
    bool removed_ = false;
};

void FdCallbacks::set(int fd, kernel::Direction direction, std::function<void()> callback) {
    const Key key{fd, direction};
    auto entry = std::make_shared<Entry>(*this, key, std::move(callback));
    // One that nobody can wait for is refused, though it may be "ready".
    if (!scheduler_.poller().watch(fd)) {
        throw std::system_error(errno, std::generic_category(), "cannot wait for the descriptor");
    }
    remove(fd, direction);
    entry->begin();
    entries_[key] = std::move(entry);
}

bool FdCallbacks::remove(int fd, kernel::Direction direction) noexcept {
    const auto found = entries_.find({fd, direction});
    if (found == entries_.end()) return false;
    const auto entry = std::move(found->second);
    entries_.erase(found);
    entry->end();
    return true;
}

void FdCallbacks::clear() noexcept {
    while (!entries_.empty()) remove(entries_.begin()->first.first, entries_.begin()->first.second);
}

}  // namespace fibers::detail
