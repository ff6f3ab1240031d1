// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "graph.hpp"

#include <catch2/catch.hpp>

#include "drawing.hpp"
#include "layout.hpp"

TEST_CASE("the graph has an edge for each link between pages that were visited") {
    areq::Graph graph;
    graph.add("http://a/1", {"http://a/2", "http://a/2#part", "http://a/1#self", "http://elsewhere/"});
    graph.add("http://a/2", {"http://a/1"});
    CHECK(graph.pages() == std::vector<std::string>{"http://a/1", "http://a/2"});
    CHECK(graph.edges() == std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {1, 0}});
}

TEST_CASE("no two nodes come to lie in one place") {
    std::vector<std::pair<std::size_t, std::size_t>> edges;
    for (std::size_t i = 1; i < 40; ++i) edges.emplace_back(0, i);
    const auto places = areq::lay_out(40, edges, 90);
    REQUIRE(places.size() == 40);
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double dx = places[i].x - places[j].x;
            const double dy = places[i].y - places[j].y;
            CHECK(dx * dx + dy * dy > 30 * 30);
        }
    }
}

TEST_CASE("the drawing shows each page and link, and escapes what is special in XML") {
    const auto svg = areq::draw({"http://a/?x=1&y=<2>", "http://a/page.html"}, {{0, 1}});
    CHECK(svg.find("<title>http://a/?x=1&amp;y=&lt;2&gt;</title>") != std::string::npos);
    CHECK(svg.find(">page.html</text>") != std::string::npos);
    CHECK(svg.find("marker-end=\"url(#head)\"") != std::string::npos);
    CHECK(svg.find("</svg>") != std::string::npos);
}
