// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/loop_signals.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "fibers/error.hpp"
#include "fibers/error_context.hpp"

namespace fibers::detail {

class SignalCallbacks::Entry final : public kernel::Runnable, public std::enable_shared_from_this<Entry> {
public:
    Entry(SignalCallbacks& owner, int number, std::function<void()> callback)
        : Runnable([](Runnable& self) noexcept { static_cast<Entry&>(self).turn(); }),
          owner_(owner),
          number_(number),
          callback_(std::move(callback)) {}

    // In the signal handler, on any thread.
    void came() noexcept {
        // The signal is the parent's, whose loop a forked child must not wake.
        if (process_ != ::getpid() || posted_.exchange(true)) return;
        owner_.scheduler_.post(*this);
    }
    // Takes it out of the loop's queue.
    void end() noexcept {
        if (!posted_.load()) return;
        owner_.scheduler_.take_posted();
        owner_.scheduler_.make_unready(*this);
    }

private:
    void turn() noexcept {
        const auto kept = shared_from_this();  // it may remove itself
        posted_.store(false);
        try {
            callback_();
        } catch (...) {
            report_error(
                {"Exception in callback for signal " + std::to_string(number_), std::current_exception()});
        }
    }

    SignalCallbacks& owner_;
    const int number_;
    const pid_t process_ = ::getpid();
    const std::function<void()> callback_;
    std::atomic<bool> posted_{false};  // in the loop's queue: one call serves all signals before it
};

namespace {

// What the handler finds by the signal's number.
struct Slot {
    std::atomic<void*> entry{nullptr};
    std::atomic<int> handlers{0};  // that run now: the entry must not go
};
std::array<Slot, NSIG> slots;

// Returns once no handler can have the entry any more.
void forget(Slot& slot) noexcept {
    slot.entry.store(nullptr);
    while (slot.handlers.load() > 0) std::this_thread::yield();
}

}  // namespace

void SignalCallbacks::on_signal(int number) noexcept {
    const int saved = errno;
    Slot& slot = slots[static_cast<std::size_t>(number)];
    slot.handlers.fetch_add(1);
    if (void* const entry = slot.entry.load()) static_cast<Entry*>(entry)->came();
    slot.handlers.fetch_sub(1);
    errno = saved;
}

void SignalCallbacks::set(int number, std::function<void()> callback) {
    if (number < 1 || number >= NSIG) {
        throw std::invalid_argument("invalid signal number " + std::to_string(number));
    }
    Slot& slot = slots[static_cast<std::size_t>(number)];
    if (slot.entry.load() && !entries_.contains(number)) {
        throw RuntimeError("signal " + std::to_string(number) + " is handled by another event loop");
    }
    auto entry = std::make_shared<Entry>(*this, number, std::move(callback));
    const auto before = std::exchange(entries_[number], entry);
    if (before) {
        forget(slot);
        before->end();
    }
    slot.entry.store(entry.get());
    if (before) return;
    scheduler_.add_signals(+1);
    struct sigaction ours {};
    ours.sa_handler = &SignalCallbacks::on_signal;
    ours.sa_flags = SA_RESTART;  // no system call of the program's shall see it
    sigemptyset(&ours.sa_mask);
    if (::sigaction(number, &ours, nullptr) == 0) return;
    remove(number);
    throw RuntimeError("sig " + std::to_string(number) + " cannot be caught");
}

bool SignalCallbacks::remove(int number) noexcept {
    const auto found = entries_.find(number);
    if (found == entries_.end()) return false;
    const auto entry = std::move(found->second);
    entries_.erase(found);
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler == &SignalCallbacks::on_signal) {
        std::signal(number, SIG_DFL);
    }
    forget(slots[static_cast<std::size_t>(number)]);
    entry->end();
    scheduler_.add_signals(-1);
    return true;
}

void SignalCallbacks::clear() noexcept {
    while (!entries_.empty()) remove(entries_.begin()->first);
}

}  // namespace fibers::detail
