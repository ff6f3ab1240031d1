// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "layout.hpp"

#include <algorithm>
#include <cmath>

namespace areq {

namespace {

// A spiral with equal room for each node: even, and never two in one place.
std::vector<Point> spiral(std::size_t count, double spacing) {
    std::vector<Point> places(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double angle = 2.399963 * static_cast<double>(i);  // the golden angle
        const double radius = 0.6 * spacing * std::sqrt(static_cast<double>(i) + 0.5);
        places[i] = {radius * std::cos(angle), radius * std::sin(angle)};
    }
    return places;
}

// All nodes push each other away, the nearer the more.
void repel(const std::vector<Point>& places, double spacing, std::vector<Point>& forces) {
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = i + 1; j < places.size(); ++j) {
            const double dx = places[i].x - places[j].x;
            const double dy = places[i].y - places[j].y;
            const double push = spacing * spacing / std::max(dx * dx + dy * dy, 1e-6);
            forces[i].x += dx * push;
            forces[i].y += dy * push;
            forces[j].x -= dx * push;
            forces[j].y -= dy * push;
        }
    }
}

// Linked nodes pull each other; one with many links pulls each of them less, lest the whole collapse into it.
void attract(const std::vector<std::pair<std::size_t, std::size_t>>& edges,
             const std::vector<double>& degrees, const std::vector<Point>& places, double spacing,
             std::vector<Point>& forces) {
    for (const auto& [from, to] : edges) {
        const double dx = places[from].x - places[to].x;
        const double dy = places[from].y - places[to].y;
        const double pull =
            std::sqrt(dx * dx + dy * dy) / spacing / std::sqrt(std::max(degrees[from], degrees[to]));
        forces[from].x -= dx * pull;
        forces[from].y -= dy * pull;
        forces[to].x += dx * pull;
        forces[to].y += dy * pull;
    }
}

// Each node follows its force, but no further than `step`. A weak pull to the middle keeps loose parts
// together.
void move(const std::vector<Point>& forces, double step, std::vector<Point>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) {
        const double x = forces[i].x - 0.3 * places[i].x;
        const double y = forces[i].y - 0.3 * places[i].y;
        const double length = std::max(std::sqrt(x * x + y * y), 1e-9);
        const double distance = std::min(length, step);
        places[i].x += x / length * distance;
        places[i].y += y / length * distance;
    }
}

}  // namespace

std::vector<Point> lay_out(std::size_t count, const std::vector<std::pair<std::size_t, std::size_t>>& edges,
                           double spacing) {
    std::vector<Point> places = spiral(count, spacing);
    std::vector<double> degrees(count, 0);
    for (const auto& [from, to] : edges) {
        ++degrees[from];
        ++degrees[to];
    }
    // Fewer rounds for large graphs: each one looks at all pairs.
    const double pairs = static_cast<double>(count) * static_cast<double>(count) + 1;
    const int rounds = static_cast<int>(std::clamp(2e8 / pairs, 10.0, 400.0));
    for (int round = 0; round < rounds; ++round) {
        std::vector<Point> forces(count);
        repel(places, spacing, forces);
        attract(edges, degrees, places, spacing, forces);
        move(forces, spacing * 2 * (1 - static_cast<double>(round) / rounds), places);
    }
    return places;
}

}  // namespace areq
