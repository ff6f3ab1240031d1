// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "tests/model/generator.hpp"

#include <random>
#include <utility>

namespace model {
namespace {

constexpr int deepest = 5;
constexpr int most_nodes = 48;
constexpr int a_rival = -2;  // in the place of a number that is found later

class Generator {
public:
    Generator(std::uint64_t seed, Dialect dialect) : random_(seed), dialect_(dialect) {}

    Program program() {
        Program program;
        program.roots.push_back(tree(deepest));
        const int helpers = below(4);  // each cancels something at some time, or hands something over
        for (int i = 0; i < helpers; ++i) program.roots.push_back(helper());
        const std::size_t before_rivals = program.roots.size();
        if (chance(30)) add_rivals(program.roots);
        for (Node& root : program.roots) number(root);
        for (std::size_t i = before_rivals; i < program.roots.size(); ++i)
            rivals_.push_back(program.roots[i].id);
        for (Node& root : program.roots) find_tasks(root, root.id, true);
        for (Node& root : program.roots) set_targets(root, root.id);
        return program;
    }

private:
    struct TaskRoot {
        int id;
        bool joinable;  // has a handle: the tasks of a gather() of callables have none
    };

    int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
    bool chance(int percent) { return below(100) < percent; }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
    }
    // Few different ones, so that much happens at the same instant.
    int delay() { return chance(15) ? 0 : 1 + below(5); }
    int limit() { return chance(10) ? -below(2) : 1 + below(8); }

    Node node(Kind kind, int its_number = 0, int mode = 0, std::vector<Node> children = {}) {
        ++made_;
        return {kind, 0, its_number, mode, std::move(children)};
    }

    Node helper() {
        Node all = node(Kind::seq);
        const int cancels = 1 + below(3);
        for (int i = 0; i < cancels; ++i) {
            if (chance(85)) all.children.push_back(node(Kind::sleep, 1 + below(7)));
            if (chance(25)) all.children.push_back(hand_over());
            all.children.push_back(node(Kind::cancel));
        }
        return all;
    }

    // Tasks that want the same thing; who has handed it on may cancel who got it before that one runs.
    void add_rivals(std::vector<Node>& roots) {
        const Kind kinds_of_things[] = {Kind::lock, Kind::semaphore, Kind::get};
        const Kind kind = kinds_of_things[below(3)];
        const int which = below(2);
        const int count = 3 + below(3);
        for (int i = 0; i < count; ++i) {
            Node all = node(Kind::seq);
            if (chance(50)) all.children.push_back(node(Kind::sleep, delay()));
            if (kind == Kind::get && i % 2) {
                all.children.push_back(node(Kind::put, which));
            } else if (kind == Kind::get) {
                all.children.push_back(node(kind, which));
            } else {
                Node held = node(Kind::sleep, delay());
                all.children.push_back(node(kind, which, 0, {std::move(held)}));
            }
            if (chance(50)) all.children.push_back(node(Kind::cancel, a_rival));
            roots.push_back(std::move(all));
        }
    }

    Node hand_over() {
        switch (below(3)) {
            case 0:
                return node(Kind::release, below(2));
            case 1:
                return node(Kind::put, below(2));
            default:
                return node(Kind::get, below(2));
        }
    }

    Node leaf() {
        const int choice = below(20);
        const int its_limit = limit();
        if (choice < 1) return node(Kind::value);
        if (choice < 3) return node(Kind::boom);
        if (choice < 6) return hand_over();
        if (choice < 8) return node(Kind::cancel);
        if (choice < 10) return node(Kind::join);
        if (choice < 11) return node(Kind::uncancel);
        if (choice < 12) return node(Kind::reschedule, its_limit);
        return node(Kind::sleep, delay());
    }

    std::vector<Node> trees(int depth, int count) {
        std::vector<Node> all;
        for (int i = 0; i < count; ++i) all.push_back(tree(depth));
        return all;
    }

