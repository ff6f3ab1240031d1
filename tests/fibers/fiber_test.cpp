// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/fiber.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/mark.hpp"
#include "tests/support/virtual_run.hpp"

using fibers::Fiber;
using fibers::FiberExit;
using test::Log;
using test::Mark;

namespace {

// Runs a test's body without a loop, and within one.
template <class Body>
void with_and_without_loop(Body body) {
    SECTION("without a loop") {
        body();
    }
    SECTION("in a task") {
        test::virtual_run(body);
    }
}

}  // namespace

TEST_CASE("fiber: resume() runs the body to its next yield(), again and again, until it ends") {
    with_and_without_loop([] {
        Log log;
        Fiber fiber([&](Fiber::Self self) {
            log.push_back("one");
            self.yield();
            log.push_back("two");
            self.yield();
            log.push_back("three");
        });
        CHECK(log.empty());
        while (!fiber.done()) {
            fiber.resume();
            log.push_back("-");
        }
        CHECK(log == Log{"one", "-", "two", "-", "three", "-"});
        CHECK_THROWS_WITH(fiber.resume(), "this Fiber has ended");
    });
}

TEST_CASE("fiber: what the body throws comes out of resume(), and the fiber has ended") {
    with_and_without_loop([] {
        Fiber fiber([](Fiber::Self self) {
            self.yield();
            throw std::runtime_error("from inside");
        });
        fiber.resume();
        CHECK_THROWS_WITH(fiber.resume(), "from inside");
        CHECK(fiber.done());
    });
}

TEST_CASE("fiber: resume_with() throws where it has yielded, it may go on from there") {
    with_and_without_loop([] {
        Log log;
        Fiber fiber([&](Fiber::Self self) {
            try {
                self.yield();
            } catch (const std::runtime_error& e) {
                log.push_back(e.what());
            }
            self.yield();
        });
        fiber.resume();
        fiber.resume_with(std::make_exception_ptr(std::runtime_error("handed in")));
        CHECK(log == Log{"handed in"});
        CHECK_FALSE(fiber.done());
        CHECK_THROWS_WITH(fiber.resume_with(std::make_exception_ptr(std::runtime_error("again"))), "again");
        CHECK(fiber.done());

        Fiber fresh([&](Fiber::Self) { log.push_back("never"); });
        CHECK_THROWS_WITH(fresh.resume_with(std::make_exception_ptr(std::runtime_error("early"))), "early");
        CHECK(fresh.done());
        Fiber told([](Fiber::Self self) { self.yield(); });
        told.resume();
        told.resume_with(std::make_exception_ptr(FiberExit()));
        CHECK(told.done());
        CHECK(log == Log{"handed in"});
    });
}

TEST_CASE("fiber: yield_to() goes over to another, whose yield() returns to who resumed the first") {
    with_and_without_loop([] {
        Log log;
        std::optional<Fiber> pong;
        Fiber ping([&](Fiber::Self self) {
            log.push_back("ping 1");
            self.yield_to(*pong);
            log.push_back("ping 2");
            self.yield_to(*pong);
            log.push_back("ping 3");
        });
        pong.emplace([&](Fiber::Self self) {
            log.push_back("pong 1");
            CHECK_THROWS_WITH(pong->resume(), "this Fiber is running already");
            self.yield_to(ping);
            log.push_back("pong 2");
            self.yield();
            log.push_back("pong 3");
        });
        ping.resume();
        log.push_back("back");
        pong->resume();
        log.push_back("back");
        CHECK(pong->done());
        CHECK_FALSE(ping.done());
        ping.resume();
        CHECK(log == Log{"ping 1", "pong 1", "ping 2", "pong 2", "back", "pong 3", "back", "ping 3"});
        CHECK(ping.done());
    });
}

TEST_CASE("fiber: what one throws that was gone over to comes out of the resume() that waits for it") {
    with_and_without_loop([] {
        Fiber thrower([](Fiber::Self) { throw std::runtime_error("of the other"); });
        Fiber fiber([&](Fiber::Self self) { self.yield_to(thrower); });
        CHECK_THROWS_WITH(fiber.resume(), "of the other");
        CHECK(thrower.done());
        CHECK_FALSE(fiber.done());
        fiber.resume();
        CHECK(fiber.done());
    });
}

TEST_CASE("fiber: what was handed in is thrown once, not again when another goes over to it") {
    with_and_without_loop([] {
        int caught = 0;
        Fiber fiber([&](Fiber::Self self) {
            for (int i = 0; i < 2; ++i) {
                try {
                    self.yield();
                } catch (const std::runtime_error&) {
                    ++caught;
                }
            }
        });
        fiber.resume();
        fiber.resume_with(std::make_exception_ptr(std::runtime_error("once")));
        Fiber other([&](Fiber::Self self) { self.yield_to(fiber); });
        other.resume();
        CHECK(fiber.done());
        CHECK(caught == 1);
    });
}

