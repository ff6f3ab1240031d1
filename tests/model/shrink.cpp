// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "tests/model/shrink.hpp"

#include <utility>

namespace model {
namespace {

// Kinds that need all the children they have.
bool counts_children(const Node& node) {
    return node.kind == Kind::finally || (node.kind == Kind::gather && (node.mode & with_body));
}

// All that is one step smaller than a node.
std::vector<Node> smaller(const Node& node) {
    std::vector<Node> all;
    if (node.kind != Kind::value) all.push_back({Kind::value, node.id});
    for (const Node& child : node.children) {
        all.push_back(child);
        all.back().id = node.id;  // cancel and join know it by that
    }
    for (std::size_t i = 0; i < node.children.size() && node.children.size() > 1 && !counts_children(node);
         ++i) {
        Node fewer = node;
        fewer.children.erase(fewer.children.begin() + static_cast<std::ptrdiff_t>(i));
        all.push_back(std::move(fewer));
    }
    if (node.mode != 0 && node.kind != Kind::wait_for) {
        all.push_back(node);
        all.back().mode = 0;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        for (Node& child : smaller(node.children[i])) {
            all.push_back(node);
            all.back().children[i] = std::move(child);
        }
    }
    return all;
}

std::vector<Program> smaller(const Program& program) {
    std::vector<Program> all;
    for (std::size_t i = 0; i < program.roots.size(); ++i) {
        if (program.roots.size() > 1) {
            all.push_back(program);
            all.back().roots.erase(all.back().roots.begin() + static_cast<std::ptrdiff_t>(i));
        }
        for (Node& root : smaller(program.roots[i])) {
            all.push_back(program);
            all.back().roots[i] = std::move(root);
        }
    }
    return all;
}

}  // namespace

Program shrink(Program program, const std::function<bool(const Program&)>& bad) {
    for (bool found = true; found;) {
        found = false;
        for (Program& candidate : smaller(program)) {
            if (!bad(candidate)) continue;
            program = std::move(candidate);
            found = true;
            break;
        }
    }
    return program;
}

}  // namespace model
