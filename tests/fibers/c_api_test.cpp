// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// fibers.h: what C programs see. No exception gets past it.
#include <catch2/catch.hpp>
#include <cerrno>
#include <stdexcept>

#include "fibers/fibers.h"
#include "fibers/sleep.hpp"
#include "fibers/task/task.hpp"
#include "support/virtual_run.hpp"

namespace {

int twice(void* argument) {
    return 2 * *static_cast<int*>(argument);
}
int sleep_long(void* argument) {
    const int result = fibers_sleep_ms(1'000'000);
    if (argument) *static_cast<int*>(argument) = result == -1 ? errno : 0;
    return 7;
}
int throw_error(void*) {
    throw std::runtime_error("from C++ behind C");
}
int run_again(void*) {
    return fibers_run(throw_error, nullptr) == -1 ? errno : 0;
}
int join_itself(void* argument) {
    errno = 0;
    return fibers_join(*static_cast<fibers_task**>(argument), nullptr) == -1 ? errno : 0;
}

// What a call that gives -1 says.
template <class Call>
int error_of(Call call) {
    errno = 0;
    return call() == -1 ? errno : 0;
}

}  // namespace

TEST_CASE("C: run gives back what its function returns") {
    int number = 21;
    CHECK(fibers_run(twice, &number) == 42);
}

TEST_CASE("C: spawn and join, the result may be ignored") {
    test::virtual_run([] {
        int number = 4, result = 0;
        fibers_task* const first = fibers_spawn(twice, &number);
        fibers_task* const second = fibers_spawn(twice, &number);
        CHECK(fibers_join(first, &result) == 0);
        CHECK(result == 8);
        CHECK(fibers_join(second, nullptr) == 0);
    });
}

TEST_CASE("C: a detached task runs on") {
    int error = 0;
    test::virtual_run([&] {
        fibers_detach(fibers_spawn(sleep_long, &error));
        CHECK(fibers_sleep_ms(2'000'000) == 0);
    });
    CHECK(error == 0);
}

TEST_CASE("C: cancel makes the waiting call fail with ECANCELED, and join tell") {
    test::virtual_run([] {
        int error = 0;
        fibers_task* const task = fibers_spawn(sleep_long, &error);
        CHECK(fibers_sleep_ms(1) == 0);
        CHECK(fibers_cancel(task) == 1);
        CHECK(error_of([&] { return fibers_join(task, nullptr); }) == ECANCELED);
        CHECK(error == ECANCELED);
    });
}

TEST_CASE("C: cancelling who joins cancels what is joined, and both are over") {
    test::virtual_run([] {
        int error = 0, join_error = 0;
        auto joiner = fibers::create_task([&] {
            fibers_task* const task = fibers_spawn(sleep_long, &error);
            join_error = error_of([&] { return fibers_join(task, nullptr); });
        });
        fibers::yield();
        fibers::yield();
        joiner.cancel();
        CHECK_THROWS_AS(joiner.get(), fibers::CancelledError);
        CHECK(join_error == ECANCELED);
        CHECK(error == ECANCELED);
    });
}

TEST_CASE("C: calls in the wrong place say so") {
    int number = 1;
    CHECK(fibers_spawn(twice, &number) == nullptr);
    CHECK(errno == EPERM);
    CHECK(fibers_run(run_again, nullptr) == EBUSY);
    CHECK(error_of([] { return fibers_sleep_ms(-1); }) == EINVAL);
    CHECK(fibers_sleep_ms(1) == 0);
    test::virtual_run([] {
        fibers_task* self = nullptr;
        self = fibers_spawn(join_itself, &self);
        int error = 0;
        CHECK(fibers_join(self, &error) == 0);
        CHECK(error == EDEADLK);
    });
}

TEST_CASE("C: a C++ exception is printed and told as ENOTRECOVERABLE") {
    const test::Reports reports;
    CHECK(error_of([] { return fibers_run(throw_error, nullptr); }) == ENOTRECOVERABLE);
    test::virtual_run([] {
        fibers_task* const task = fibers_spawn(throw_error, nullptr);
        CHECK(error_of([&] { return fibers_join(task, nullptr); }) == ENOTRECOVERABLE);
    });
    CHECK(test::Reports::count("from C++ behind C") == 2);
}
