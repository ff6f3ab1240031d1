// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <deque>
#include <random>
#include <vector>

#include "fibers/kernel/timer_heap.hpp"

using namespace std::chrono_literals;
using fibers::TimePoint;
using fibers::kernel::Timer;
using fibers::kernel::TimerHeap;

namespace {
struct Noted : Timer {
    Noted(std::vector<int>& out, int id) : Timer(&ring), fired(&out), number(id) {}
    static void ring(Timer& timer) noexcept {
        auto& self = static_cast<Noted&>(timer);
        self.fired->push_back(self.number);
    }
    std::vector<int>* fired;
    int number;
};
}  // namespace

TEST_CASE("timer heap: random arming and cancelling fires exactly what a sorted list would") {
    std::mt19937 random(GENERATE(1U, 2U, 3U, 4U));
    std::vector<int> fired;
    std::deque<Noted> timers;
    TimerHeap heap;
    for (int i = 0; i < 500; ++i) {
        timers.emplace_back(fired, i);
        heap.add(timers.back(), TimePoint(std::chrono::nanoseconds(random() % 100)));
        if (random() % 3 == 0) heap.remove(timers[random() % timers.size()]);
    }
    std::vector<const Noted*> expected;
    for (const Noted& timer : timers) {
        if (timer.armed() && timer.when <= TimePoint(60ns)) expected.push_back(&timer);
    }
    std::sort(expected.begin(), expected.end(), [](const Noted* a, const Noted* b) {
        return a->when != b->when ? a->when < b->when : a->order < b->order;
    });
    const std::size_t before = heap.size();
    heap.fire_due(TimePoint(60ns));
    REQUIRE(fired.size() == expected.size());
    for (std::size_t i = 0; i < fired.size(); ++i) CHECK(fired[i] == expected[i]->number);
    CHECK(heap.size() == before - fired.size());
    CHECK(heap.earliest() > TimePoint(60ns));
}

TEST_CASE("timer heap: a timer armed by a firing one waits for the next call") {
    struct Again : Timer {
        explicit Again(TimerHeap& h) : Timer(&ring), heap(&h) {}
        static void ring(Timer& timer) noexcept {
            auto& self = static_cast<Again&>(timer);
            ++self.count;
            self.heap->add(self, self.when);
        }
        TimerHeap* heap;
        int count = 0;
    };
    TimerHeap heap;
    Again again(heap);
    heap.add(again, TimePoint(1ns));
    heap.fire_due(TimePoint(5ns));
    CHECK(again.count == 1);
    heap.remove(again);
    heap.remove(again);
    CHECK(heap.empty());
}
