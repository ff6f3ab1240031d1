// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "drawing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "layout.hpp"

namespace areq {

namespace {

using Edges = std::vector<std::pair<std::size_t, std::size_t>>;

constexpr double kSpacing = 90;
constexpr double kMargin = 120;

struct Node {
    std::string url;
    Point place;
    double radius = 5;
    int hue = 210;
};

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string host_of(const std::string& url) {
    const auto start = url.find("://");
    const auto host = start == std::string::npos ? 0 : start + 3;
    return url.substr(host, url.find('/', host) - host);
}

// The end of the path, or the host where there is no path.
std::string label_of(const std::string& url) {
    std::string name = url.substr(0, url.find('?'));
    while (name.ends_with('/')) name.pop_back();
    name = name.substr(name.rfind('/') + 1);
    return name.size() <= 28 ? name : name.substr(0, 25) + "...";
}

std::vector<Node> make_nodes(const std::vector<std::string>& pages, const Edges& edges) {
    const auto places = lay_out(pages.size(), edges, kSpacing);
    std::vector<Node> nodes;
    std::map<std::string, int> hues;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        // Steps of the golden angle keep the colours of neighbours in the list apart.
        const int hue = (210 + 137 * static_cast<int>(hues.size())) % 360;
        nodes.push_back({pages[i], places[i], 5, hues.emplace(host_of(pages[i]), hue).first->second});
    }
    std::vector<int> links(pages.size(), 0);
    for (const auto& [from, to] : edges) ++links[to];
    for (std::size_t i = 0; i < pages.size(); ++i)
        nodes[i].radius = std::min(4 + 1.5 * std::sqrt(links[i]), 16.0);
    return nodes;
}

// From rim to rim, so that arrowheads are seen. Thin and pale where there are many.
std::string draw_edges(const std::vector<Node>& nodes, const Edges& edges) {
    const double opacity =
        std::clamp(40.0 / std::sqrt(static_cast<double>(edges.size()) + 1) / 10, 0.06, 0.6);
    std::string svg =
        fmt::format("<g stroke=\"#456\" stroke-opacity=\"{:.2f}\" stroke-width=\"1\">\n", opacity);
    for (const auto& [from, to] : edges) {
        const Node& a = nodes[from];
        const Node& b = nodes[to];
        const double dx = b.place.x - a.place.x;
        const double dy = b.place.y - a.place.y;
        const double length = std::sqrt(dx * dx + dy * dy);
        if (length < a.radius + b.radius + 2) continue;
        svg += fmt::format(
            "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" marker-end=\"url(#head)\"/>\n",
            a.place.x + dx / length * a.radius, a.place.y + dy / length * a.radius,
            b.place.x - dx / length * (b.radius + 1), b.place.y - dy / length * (b.radius + 1));
    }
    return svg + "</g>\n";
}

std::string draw_nodes(const std::vector<Node>& nodes) {
    std::string svg = "<g stroke=\"white\" stroke-width=\"1\">\n";
    for (const Node& node : nodes) {
        svg += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"hsl({}, 55%, "
            "50%)\"><title>{}</title></circle>\n",
            node.place.x, node.place.y, node.radius, node.hue, escaped(node.url));
    }
    // A white rim keeps names readable on top of lines.
    svg +=
        "</g>\n<g font-family=\"sans-serif\" text-anchor=\"middle\" stroke=\"white\" stroke-width=\"3\" "
        "paint-order=\"stroke\">\n";
    for (const Node& node : nodes) {
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\">{}</text>\n", node.place.x,
                           node.place.y + node.radius + 10, std::min(8 + node.radius / 4, 16.0),
                           escaped(label_of(node.url)));
    }
    return svg + "</g>\n";
}

std::string view_box(const std::vector<Node>& nodes) {
    Point low{0, 0};
    Point high{0, 0};
    for (const Node& node : nodes) {
        low = {std::min(low.x, node.place.x), std::min(low.y, node.place.y)};
        high = {std::max(high.x, node.place.x), std::max(high.y, node.place.y)};
    }
    const double width = high.x - low.x + 2 * kMargin;
    const double height = high.y - low.y + 2 * kMargin;
    return fmt::format("viewBox=\"{:.0f} {:.0f} {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\"",
                       low.x - kMargin, low.y - kMargin, width, height, width, height);
}

}  // namespace

std::string draw(const std::vector<std::string>& pages, const Edges& edges) {
    const auto nodes = make_nodes(pages, edges);
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" " + view_box(nodes) + ">\n";
    svg +=
        "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
        "markerHeight=\"7\" "
        "orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"#456\" fill-opacity=\"0.6\"/></marker></defs>\n";
    svg += "<rect x=\"-100000\" y=\"-100000\" width=\"200000\" height=\"200000\" fill=\"white\"/>\n";
    return svg + draw_edges(nodes, edges) + draw_nodes(nodes) + "</svg>\n";
}

}  // namespace areq
