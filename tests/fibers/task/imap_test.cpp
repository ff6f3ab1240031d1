// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/task/imap.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "fibers/generator.hpp"
#include "fibers/sleep.hpp"
#include "fibers/task/pool.hpp"
#include "fibers/task/timeout.hpp"
#include "tests/support/mark.hpp"
#include "tests/support/virtual_run.hpp"

using namespace std::chrono_literals;
using fibers::CancelledError;
using fibers::generator;
using fibers::Pool;
using test::Log;
using test::Mark;

namespace {

using Numbers = std::vector<int>;

// Takes so many seconds; the sum of seconds and items is that of its arguments, whatever the order.
int sleep_for_seconds(int n) {
    fibers::sleep(std::chrono::seconds(n));
    return n;
}

generator<int> counting(int& made) {
    return [&made](auto yield) {
        for (;;) yield(++made);
    };
}

// Everything in a range that next() gives, exceptions by their text.
template <class Results>
Log drain(Results& results) {
    Log log;
    bool more = true;
    while (more) {
        const std::string thrown = test::thrown_by([&] {
            if (auto* const value = results.next()) {
                log.push_back(std::to_string(*value));
            } else {
                more = false;
            }
        });
        if (thrown != "nothing") log.push_back(thrown);
    }
    return log;
}

static_assert(std::input_iterator<fibers::Imap<int>::Iterator>);
static_assert(std::ranges::input_range<fibers::Imap<std::unique_ptr<int>>>);

}  // namespace

TEST_CASE("imap: map() and imap() give the results in the order of the items, so many at once") {
    fibers::debug::TestClock clock;
    fibers::run(
        [&] {
            Pool pool(2);
            const Numbers input{3, 1, 2, 1, 1};
            CHECK(pool.map(sleep_for_seconds, input) == input);
            CHECK(clock.elapsed() == 4s);
            Numbers got;
            for (const int n : pool.imap(sleep_for_seconds, input)) got.push_back(n);
            CHECK(got == input);
            CHECK(clock.elapsed() == 8s);
            CHECK(pool.map(sleep_for_seconds, Numbers{}).empty());
            pool.join();
        },
        {.clock = &clock});
}

TEST_CASE("imap: imap_unordered() gives them in the order in which they are done") {
    test::virtual_run([] {
        Pool pool(3);
        Numbers got;
        for (const int n : pool.imap_unordered(sleep_for_seconds, Numbers{3, 1, 2, 2})) got.push_back(n);
        CHECK(got == Numbers{1, 2, 3, 2});
        for (const int n : pool.imap_unordered(sleep_for_seconds, Numbers{})) CHECK(n < 0);
    });
}

TEST_CASE("imap: functions of nothing, things that can only be moved, references, all go through") {
    test::virtual_run([] {
        Pool pool(2);
        int sum = 0;
        pool.map([&](int n) { sum += n; }, Numbers{1, 2, 3});
        CHECK(sum == 6);
        std::vector<std::unique_ptr<int>> owners;
        for (int i = 0; i < 3; ++i) owners.push_back(std::make_unique<int>(i));
        auto moved = pool.map([](std::unique_ptr<int> p) { return p; }, std::move(owners));
        CHECK(*moved.at(2) == 2);
        std::vector<std::string> words{"a", "b"};
        for (std::string& word : pool.imap([](std::string&& w) { return w + w; }, words)) {
            const std::string taken = std::move(word);
            CHECK(taken.size() == 2);
        }
        CHECK(words == std::vector<std::string>{"a", "b"});
        for (const std::string& word :
             pool.imap([&](int i) -> std::string& { return words[std::size_t(i)]; }, Numbers{1, 0})) {
            CHECK((&word == &words[0] || &word == &words[1]));
        }
    });
}

