// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the primitives do in another thread than that of the loop whose fibers wait, and how such a thread
// gets something to them.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "fibers/cancel.hpp"
#include "fibers/sync/barrier.hpp"
#include "fibers/sync/bounded_semaphore.hpp"
#include "fibers/sync/condition.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/sync/lock.hpp"
#include "fibers/sync/queue.hpp"
#include "fibers/sync/rlock.hpp"
#include "fibers/sync/semaphore.hpp"
#include "tests/support/kernel_run.hpp"

namespace {

using Action = std::function<void()>;

// While a fiber waits in wait(), nothing of `forbidden` works in a plain thread or in another loop, and it
// changes nothing: wake(), in the fiber's own loop, then ends the wait.
void check_bound(const Action& wait, const Action& wake, const std::vector<Action>& forbidden) {
    test::KernelRun loop;
    bool waited = false;
    const auto all_refuse = [&] {
        for (const Action& action : forbidden) {
            CHECK_THROWS_WITH(action(), Catch::Contains("is bound to a different event loop"));
        }
    };
    loop.spawn([&] {
        wait();
        waited = true;
    });
    loop.spawn([&] {
        std::thread(all_refuse).join();
        std::thread([&] {
            test::KernelRun other;
            other.spawn(all_refuse);
            other.run();
        }).join();
        CHECK_FALSE(waited);
        wake();
    });
    loop.run();
    CHECK(waited);
}

template <class L>
void check_lock_is_bound(L& lock) {
    lock.lock();
    check_bound([&] { const std::scoped_lock hold(lock); }, [&] { lock.unlock(); },
                {[&] { lock.lock(); }, [&] { lock.unlock(); }});
}

// An item on its way from a plain thread: what call_soon_threadsafe() is made of.
struct Delivery : fibers::kernel::Runnable {
    Delivery() noexcept
        : Runnable([](Runnable& self) noexcept {
              auto& delivery = static_cast<Delivery&>(self);
              delivery.queue->put_nowait(delivery.item);
          }) {}
    fibers::Queue<int>* queue = nullptr;
    int item = 0;
};

}  // namespace

TEST_CASE("other loop: locks and semaphores that fibers wait for refuse other threads and loops") {
    fibers::Lock lock;
    check_lock_is_bound(lock);
    fibers::Semaphore semaphore;
    check_lock_is_bound(semaphore);
    fibers::BoundedSemaphore bounded;
    check_lock_is_bound(bounded);
    fibers::Condition condition;
    check_lock_is_bound(condition);
    fibers::RLock rlock;
    test::KernelRun before;
    before.spawn([&] { rlock.lock(); });  // and ends with it in hand
    before.run();
    fibers::kernel::Fiber* waiting = nullptr;
    check_bound(
        [&] {
            waiting = fibers::kernel::this_fiber;
            CHECK_THROWS_AS(rlock.lock(), fibers::CancelledError);
        },
        [&] { request_cancel(*waiting, ""); }, {[&] { rlock.lock(); }});
}

TEST_CASE("other loop: an event that fibers wait for refuses other threads and loops") {
    fibers::Event event;
    check_bound([&] { event.wait(); }, [&] { event.set(); }, {[&] { event.set(); }, [&] { event.wait(); }});
    CHECK(event.is_set());
}

TEST_CASE("other loop: a condition that fibers wait for refuses other threads and loops") {
    fibers::Condition condition;
    check_bound(
        [&] {
            std::unique_lock hold(condition);
            condition.wait();
        },
        [&] {
            const std::scoped_lock hold(condition);
            condition.notify_all();
        },
        {[&] { condition.wait(); }, [&] { condition.notify(); }, [&] { condition.notify_all(); }});
}

TEST_CASE("other loop: a barrier that fibers wait at refuses other threads and loops") {
    fibers::Barrier barrier(2);
    const auto arrive = [&] { barrier.wait(); };
    check_bound(arrive, arrive, {arrive, [&] { barrier.reset(); }, [&] { barrier.abort(); }});
    CHECK_FALSE(barrier.broken());
}

TEST_CASE("other loop: a queue that fibers wait at, in whatever way, refuses other threads and loops") {
    fibers::Queue<int> queue(1);
    const std::vector<Action> all{[&] { queue.put(1); },         [&] { queue.put_nowait(1); },
                                  [&] { queue.get(); },          [&] { queue.get_nowait(); },
                                  [&] { queue.shutdown(true); }, [&] { queue.task_done(); },
                                  [&] { queue.join(); }};
    check_bound([&] { queue.get(); }, [&] { queue.put(1); }, all);
    check_bound([&] { queue.join(); }, [&] { queue.task_done(); }, all);
    queue.put_nowait(1);
    check_bound([&] { queue.put(2); }, [&] { queue.get(); }, all);
    CHECK(queue.size() == 1);
}

TEST_CASE("other loop: what one of several waiters leaves still refuses other threads") {
    test::KernelRun loop;
    fibers::Event event;
    fibers::kernel::Fiber& first = loop.spawn([&] { CHECK_THROWS_AS(event.wait(), fibers::CancelledError); });
    loop.spawn([&] { event.wait(); });
    loop.spawn([&] {
        request_cancel(first, "");
        std::thread([&] { CHECK_THROWS_AS(event.set(), fibers::RuntimeError); }).join();
        event.set();
    });
    loop.run();
}

TEST_CASE("other loop: when nobody waits any more, the next loop may use what another one has used") {
    fibers::Event event;
    for (int i = 0; i < 2; ++i) {
        std::thread([&] {
            test::KernelRun loop;
            loop.spawn([&] { event.wait(); });
            loop.spawn([&] { event.set(); });
            loop.run();
        }).join();
        event.clear();
    }
    CHECK_FALSE(event.is_set());
}

TEST_CASE("other loop: a forked child may give up what fibers wait for that it does not have") {
    test::KernelRun loop;
    fibers::Lock lock;
    lock.lock();
    loop.spawn([&] { lock.lock(); });
    loop.spawn([&] {
        const pid_t child = fork();
        if (child == 0) {
            try {
                lock.unlock();
                _exit(0);
            } catch (...) {
                _exit(1);
            }
        }
        int status = -1;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(status == 0);
        lock.unlock();
    });
    loop.run();
    CHECK(lock.locked());
}

TEST_CASE("other loop: a plain thread feeds a queue by callbacks that it posts to the loop, in order") {
    constexpr int count = 1000;
    test::KernelRun loop;
    fibers::Queue<int> queue;
    std::array<Delivery, count> deliveries;
    std::thread feeder;
    int in_order = 0;
    loop.spawn([&] {
        feeder = std::thread([&] {
            for (int i = 0; i < count; ++i) {
                Delivery& delivery = deliveries[static_cast<std::size_t>(i)];
                delivery.queue = &queue;
                delivery.item = i;
                loop.scheduler.post(delivery);
            }
        });
        for (int i = 0; i < count; ++i) in_order += queue.get() == i;
    });
    loop.run();
    feeder.join();
    CHECK(in_order == count);
}
