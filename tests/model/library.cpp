// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "tests/model/library.hpp"

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "fibers/fibers.hpp"
#include "tests/support/virtual_run.hpp"

namespace model {
namespace {

using fibers::CancelledError;
using Text = std::string;

struct Boom : std::runtime_error {
    using std::runtime_error::runtime_error;
};

Text text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const CancelledError&) {
        return "cancelled";
    } catch (const fibers::ExceptionGroup& group) {
        Text all;
        for (const std::exception_ptr& each : group.exceptions())
            all += (all.empty() ? "" : " ") + text_of(each);
        return "group(" + all + ")";
    } catch (const fibers::TimeoutError&) {
        return "timeout";
    } catch (const Boom& boom) {
        return boom.what();
    } catch (const fibers::RuntimeError&) {
        return "runtime error";
    }
}

// Stands in the way of the node's own exceptions only.
class Interpreter {
public:
    explicit Interpreter(fibers::debug::TestClock& clock) : clock_(clock) {
        for (const int permits : semaphore_permits) semaphores_.emplace_back(permits);
    }

    void run(const Program& program) {
        for (const Node& root : program.roots)
            keep(root, fibers::create_task([this, &root] { return run(root, {}); }));
        for (int round = 0; round < rounds && any_left(); ++round) {
            fibers::sleep(std::chrono::milliseconds(patience));
            for (const auto& [id, task] : tasks_) {
                if (!task.any.done()) task.any.cancel();
            }
        }
        for (const auto& [id, task] : tasks_) say_end(id, task.any);
    }

    const Trace& trace() const noexcept { return trace_; }

private:
    // What a node can refer to without naming it.
    struct Scope {
        fibers::Timeout* timeout = nullptr;  // the innermost around it, in its task
        fibers::TaskGroup* group = nullptr;  // the innermost around it
    };
    struct Known {
        fibers::AnyTask any;
        fibers::Task<Text> task = {};  // empty for those that gather() made
    };

