// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <atomic>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "fibers/executor_future.hpp"
#include "fibers/executor_map.hpp"
#include "fibers/executor_remote.hpp"
#include "fibers/executor_threads.hpp"
#include "fibers/executor_wire.hpp"
#include "fibers/executor_worker.hpp"

namespace fibers {
namespace detail {

// What an argument is while it travels: literals and other C strings are std::strings.
template <class A>
using Travelling =
    std::conditional_t<std::is_same_v<std::decay_t<A>, const char*> || std::is_same_v<std::decay_t<A>, char*>,
                       std::string, std::decay_t<A>>;

// Functions have the same address in a worker; a callable without captures needs no more than its class.
template <class F>
inline constexpr bool plain_function = std::is_member_pointer_v<F> ||
                                       (std::is_pointer_v<F> && std::is_function_v<std::remove_pointer_t<F>>);
template <class F>
inline constexpr bool can_be_sent = plain_function<F> ||
                                    (std::is_empty_v<F> && std::default_initializable<F>);

// What the call returns there, as a value here.
template <class F, class... A>
using WorkerResult = std::remove_cvref_t<std::invoke_result_t<F, A...>>;

// A call in a worker: the function and its arguments, there and on the way.
template <class F, class... A>
struct WorkerCall {
    using Result = WorkerResult<F, A...>;
    using Function = std::conditional_t<plain_function<F>, F, std::tuple<>>;

    static void write(WireWriter& out, [[maybe_unused]] const F& f, const std::tuple<A...>& arguments) {
        if constexpr (plain_function<F>) Wire<F>::write(out, f);
        Wire<std::tuple<A...>>::write(out, arguments);
    }
    // The WorkerEntry.
    static void make(WireReader& in, WireWriter& out) {
        if constexpr (plain_function<F>) {
            const F f = Wire<F>::read(in);
            answer(f, Wire<std::tuple<A...>>::read(in), out);
        } else {
            answer(F(), Wire<std::tuple<A...>>::read(in), out);
        }
    }

private:
    template <class Callable>
    static void answer(Callable&& f, std::tuple<A...> arguments, [[maybe_unused]] WireWriter& out) {
        if constexpr (std::is_void_v<Result>) {
            std::apply(std::forward<Callable>(f), std::move(arguments));
        } else {
            Wire<Result>::write(out, std::apply(std::forward<Callable>(f), std::move(arguments)));
        }
    }
};

// The job of having that made. A thread waits for the worker meanwhile.
template <class F, class... A>
class WorkerJob final : public ValueJob<WorkerResult<F, A...>> {
public:
    using Call = WorkerCall<F, A...>;
    using Result = typename Call::Result;

    WorkerJob(WorkerSet& workers, F f, std::tuple<A...> arguments)
        : workers_(workers), f_(std::move(f)), arguments_(std::move(arguments)) {}

private:
    void call() override {
        const WorkerReply reply = ask();
        this->fill([&]() -> Result {
            if constexpr (!std::is_void_v<Result>) {
                WireReader in(reply.view());
                return Wire<Result>::read(in);
            }
        });
    }
    WorkerReply ask() {
        WireWriter out;
        Call::write(out, f_, *arguments_);
        arguments_.reset();
        return workers_.call(&Call::make, out.bytes());
    }
    void drop() noexcept override { arguments_.reset(); }

    WorkerSet& workers_;
    F f_;
    std::optional<std::tuple<A...>> arguments_;
};

}  // namespace detail

// Makes calls in processes of its own: for work that would keep a processor busy, or that may crash. Workers
// are made when needed and kept. Each is a copy of this process as it was when the executor was made, with
// one thread and without its loops, its descriptors (0, 1, 2 stay, standard input empty) and its Ctrl-C; what
// was written to variables since is not seen there. A call there is an ordinary function on an ordinary
// thread, which may call fibers::run(). Workers end with the executor, and when this process dies.
//
// Make it before the first thread, best first thing in main(): what another thread holds locked while this
// process is copied stays locked in the copies; that is reported, as Python does. Libraries loaded later are
// unknown to the workers. Any thread, and the fibers of any loops, may use one executor at the same time. In
// a forked child everything throws RuntimeError. A wait() for any child may find its fork server.
// Source: concurrent.futures.ProcessPoolExecutor.
class ProcessPoolExecutor {
public:
    // At most `max_workers` processes. Forks the server that forks them later. Throws std::invalid_argument
    // unless max_workers > 0, ResourceError.
    // In debug mode, one that is not shut down when the loop it was made in ends is reported.
    explicit ProcessPoolExecutor(int max_workers = process_cpu_count(),
                                 SourceLocation where = SourceLocation::current());
    // shutdown(), unless that was called.
    ~ProcessPoolExecutor();
    ProcessPoolExecutor(const ProcessPoolExecutor&) = delete;
    ProcessPoolExecutor& operator=(const ProcessPoolExecutor&) = delete;

    // Has f(arguments…) called in a worker. f is a function or a callable without captures; arguments and
    // result are trivially copyable, strings, or vectors, pairs, tuples and optionals of such; a reference
    // becomes a value. They travel on a thread of the executor's. An exception arrives as the nearest
    // standard class and RemoteException; a worker that dies fails this call only, with BrokenProcessPool.
    // Never suspends. Throws RuntimeError after shutdown(), ResourceError if there is no thread. Any thread.
    template <class F, class... A>
    requires std::invocable<std::decay_t<F>, detail::Travelling<A>...>
    auto submit(F&& f, A&&... arguments) {
        using Function = std::decay_t<F>;
        using Result = detail::WorkerResult<Function, detail::Travelling<A>...>;
        static_assert(detail::can_be_sent<Function>,
                      "a ProcessPoolExecutor calls functions and callables without captures: pass what it "
                      "captures as arguments");
        static_assert((detail::Wire<detail::Travelling<A>>::can && ...),
                      "the arguments of a call in another process must be trivially copyable (no pointers or "
                      "views), strings, or vectors, pairs, tuples and optionals of such");
        static_assert(detail::Wire<Result>::can,
                      "the result of a call in another process must be trivially copyable (no pointer or "
                      "view), a string, or a vector, pair, tuple or optional of such");
        using Job = detail::WorkerJob<Function, detail::Travelling<A>...>;
        auto job = std::make_shared<Job>(set(), std::forward<F>(f),
                                         std::tuple<detail::Travelling<A>...>(std::forward<A>(arguments)...));
        threads_->submit(job);
        return ExecutorFuture<Result>(std::move(job));
    }
    // As ThreadPoolExecutor::map().
    template <class F, std::ranges::input_range Range>
    auto map(F&& f, Range&& range, Duration timeout = Duration::max()) {
        return detail::map_with(*this, f, std::forward<Range>(range), timeout);
    }
    // As ThreadPoolExecutor::shutdown(); the workers and their server end, too, and leave no zombies.
    void shutdown(ShutdownOptions options = {});

private:
    detail::WorkerSet& set() const noexcept { return *set_; }

    detail::WorkerSet* set_;  // belongs to the threads: the last one ends the workers
    std::shared_ptr<detail::Workers> threads_;
    debug::Resource resource_;
    std::atomic<bool> shut_down_{false};  // shutdown() was called: then the destructor waits for nobody
};

}  // namespace fibers