TEST_CASE("imap: what one item throws is thrown where it would be read, and the others go on") {
    const bool ordered = GENERATE(true, false);
    test::virtual_run([&] {
        Pool pool(2);
        const auto picky = [](int n) {
            fibers::sleep(std::chrono::seconds(n));
            if (n % 2 == 0) throw std::runtime_error("even " + std::to_string(n));
            return n;
        };
        const Numbers input{1, 4, 3, 2, 5};
        auto results = ordered ? pool.imap(picky, input) : pool.imap_unordered(picky, input);
        if (ordered) {
            CHECK(drain(results) == Log{"1", "even 4", "3", "even 2", "5"});
        } else {
            CHECK(drain(results) == Log{"1", "even 4", "3", "even 2", "5"});  // also by time
        }
        CHECK(results.next() == nullptr);
    });
}

TEST_CASE("imap: map() throws the first exception in order, when the other tasks have been ended") {
    const test::Reports reports;
    test::virtual_run([] {
        Pool pool(3);
        Log log;
        const auto f = [&](int n) {
            const Mark end(log, std::to_string(n));
            fibers::sleep(std::chrono::seconds(n));
            if (n == 2) throw std::runtime_error("two");
        };
        CHECK_THROWS_WITH(pool.map(f, Numbers{1, 2, 9, 8, 7}), "two");
        CHECK(log == Log{"1", "2", "9", "8"});  // and 7 has never begun
        CHECK(pool.free_count() == 3);
    });
    CHECK(test::Reports::messages().empty());
}

TEST_CASE("imap: the input is read only as far ahead as the reader and the pool have room") {
    const bool ordered = GENERATE(true, false);
    const std::size_t unread = GENERATE(0U, 1U, 4U);
    test::virtual_run([&] {
        Pool pool(2);
        int made = 0;
        int read = 0;
        const auto same = [](int n) { return n; };
        auto results = ordered ? pool.imap(same, counting(made), unread)
                               : pool.imap_unordered(same, counting(made), unread);
        for (const int n : results) {
            CHECK(n == ++read);
            fibers::sleep(1s);
            CHECK(made == read + 2 + static_cast<int>(unread));
            if (n == 10) break;
        }
    });
}

TEST_CASE("imap: by default as many results may wait for the reader as the pool has places") {
    test::virtual_run([] {
        Pool pool(3);
        int made = 0;
        for (const int n : pool.imap([](int i) { return i; }, counting(made))) {
            fibers::sleep(1s);
            CHECK(made == n + 6);
            if (n == 5) break;
        }
    });
}

TEST_CASE("imap: the pool's bound holds for all that use it together, and a slow input takes no place") {
    fibers::debug::TestClock clock;
    fibers::run(
        [&] {
            Pool pool(1);
            generator<int> slow([](auto yield) {
                for (int i = 0; i < 2; ++i) {
                    fibers::sleep(10s);
                    yield(1);
                }
            });
            auto results = pool.imap(sleep_for_seconds, std::move(slow));
            fibers::sleep(1s);
            CHECK_FALSE(pool.full());
            pool.apply([] { fibers::sleep(10s); });  // until 11 s: the first item waits for its end
            CHECK(results.next() != nullptr);
            CHECK(clock.elapsed() == 12s);
            CHECK(drain(results) == Log{"1"});
            CHECK(clock.elapsed() == 22s);
        },
        {.clock = &clock});
}

TEST_CASE("imap: an input that uses the pool itself waits for a place as anybody does") {
    test::virtual_run([] {
        Pool pool(1);
        int inside = 0;
        int most = 0;
        const auto stay = [&](int n) {
            most = std::max(most, ++inside);
            fibers::sleep(1s);
            --inside;
            return n;
        };
        generator<int> input([&](auto yield) {
            for (int i = 0; i < 3; ++i) yield(pool.apply([&] { return stay(i); }));
        });
        CHECK(pool.map(stay, std::move(input)) == Numbers{0, 1, 2});
        CHECK(most == 1);
    });
}

TEST_CASE("imap: what the input throws comes behind the last item") {
    const bool ordered = GENERATE(true, false);
    test::virtual_run([&] {
        Pool pool(2);
        const auto input = [] {
            return generator<int>([](auto yield) {
                yield(1);
                yield(2);
                throw std::runtime_error("input");
            });
        };
        auto results =
            ordered ? pool.imap(sleep_for_seconds, input()) : pool.imap_unordered(sleep_for_seconds, input());
        CHECK(drain(results) == Log{"1", "2", "input"});
        CHECK(results.next() == nullptr);
    });
}

