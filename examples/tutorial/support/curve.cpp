// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "curve.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tutorial {

namespace {

constexpr double kWidth = 720, kHeight = 380;
constexpr double kLeft = 60, kRight = 700, kTop = 50, kBottom = 330;
constexpr std::array<const char*, 3> kColours = {"#b8452a", "#2a6fb8", "#2c8a4b"};

struct Scale {
    double requests = 1, seconds = 1;

    double x(double request) const { return kLeft + (kRight - kLeft) * (request - 0.5) / requests; }
    double y(double second) const { return kBottom - (kBottom - kTop) * second / seconds; }
};

Scale scale_of(const std::vector<Curve>& curves) {
    Scale scale;
    for (const Curve& curve : curves) {
        scale.requests = std::max(scale.requests, static_cast<double>(curve.times.size()));
        if (!curve.times.empty())
            scale.seconds = std::max(scale.seconds, std::ceil(curve.times.back() * 1.05));
    }
    return scale;
}

std::string draw_axes(const Scale& scale) {
    std::string svg = fmt::format(
        "<g stroke=\"#ccd2d9\" stroke-width=\"1\">\n<line x1=\"{0}\" y1=\"{1}\" x2=\"{2}\" y2=\"{1}\"/>\n",
        kLeft, kBottom, kRight);
    std::string words;
    for (double second = 0; second <= scale.seconds; ++second) {
        const double y = scale.y(second);
        svg += fmt::format("<line x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/>\n", kLeft, y, kRight, y);
        words += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:.0f} s</text>\n", kLeft - 8,
                             y + 4, second);
    }
    for (double request = 1; request <= scale.requests; ++request) {
        if (request != 1 && std::fmod(request, 5) != 0) continue;
        words += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:.0f}</text>\n",
                             scale.x(request), kBottom + 18, request);
    }
    words += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">requests answered</text>\n",
                         (kLeft + kRight) / 2, kBottom + 38);
    return svg + "</g>\n<g fill=\"#45505c\">\n" + words + "</g>\n";
}

std::string draw_curve(const Curve& curve, const Scale& scale, std::size_t number) {
    const char* const colour = kColours[number % kColours.size()];
    std::string line, dots;
    for (std::size_t i = 0; i < curve.times.size(); ++i) {
        const double x = scale.x(static_cast<double>(i + 1)), y = scale.y(curve.times[i]);
        line += fmt::format("{:.1f},{:.1f} ", x, y);
        dots += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"><title>{}: {} after {:.2f} s</title></circle>\n",
            x, y, curve.name, i + 1, curve.times[i]);
    }
    const double legend = kLeft + 170 * static_cast<double>(number);
    return fmt::format(
        "<g fill=\"{0}\">\n<polyline points=\"{1}\" fill=\"none\" stroke=\"{0}\" stroke-width=\"1.5\"/>\n{2}"
        "<rect x=\"{3}\" y=\"20\" width=\"14\" height=\"4\"/>\n<text x=\"{4}\" y=\"27\">{5}</text>\n</g>\n",
        colour, line, dots, legend, legend + 20, curve.name);
}

}  // namespace

std::string draw(const std::vector<Curve>& curves) {
    const Scale scale = scale_of(curves);
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
        kWidth, kHeight);
    svg += draw_axes(scale);
    for (std::size_t i = 0; i < curves.size(); ++i) svg += draw_curve(curves[i], scale, i);
    return svg + "</svg>\n";
}

}  // namespace tutorial
