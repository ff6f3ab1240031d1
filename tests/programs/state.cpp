// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a switch must keep, in 100 fibers at once: errno, and the C++ exception state in every way a program
// can be in the middle of it. Built with each compiler and each Boost; prints "state kept" or what was lost.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fibers/fibers.hpp>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

void expect(bool kept, const char* what, int fiber) {
    if (kept) return;
    std::printf("lost in fiber %d: %s\n", fiber, what);
    std::exit(1);
}

// Different fibers sleep for different times, so that they leave and come back in every order.
void nap(int fiber) {
    fibers::sleep(std::chrono::microseconds(100 + fiber * 37 % 400));
}

void keeps_errno(int me) {
    errno = 1000 + me;
    nap(me);
    expect(errno == 1000 + me, "errno", me);
}

void sleeps_in_catch_then_rethrows(int me) {
    try {
        try {
            throw me;
        } catch (int) {
            nap(me);
            throw;
        }
    } catch (int caught) {
        expect(caught == me, "the exception that `throw;` throws", me);
    }
}

struct NapsWhenDestroyed {
    int me;
    ~NapsWhenDestroyed() {
        expect(std::uncaught_exceptions() == 1, "uncaught_exceptions() while unwinding", me);
        nap(me);
        expect(std::uncaught_exceptions() == 1, "uncaught_exceptions() after a sleep while unwinding", me);
    }
};

void sleeps_while_unwinding(int me) {
    expect(std::uncaught_exceptions() == 0, "uncaught_exceptions() of a fiber that throws nothing", me);
    try {
        const NapsWhenDestroyed guard{me};
        throw std::to_string(me);
    } catch (const std::string& caught) {
        expect(caught == std::to_string(me), "the exception in flight", me);
    }
}

void nests(int me) {
    try {
        throw me;
    } catch (int outer) {
        nap(me);
        sleeps_in_catch_then_rethrows(me + 1000);
        sleeps_while_unwinding(me);
        nap(me);
        expect(outer == me, "the outer exception", me);
        try {
            throw;
        } catch (int again) {
            expect(again == me, "the outer exception rethrown", me);
        }
    }
}

void keeps_current_exception(int me) {
    std::exception_ptr kept;
    try {
        throw me;
    } catch (...) {
        kept = std::current_exception();
        nap(me);
        expect(std::current_exception() == kept, "current_exception()", me);
    }
    nap(me);
    expect(std::current_exception() == nullptr, "no current_exception() after the handler", me);
    try {
        std::rethrow_exception(kept);
    } catch (int caught) {
        expect(caught == me, "the kept exception", me);
    }
}

}  // namespace

int main() {
    fibers::run([] {
        std::vector<fibers::Task<void>> tasks;
        for (int me = 0; me < 100; ++me) {
            tasks.push_back(fibers::create_task([me] {
                keeps_errno(me);
                sleeps_in_catch_then_rethrows(me);
                sleeps_while_unwinding(me);
                nests(me);
                keeps_current_exception(me);
            }));
        }
        for (auto& task : tasks) task.get();
    });
    std::puts("state kept");
}
