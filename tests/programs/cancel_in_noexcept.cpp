// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A destructor waits without a shield while its task is cancelled.
#include <chrono>
#include <fibers/fibers.hpp>

using namespace std::chrono_literals;

namespace {

struct WaitsWhenDestroyed {
    ~WaitsWhenDestroyed() { fibers::sleep(1h); }
};

}  // namespace

int main() {
    fibers::run([] {
        auto task = fibers::create_task([] { const WaitsWhenDestroyed value; }, {.name = "unshielded"});
        fibers::yield();
        task.cancel();
        task.get();
    });
}
