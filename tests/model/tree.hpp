// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The programs of the model test: trees of what asyncio's users nest, small enough to be run by the library,
// by the model and by asyncio itself.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace model {

// What a node does. `number` and `mode` are the node's; every node returns a text or throws.
enum class Kind {
    value,       // returns at once
    sleep,       // sleeps `number` units of time; 0 yields
    boom,        // throws an error of its own
    seq,         // its children one after another
    timeout,     // timeout(number, child)
    reschedule,  // moves the deadline of the innermost timeout around it in its task to `number` from now
    group,       // a TaskGroup: all children but the last are tasks, the last is the body
    gather,      // gather(children); mode is a sum of GatherMode
    shield,     // shield(task of the child); mode 1: if that is cancelled, waits for the task before going on
    wait_for,   // wait_for(child, number); mode is a WaitForMode
    on_cancel,  // catches CancelledError of its first child, runs the second, then does what mode, OnCancel,
                // says
    guard,      // catches every other error of its child
    finally,    // runs its second child after its first, however that ended
    lock,       // its child while it has lock `number`
    semaphore,  // its child while it has a permit of semaphore `number`
    release,    // makes one more permit of semaphore `number`
    put,        // puts an item into queue `number`
    get,        // takes one out
    spawn,     // makes a task of its child and goes on; mode 1: in the innermost group around it, if there is
               // one
    join,      // waits for the task whose root is node `number`, if it exists
    cancel,    // cancels that task
    uncancel,  // takes back one cancel() of its own task
};
inline constexpr int kinds = static_cast<int>(Kind::uncancel) + 1;

// with_body: the last child is run by the same task between making the gather() and waiting for it.
enum GatherMode { callables = 1, outcomes = 2, first_twice = 4, with_body = 8 };
enum WaitForMode { for_task, for_callable, for_shield };
enum OnCancel { swallow, swallow_and_uncancel, rethrow, fail };

// One node of a tree, or one task of a program with all that is in it.
struct Node {
    Kind kind = Kind::value;
    int id = 0;
    int number = 0;
    int mode = 0;
    std::vector<Node> children = {};
};

// What main() starts as tasks, in order; it then waits, and from time to time cancels what is left.
struct Program {
    std::vector<Node> roots;
};

// What every program has of each, and what main() does.
inline constexpr int lock_count = 2;
inline constexpr int semaphore_permits[] = {1, 2};
inline constexpr int queue_sizes[] = {0, 1};
inline constexpr int patience = 1000;  // of main(), between two rounds of cancelling
inline constexpr int rounds = 100;     // more than any program needs

// Whose rules hold, and so what may be in a program.
enum class Dialect {
    ours,     // DESIGN.md's, section 5
    asyncio,  // asyncio's: no gather() of callables, no wait_for() of a callable and no time
};

// What happened, line by line: "<time> <id of the node> <what>"; then how each task ended.
using Trace = std::vector<std::string>;

// The same names in the text form and in asyncio_trees.py.
const char* name_of(Kind kind) noexcept;
// For reading: a line a node.
std::string outline(const Program& program);
// For asyncio_trees.py, on one line.
std::string to_json(const Program& program);
std::string to_json(const Trace& trace);

std::size_t size_of(const Node& node);
std::size_t size_of(const Program& program);

}  // namespace model