    Node sequence(int depth) {
        std::vector<Node> steps = trees(depth, 1 + below(3));
        if (chance(30)) steps.insert(steps.begin(), node(Kind::sleep, delay()));
        return node(Kind::seq, 0, 0, std::move(steps));
    }

    Node tree(int depth) {
        if (depth == 0 || made_ > most_nodes || chance(10)) return leaf();
        // One draw a statement: the order of arguments is the compiler's.
        const int choice = below(25);
        const int mode = below(4);
        const int its_limit = limit();
        const int below_it = depth - 1;
        if (choice < 3) return sequence(below_it);
        if (choice < 6) return node(Kind::timeout, its_limit, 0, trees(below_it, 1));
        if (choice < 9) return node(Kind::group, 0, 0, trees(below_it, 1 + mode % 3));
        if (choice < 12) return gather(below_it);
        if (choice < 14) return node(Kind::shield, 0, mode % 2, trees(below_it, 1));
        if (choice < 16) return wait_for(its_limit, below_it);
        if (choice < 20) return node(Kind::on_cancel, 0, mode, trees(below_it, its_limit % 2 ? 1 : 2));
        if (choice < 22)
            return node(mode ? Kind::guard : Kind::spawn, 0, its_limit % 2 ? 1 : 0, trees(below_it, 1));
        if (choice < 23) return node(Kind::finally, 0, 0, trees(below_it, 2));
        return node(mode < 2 ? Kind::lock : Kind::semaphore, mode % 2, 0, {sequence(below_it)});
    }

    Node gather(int depth) {
        int mode = below(8);
        if (dialect_ == Dialect::asyncio) mode &= ~callables;
        if (mode & callables) mode &= ~first_twice;
        if (chance(20)) mode |= with_body;
        const int count = 1 + below(3) + (mode & with_body ? 1 : 0);
        return node(Kind::gather, 0, mode, trees(depth, count));
    }

    Node wait_for(int time, int depth) {
        const int mode = below(3);
        if (dialect_ == Dialect::asyncio && mode == for_callable && time <= 0) time = 1;
        return node(Kind::wait_for, time, mode, trees(depth, 1));
    }

    void number(Node& at) {
        at.id = next_id_++;
        for (Node& child : at.children) number(child);
    }

    static bool is_task(const Node& parent, std::size_t child) {
        switch (parent.kind) {
            case Kind::group:
                return child + 1 < parent.children.size();
            case Kind::wait_for:
                return parent.mode != for_callable;
            default:
                if (parent.kind == Kind::gather)
                    return !(parent.mode & with_body) || child + 1 < parent.children.size();
                return parent.kind == Kind::shield || parent.kind == Kind::spawn;
        }
    }

    void find_tasks(const Node& at, int root, bool joinable) {
        if (at.id == root) tasks_.push_back({root, joinable});
        for (std::size_t i = 0; i < at.children.size(); ++i) {
            const Node& child = at.children[i];
            const bool owned = at.kind == Kind::gather && (at.mode & callables) && is_task(at, i);
            find_tasks(child, is_task(at, i) ? child.id : root, !owned);
        }
    }

    // A task waits only for those with larger numbers, so that no two wait for each other.
    void set_targets(Node& at, int root) {
        if (at.kind == Kind::cancel) {
            at.number = at.number == a_rival ? one_of(rivals_) : chance(20) ? root : one_of(tasks_).id;
        } else if (at.kind == Kind::join) {
            std::vector<int> later;
            for (const TaskRoot& task : tasks_) {
                if (task.id > root && task.joinable) later.push_back(task.id);
            }
            at.number = later.empty() ? -1 : one_of(later);
        }
        for (std::size_t i = 0; i < at.children.size(); ++i) {
            set_targets(at.children[i], is_task(at, i) ? at.children[i].id : root);
        }
    }

    std::mt19937_64 random_;
    Dialect dialect_;
    int made_ = 0;
    int next_id_ = 0;
    std::vector<TaskRoot> tasks_;
    std::vector<int> rivals_;
};

}  // namespace

Program generate(std::uint64_t seed, Dialect dialect) {
    return Generator(seed, dialect).program();
}

}  // namespace model
