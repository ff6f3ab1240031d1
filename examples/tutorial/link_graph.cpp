// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The links between the pages of a site as a directed graph, in Graphviz's language.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <map>
#include <netpatch/netpatch.hpp>
#include <set>
#include <string>

#include "http/session.hpp"
#include "support/web.hpp"

using tutorial::page;
using Graph = std::map<std::string, std::set<std::string>>;

std::set<std::string> links_of(http::Session& session, const std::string& url) {
    const auto response = session.get(url);
    std::set<std::string> links;
    if (response.status != 200) return links;
    for (const auto& link : tutorial::hrefs(response.text())) {
        const auto found = tutorial::urljoin(url, link);
        if (found.starts_with(page("/"))) links.insert(found.substr(0, found.find('#')));
    }
    return links;
}

// The page is in the graph already: whoever comes later knows that somebody is here.
void visit(http::Session& session, const std::string& url, Graph& graph) {
    const auto links = graph[url] = links_of(session, url);
    fibers::TaskGroup::run([&](fibers::TaskGroup& group) {
        for (const auto& link : links) {
            if (graph.try_emplace(link).second) group.create_task([&, link] { visit(session, link, graph); });
        }
    });
}

int main() {
    netpatch::patch_all();
    Graph graph;
    fibers::run([&] {
        http::Session session;
        visit(session, page("/"), graph);
    });
    fmt::print("digraph site {{\n");
    for (const auto& [url, links] : graph) {
        for (const auto& link : links) {
            fmt::print("    \"{}\" -> \"{}\";\n", url.substr(page("").size()), link.substr(page("").size()));
        }
    }
    fmt::print("}}\n");
}