    void say(int id, const Text& what) {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.elapsed()).count();
        trace_.push_back(std::to_string(now) + " " + std::to_string(id) + " " + what);
    }
    void say_end(int id, const fibers::AnyTask& task) {
        Text how = "left";
        if (task.cancelled()) {
            how = "cancelled";
        } else if (task.done()) {
            how = task.exception() ? text_of(task.exception()) : "value";
        }
        trace_.push_back("task " + std::to_string(id) + " " + how + " cancelling " +
                         std::to_string(task.cancelling()));
    }

    bool any_left() const {
        for (const auto& [id, task] : tasks_) {
            if (!task.any.done()) return true;
        }
        return false;
    }
    const fibers::Task<Text>& keep(const Node& root, const fibers::Task<Text>& task) {
        return tasks_.insert_or_assign(root.id, Known{task, task}).first->second.task;
    }
    // Keeps it where the map may change meanwhile.
    fibers::Task<Text> start(const Node& root) {
        return keep(root, fibers::create_task([this, &root] { return run(root, {}); }));
    }

    Text run(const Node& node, Scope scope) {
        say(node.id, "starts");
        try {
            Text value = perform(node, scope);
            say(node.id, "returns " + value);
            return value;
        } catch (const CancelledError&) {
            say(node.id, "cancelled");
            throw;
        } catch (const std::exception&) {
            say(node.id, "throws " + text_of(std::current_exception()));
            throw;
        }
    }

    Text perform(const Node& node, Scope scope) {
        const auto child = [&](std::size_t i) { return run(node.children.at(i), scope); };
        const auto at = static_cast<std::size_t>(node.number);
        switch (node.kind) {
            case Kind::value:
                return "v";
            case Kind::sleep:
                fibers::sleep(std::chrono::milliseconds(node.number));
                return "slept";
            case Kind::boom:
                throw Boom("boom" + std::to_string(node.id));
            case Kind::seq: {
                Text last;
                for (const Node& step : node.children) last = run(step, scope);
                return last;
            }
            case Kind::timeout:
                return timeout(node, scope);
            case Kind::reschedule:
                if (!scope.timeout) return "none";
                scope.timeout->reschedule(std::chrono::milliseconds(node.number));
                return "moved";
            case Kind::group:
                return group(node, scope);
            case Kind::gather:
                return gather(node, scope);
            case Kind::shield:
                return shield(node);
            case Kind::wait_for:
                return wait_for(node, scope);
            case Kind::on_cancel:
                return on_cancel(node, scope);
            case Kind::guard:
                return guard(node, scope);
            case Kind::finally:
                return finally(node, scope);
            case Kind::lock: {
                const std::lock_guard held(locks_.at(at));
                return child(0);
            }
            case Kind::semaphore: {
                const std::lock_guard held(semaphores_.at(at));
                return child(0);
            }
            default:
                return act(node, scope);
        }
    }

    Text guard(const Node& node, Scope scope) {
        try {
            return run(node.children.at(0), scope);
        } catch (const std::exception&) {
            return "caught " + text_of(std::current_exception());
        }
    }

    Text finally(const Node& node, Scope scope) {
        Text value;
        try {
            value = run(node.children.at(0), scope);
        } catch (...) {
            run(node.children.at(1), scope);
            throw;
        }
        run(node.children.at(1), scope);
        return value;
    }

    // The kinds that only do something.
    Text act(const Node& node, Scope scope) {
        const auto at = static_cast<std::size_t>(node.number);
        switch (node.kind) {
            case Kind::release:
                semaphores_.at(at).release();
                return "released";
            case Kind::put:
                queues_.at(at).put(node.id);
                return "put";
            case Kind::get:
                return "got " + std::to_string(queues_.at(at).get());
            case Kind::spawn:
                spawn(node.children.at(0), node.mode ? scope.group : nullptr);
                return "spawned";
            case Kind::join:
                if (const auto found = tasks_.find(node.number); found != tasks_.end()) {
                    const fibers::Task<Text> task = found->second.task;
                    return "joined " + task.get();
                }
                return "none";
            case Kind::cancel:
                if (const auto found = tasks_.find(node.number); found != tasks_.end()) {
                    return found->second.any.cancel() ? "true" : "false";
                }
                return "none";
            default:
                return std::to_string(fibers::current_task().uncancel());
        }
    }

    Text timeout(const Node& node, Scope scope) {
        return fibers::timeout(std::chrono::milliseconds(node.number), [&](fibers::Timeout& deadline) {
            const struct Sayer {
                Interpreter& self;
                const Node& node;
                const fibers::Timeout& deadline;
                ~Sayer() { self.say(node.id, deadline.expired() ? "expired" : "not expired"); }
            } sayer{*this, node, deadline};
            return run(node.children.at(0), {&deadline, scope.group});
        });
    }

    Text group(const Node& node, Scope scope) {
        return fibers::TaskGroup::run([&](fibers::TaskGroup& group) {
            for (std::size_t i = 0; i + 1 < node.children.size(); ++i) spawn(node.children[i], &group);
            return run(node.children.back(), {scope.timeout, &group});
        });
    }

    void spawn(const Node& root, fibers::TaskGroup* group) {
        if (!group) {
            start(root);
            return;
        }
        keep(root, group->create_task([this, &root, group] { return run(root, {nullptr, group}); }));
    }

    Text gather(const Node& node, Scope scope) {
        const std::size_t count = node.children.size() - (node.mode & with_body ? 1 : 0);
        if (node.mode & callables) {
            std::vector<std::function<Text()>> functions;
            for (std::size_t i = 0; i < count; ++i) {
                functions.emplace_back([this, &child = node.children[i]] {
                    tasks_.insert_or_assign(child.id, Known{fibers::current_task()});
                    return run(child, {});
                });
            }
            return gather_all(node, scope, functions);
        }
        std::vector<fibers::Task<Text>> tasks;
        for (std::size_t i = 0; i < count; ++i) tasks.push_back(start(node.children[i]));
        if (node.mode & first_twice) tasks.push_back(tasks.front());
        return gather_all(node, scope, tasks);
    }

    template <class Range>
    Text gather_all(const Node& node, Scope scope, const Range& range) {
        Text all;
        if (node.mode & outcomes) {
            for (const auto& each :
                 wait_for_all(node, scope, fibers::gather(fibers::return_exceptions, range))) {
                all +=
                    (all.empty() ? "" : " ") + (each.has_value() ? each.value() : text_of(each.exception()));
            }
        } else {
            for (const Text& each : wait_for_all(node, scope, fibers::gather(range))) {
                all += (all.empty() ? "" : " ") + each;
            }
        }
        return "[" + all + "]";
    }
    template <class Gather>
    auto wait_for_all(const Node& node, Scope scope, Gather gather) {
        if (node.mode & with_body) run(node.children.back(), scope);
        return std::move(gather).get();
    }

    Text shield(const Node& node) {
        const fibers::Task<Text> task = start(node.children.at(0));
        try {
            return fibers::shield(task).get();
        } catch (const CancelledError&) {
            if (node.mode) say(node.id, "waited: " + task.get());
            throw;
        }
    }

    Text wait_for(const Node& node, Scope scope) {
        const std::chrono::milliseconds limit(node.number);
        const Node& child = node.children.at(0);
        switch (node.mode) {
            case for_callable:
                return fibers::wait_for([&] { return run(child, scope); }, limit);
            case for_shield:
                return fibers::wait_for(fibers::shield(start(child)), limit);
            default:
                return fibers::wait_for(start(child), limit);
        }
    }

    Text on_cancel(const Node& node, Scope scope) {
        try {
            return run(node.children.at(0), scope);
        } catch (const CancelledError&) {
            Text value = "swallowed";
            if (node.children.size() > 1) value = run(node.children[1], scope);
            if (node.mode == swallow_and_uncancel)
                say(node.id, std::to_string(fibers::current_task().uncancel()));
            if (node.mode == rethrow) throw;
            if (node.mode == fail) throw Boom("boom" + std::to_string(node.id));
            return value;
        }
    }

    fibers::debug::TestClock& clock_;
    std::map<int, Known> tasks_;
    std::deque<fibers::Lock> locks_{static_cast<std::size_t>(lock_count)};
    std::deque<fibers::Semaphore> semaphores_;
    std::array<fibers::Queue<int>, 2> queues_{fibers::Queue<int>(queue_sizes[0]),
                                              fibers::Queue<int>(queue_sizes[1])};
    Trace trace_;
};

}  // namespace

Trace run_by_library(const Program& program) {
    const test::Reports quiet;  // of exceptions that nobody reads
    fibers::debug::TestClock clock;
    Interpreter interpreter(clock);
    fibers::run([&] { interpreter.run(program); }, {.clock = &clock});
    return interpreter.trace();
}

}  // namespace model