TEST_CASE("imap: leaving it early ends the tasks it has begun before the caller's frame goes") {
    const bool ordered = GENERATE(true, false);
    Log log;
    test::virtual_run([&] {
        Pool pool(3);
        {
            const std::string mine = "of the frame";
            int made = 0;
            const auto f = [&](int n) {
                if (n == 1) return n;
                try {
                    fibers::sleep(1h);
                } catch (const CancelledError&) {
                    fibers::sleep(1s);
                    log.push_back(mine + " " + std::to_string(n));
                    throw;
                }
                return n;
            };
            auto results = ordered ? pool.imap(f, counting(made)) : pool.imap_unordered(f, counting(made));
            for (const int n : results) {
                CHECK(n == 1);
                fibers::sleep(1s);
                break;
            }
            CHECK(log.empty());
        }
        CHECK(log.size() == 3);
        CHECK(pool.free_count() == 3);
        CHECK(pool.apply([] { return 1; }) == 1);
    });
    CHECK(std::count(log.begin(), log.end(), "of the frame 2") == 1);
}

TEST_CASE("imap: leaving it early is nothing to the other tasks of its pool") {
    test::virtual_run([] {
        Pool pool(2);
        auto other = pool.spawn(sleep_for_seconds, 5);
        auto others = pool.imap(sleep_for_seconds, Numbers{1, 2});
        int made = 0;
        for (const int n : pool.imap(sleep_for_seconds, counting(made))) {
            CHECK(n == 1);
            break;
        }
        CHECK(other.get() == 5);
        CHECK(drain(others) == Log{"1", "2"});
    });
}

TEST_CASE("imap: a cancellation of who reads takes nothing away and ends none of the tasks") {
    const bool ordered = GENERATE(true, false);
    test::virtual_run([&] {
        Pool pool(2);
        const Numbers input{3, 2, 1};
        auto results =
            ordered ? pool.imap(sleep_for_seconds, input) : pool.imap_unordered(sleep_for_seconds, input);
        for (int i = 0; i < 3; ++i) {
            CHECK_THROWS_AS(fibers::timeout(500ms, [&] { results.next(); }), fibers::TimeoutError);
        }
        CHECK(drain(results) == (ordered ? Log{"3", "2", "1"} : Log{"2", "3", "1"}));
    });
}

TEST_CASE("imap: kill() of its pool ends it") {
    test::virtual_run([] {
        Pool pool(2);
        int made = 0;
        auto results = pool.imap([](int n) { return sleep_for_seconds(n * 10); }, counting(made));
        auto reader = fibers::create_task([&] { return drain(results); });
        fibers::sleep(15s);
        pool.kill();
        const Log log = reader.get();
        CHECK(log.front() == "10");
        CHECK(std::count(log.begin(), log.end(), "cancelled: ") == static_cast<long>(log.size()) - 1);
        CHECK(log.size() == 4);  // one read, two running, the input
        CHECK(results.next() == nullptr);
    });
}

TEST_CASE("imap: one that is dropped unread, in a task or in a callback, ends its tasks") {
    const bool in_callback = GENERATE(false, true);
    Log log;
    test::virtual_run([&] {
        Pool pool(2);
        const auto f = [&log](int) {
            const Mark end(log, "ended");
            fibers::sleep(1h);
        };
        using Results = decltype(pool.imap(f, Numbers{}));
        auto results = std::unique_ptr<Results>(new Results(pool.imap(f, Numbers{1, 2, 3})));
        fibers::sleep(1s);
        if (in_callback) {
            auto trigger = fibers::create_task([] {});
            trigger.add_done_callback([&] { results.reset(); });
            trigger.get();
            pool.join();
        } else {
            results.reset();
        }
        CHECK(log == Log{"ended", "ended"});
    });
}
