// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "tests/model/tree.hpp"

#include <numeric>

namespace model {
namespace {

constexpr const char* names[kinds] = {"value",   "sleep",  "boom",      "seq",      "timeout",   "reschedule",
                                      "group",   "gather", "shield",    "wait_for", "on_cancel", "guard",
                                      "finally", "lock",   "semaphore", "release",  "put",       "get",
                                      "spawn",   "join",   "cancel",    "uncancel"};

void outline(const Node& node, int depth, std::string& text) {
    text += std::to_string(node.id) + std::string(static_cast<std::size_t>(2 * depth) + 1, ' ') +
            name_of(node.kind);
    text += " number=" + std::to_string(node.number) + " mode=" + std::to_string(node.mode) + "\n";
    for (const Node& child : node.children) outline(child, depth + 1, text);
}

template <class Range, class Text>
std::string json_list(const Range& range, Text text) {
    std::string list = "[";
    for (const auto& element : range) {
        if (list.size() > 1) list += ',';
        list += text(element);
    }
    return list += ']';
}

std::string node_json(const Node& node) {
    std::string text = "[\"";
    text.append(name_of(node.kind)).append("\"");
    for (const int number : {node.id, node.number, node.mode})
        text.append(",").append(std::to_string(number));
    return text.append(",").append(json_list(node.children, node_json)).append("]");
}

std::string quoted(const std::string& line) {
    return std::string("\"").append(line).append("\"");
}

}  // namespace

const char* name_of(Kind kind) noexcept {
    return names[static_cast<int>(kind)];
}

std::string outline(const Program& program) {
    std::string text;
    for (const Node& root : program.roots) outline(root, 0, text);
    return text;
}

std::string to_json(const Program& program) {
    return json_list(program.roots, node_json);
}

std::string to_json(const Trace& trace) {
    return json_list(trace, quoted);
}

std::size_t size_of(const Node& node) {
    return std::accumulate(node.children.begin(), node.children.end(), std::size_t{1},
                           [](std::size_t sum, const Node& child) { return sum + size_of(child); });
}

std::size_t size_of(const Program& program) {
    return std::accumulate(program.roots.begin(), program.roots.end(), std::size_t{0},
                           [](std::size_t sum, const Node& root) { return sum + size_of(root); });
}

}  // namespace model
