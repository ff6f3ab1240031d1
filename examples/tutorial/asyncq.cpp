// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Producers and consumers that know a queue and not each other. Nobody tells the consumers that nothing more
// will come: main waits until all is eaten, then cancels them. With this seed no two of them wake in the same
// second.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <fibers/fibers.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/pace.hpp"
#include "support/random.hpp"

using tutorial::seconds;
using tutorial::Stopwatch;
using Queue = fibers::Queue<std::pair<std::string, Stopwatch>>;

void randsleep(tutorial::Random& random, const std::string& caller) {
    const int i = random.randint(0, 10);
    fmt::print("{} sleeping for {} seconds.\n", caller, i);
    fibers::sleep(seconds(i));
}

void produce(int name, Queue& q, tutorial::Random& random) {
    for (int n = random.randint(1, 3); n > 0; --n) {
        randsleep(random, fmt::format("Producer {}", name));
        const auto i = fmt::format("{:010x}", random.getrandbits(40));
        q.put({i, Stopwatch()});
        fmt::print("Producer {} added <{}> to queue.\n", name, i);
    }
}

void consume(int name, Queue& q, tutorial::Random& random) {
    while (true) {
        randsleep(random, fmt::format("Consumer {}", name));
        const auto [i, age] = q.get();
        fmt::print("Consumer {} got element <{}> in {:.5f} seconds.\n", name, i, age.seconds());
        q.task_done();
    }
}

void run_all(int nprod, int ncon, tutorial::Random& random) {
    Queue q;
    std::vector<fibers::Task<void>> producers, consumers;
    for (int n = 0; n < nprod; ++n) {
        producers.push_back(fibers::create_task([&, n] { produce(n, q, random); }));
    }
    for (int n = 0; n < ncon; ++n) {
        consumers.push_back(fibers::create_task([&, n] { consume(n, q, random); }));
    }
    fibers::gather(producers).get();
    q.join();
    for (const auto& c : consumers) c.cancel();
    fibers::wait(consumers);  // they refer to the queue, which ends here
}

int main(int argc, char** argv) {
    int nprod = 2, ncon = 3;
    unsigned seed = 1256;
    CLI::App app;
    app.add_option("-p,--nprod", nprod);
    app.add_option("-c,--ncon", ncon);
    app.add_option("-s,--seed", seed);
    CLI11_PARSE(app, argc, argv);
    tutorial::Random random(seed);
    const Stopwatch watch;
    fibers::run([&] { run_all(nprod, ncon, random); });
    fmt::print("Program completed in {:.5f} seconds.\n", watch.seconds());
}