TEST_CASE("fiber: one that dies before its end has its frames unwound, innermost first") {
    with_and_without_loop([] {
        Log log;
        {
            const Mark after(log, "after");
            Fiber inner_owner([&](Fiber::Self self) {
                const Mark outer(log, "outer");
                Fiber inner([&](Fiber::Self inner_self) {
                    const Mark innermost(log, "innermost");
                    inner_self.yield();
                });
                inner.resume();
                self.yield();
            });
            inner_owner.resume();
            Fiber moved = std::move(inner_owner);
            CHECK(inner_owner.done());
            CHECK_THROWS_WITH(inner_owner.resume(), "this Fiber was moved away");
            CHECK(log.empty());
        }
        CHECK(log == Log{"innermost", "outer", "after"});
        const auto kept = std::make_shared<int>(1);
        {
            const Fiber never([kept](Fiber::Self) {});
            CHECK(kept.use_count() == 2);
        }
        Fiber ended([kept](Fiber::Self) {});
        ended.resume();
        CHECK(kept.use_count() == 1);  // the body is gone when it has ended
    });
}

TEST_CASE("fiber: when one has ended its stack goes to the next, also if another had its place") {
    with_and_without_loop([] {
        const char* at[4] = {};
        const auto note = [](const char*& where) {
            where = static_cast<const char*>(__builtin_frame_address(0));
        };
        {
            Fiber second([&](Fiber::Self) { note(at[1]); });
            Fiber first([&](Fiber::Self self) {
                note(at[0]);
                self.yield_to(second);
            });
            first.resume();
            CHECK(second.done());
            CHECK_FALSE(first.done());
        }
        Fiber third([&](Fiber::Self self) {
            note(at[2]);
            self.yield();
        });
        Fiber fourth([&](Fiber::Self) { note(at[3]); });
        third.resume();
        fourth.resume();
        const auto same_stack = [](const char* a, const char* b) { return std::abs(a - b) < 4096; };
        CHECK_FALSE(same_stack(at[0], at[1]));
        CHECK((same_stack(at[2], at[0]) ? same_stack(at[3], at[1]) : same_stack(at[3], at[0])));
        CHECK((same_stack(at[2], at[0]) || same_stack(at[2], at[1])));
    });
}

TEST_CASE("fiber: a body that ignores FiberExit is told again, and that is reported") {
    const test::Reports reports;
    Log log;
    {
        Fiber fiber([&](Fiber::Self self) {
            for (int i = 0; i < 3; ++i) {
                try {
                    self.yield();
                } catch (const FiberExit&) {
                    log.push_back("ignored");
                }
            }
        });
        fiber.resume();
    }
    CHECK(log == Log{"ignored", "ignored", "ignored"});
    CHECK(test::Reports::count("ignored FiberExit") == 1);
    CHECK(test::Reports::messages().size() == 1);
}

TEST_CASE("fiber: what its body throws while it dies is reported") {
    const test::Reports reports;
    {
        Fiber fiber([](Fiber::Self self) {
            try {
                self.yield();
            } catch (const FiberExit&) {
                throw std::runtime_error("instead");
            }
        });
        fiber.resume();
    }
    CHECK(test::Reports::count("exception ignored at the end of a Fiber") == 1);
    CHECK(test::Reports::count("instead") == 1);
}

TEST_CASE("fiber: only its body can yield for it, on its own stack, while it runs") {
    with_and_without_loop([] {
        std::optional<Fiber::Self> escaped;
        Fiber fiber([&](Fiber::Self self) {
            escaped = self;
            Fiber inner([&](Fiber::Self) { self.yield(); });
            CHECK_THROWS_WITH(inner.resume(), "only the body of a Fiber can yield for it");
            CHECK_THROWS_WITH(fiber.resume(), "this Fiber is running already");
            self.yield_to(fiber);  // is nothing
            self.yield();
        });
        fiber.resume();
        CHECK_THROWS_AS(escaped->yield(), fibers::RuntimeError);
        Fiber other([](Fiber::Self) {});
        CHECK_THROWS_AS(escaped->yield_to(other), fibers::RuntimeError);
    });
}

TEST_CASE("fiber: in another thread it cannot be resumed") {
    Fiber fiber([](Fiber::Self self) { self.yield(); });
    fiber.resume();
    std::thread([&] { CHECK_THROWS_WITH(fiber.resume(), "this Fiber belongs to another thread"); }).join();
    fiber.resume();
    CHECK(fiber.done());
}

TEST_CASE("fiber: it keeps its own errno and its own exceptions, as who resumes it keeps theirs") {
    with_and_without_loop([] {
        Fiber fiber([&](Fiber::Self self) {
            CHECK(std::uncaught_exceptions() == 0);
            try {
                throw std::runtime_error("inside");
            } catch (...) {
                errno = 5;
                self.yield();
                CHECK(errno == 5);
                CHECK_THROWS_WITH([] { throw; }(), "inside");
            }
            CHECK(std::current_exception() == nullptr);
        });
        try {
            throw std::runtime_error("outside");
        } catch (...) {
            errno = 7;
            fiber.resume();
            CHECK(errno == 7);
            CHECK_THROWS_WITH([] { throw; }(), "outside");
        }
        CHECK(std::current_exception() == nullptr);
        fiber.resume();
        CHECK(fiber.done());
    });
}
