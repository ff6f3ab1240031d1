// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "bars.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace download {

namespace {

constexpr std::chrono::milliseconds kPause{50};  // between two drawings
constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kFiguresWidth = 16;

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string in_words(std::uint64_t bytes) {
    constexpr std::array units = {"bytes", "kB", "MB", "GB", "TB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; amount >= 999.5 && unit + 1 < units.size(); ++unit) amount /= 1000;
    return unit == 0 ? fmt::format("{} {}", bytes, units[0]) : fmt::format("{:.1f} {}", amount, units[unit]);
}

Bars::Bar::Bar(Bars& bars, std::string name) : bars_(bars), name_(std::move(name)) {
    bars_.active_.push_back(this);
    bars_.draw(true);
}

Bars::Bar::~Bar() {
    bars_.active_.remove(this);
    bars_.draw(true);
}

void Bars::Bar::show(std::uint64_t done, std::uint64_t total) {
    done_ = done;
    total_ = total;
    bars_.draw(false);
}

Bars::Bars() : on_terminal_(::isatty(STDOUT_FILENO) == 1) {}

void Bars::say(std::FILE* stream, const std::string& line) {
    wipe();
    fmt::print(stream, "{}\n", line);
    std::fflush(stream);
    draw(true);
}

void Bars::wipe() {
    if (drawn_ == 0) return;
    fmt::print("\033[{}A\033[J", drawn_);
    std::fflush(stdout);
    drawn_ = 0;
}

void Bars::draw(bool at_once) {
    if (!on_terminal_) return;
    const auto now = std::chrono::steady_clock::now();
    if (!at_once && now - drawn_at_ < kPause) return;
    drawn_at_ = now;
    wipe();
    const std::size_t width = terminal_width();
    for (const Bar* const bar : active_) fmt::print("{}\n", text_of(*bar, width));
    drawn_ = active_.size();
    std::fflush(stdout);
}

// "photo.jpg     [#########---------------------]  31% 12.3 MB": no wider than the terminal, for a line that
// wraps cannot be wiped away.
std::string Bars::text_of(const Bar& bar, std::size_t width) const {
    const std::size_t rest = kBarWidth + kFiguresWidth + 4;
    const std::size_t name_width = width > rest + 8 ? std::min<std::size_t>(width - rest - 1, 40) : 8;
    const double share =
        bar.total_ == 0 ? 0 : std::min(1.0, static_cast<double>(bar.done_) / static_cast<double>(bar.total_));
    const auto filled = static_cast<std::size_t>(share * kBarWidth);
    std::string line = fmt::format("{:<{}.{}} [{}{}] ", bar.name_, name_width, name_width,
                                   std::string(filled, '#'), std::string(kBarWidth - filled, '-'));
    line += bar.total_ == 0 ? fmt::format("  ?% {}", in_words(bar.done_))
                            : fmt::format("{:3.0f}% {}", share * 100, in_words(bar.done_));
    return line.substr(0, std::max<std::size_t>(width, 2) - 1);
}

}  // namespace download
