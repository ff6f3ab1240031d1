// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/overflow.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "fibers/kernel/scheduler.hpp"

namespace fibers::kernel {

constinit thread_local const StackPool* bare_stacks = nullptr;

namespace {

constexpr std::size_t signal_stack_size = 64 * 1024;

struct sigaction previous_segv;
struct sigaction previous_bus;
constinit thread_local void* own_signal_stack = nullptr;

// Text for write(2), put together without anything a signal handler may not call.
class Text {
public:
    Text& operator<<(const char* s) noexcept {
        while (*s && length_ < text_.size()) text_[length_++] = *s++;
        return *this;
    }
    Text& operator<<(std::uint64_t n) noexcept {
        std::array<char, 21> digits{};
        std::size_t at = digits.size() - 1;
        do {
            digits[--at] = static_cast<char>('0' + n % 10);
            n /= 10;
        } while (n != 0);
        return *this << &digits[at];
    }
    void print() const noexcept {
        [[maybe_unused]] const auto n = ::syscall(SYS_write, 2, text_.data(), length_);
    }

private:
    std::array<char, 1024> text_{};
    std::size_t length_ = 0;
};

[[noreturn]] void die_with(const Text& text) noexcept {
    text.print();
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    ::sigaction(SIGABRT, &standard, nullptr);
    std::abort();
}

[[noreturn]] void explain(const Fiber& fiber, const Stack& stack) noexcept {
    Text text;
    text << "fibers: stack overflow in fiber ";
    if (fiber.name) {
        text << fiber.name;
    } else {
        text << "Task-" << fiber.id;
    }
    text << ", whose stack has " << std::uint64_t{stack.size / 1024} << " KiB, created at "
         << fiber.created_at.file_name() << ":" << std::uint64_t{fiber.created_at.line()}
         << ". Give it a larger one: TaskOptions{.stack_size = ...}.\n";
    die_with(text);
}

[[noreturn]] void explain_bare(const Stack& stack) noexcept {
    Text text;
    text << "fibers: stack overflow in a Fiber or generator, whose stack has "
         << std::uint64_t{stack.size / 1024};
    text << " KiB. Give it a larger one: the second argument of its constructor.\n";
    die_with(text);
}

// The handler that was there before ours; the default is restored and the fault, repeated, kills the process.
void pass_on(int number, siginfo_t* info, void* context) noexcept {
    const struct sigaction& previous = number == SIGSEGV ? previous_segv : previous_bus;
    if (previous.sa_flags & SA_SIGINFO) {
        previous.sa_sigaction(number, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(number);
    } else if (info->si_code > 0) {
        ::sigaction(number, &previous, nullptr);
    } else if (previous.sa_handler == SIG_DFL) {  // sent by kill(): nothing repeats it
        ::sigaction(number, &previous, nullptr);
        ::raise(number);
    }
}

void on_fault(int number, siginfo_t* info, void* context) noexcept {
    if (Scheduler* scheduler = this_scheduler; scheduler && this_fiber) {
        const Stack* stack = scheduler->stacks().guarding(info->si_addr);
        if (stack == &this_fiber->stack) explain(*this_fiber, *stack);
    }
    if (const StackPool* const stacks = bare_stacks) {
        if (const Stack* stack = stacks->guarding(info->si_addr)) explain_bare(*stack);
    }
    pass_on(number, info, context);
}

bool install_for_process() noexcept {
    struct sigaction ours {};
    ours.sa_sigaction = &on_fault;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&ours.sa_mask);
    ::sigaction(SIGSEGV, &ours, &previous_segv);
    ::sigaction(SIGBUS, &ours, &previous_bus);
    return true;
}

}  // namespace

void install_overflow_handler() noexcept {
    static const bool installed = install_for_process();
    (void)installed;
    stack_t now{};
    if (::sigaltstack(nullptr, &now) != 0 || !(now.ss_flags & SS_DISABLE)) return;
    void* memory =
        mmap(nullptr, signal_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t ours{};
    ours.ss_sp = memory;
    ours.ss_size = signal_stack_size;
    if (::sigaltstack(&ours, nullptr) == 0) {
        own_signal_stack = memory;
    } else {
        munmap(memory, signal_stack_size);
    }
}

void remove_signal_stack() noexcept {
    if (!own_signal_stack) return;
    stack_t off{};
    off.ss_flags = SS_DISABLE;
    ::sigaltstack(&off, nullptr);
    munmap(own_signal_stack, signal_stack_size);
    own_signal_stack = nullptr;
}

}  // namespace fibers::kernel
