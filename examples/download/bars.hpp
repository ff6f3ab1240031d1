// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <list>
#include <string>

namespace download {

/// What standard output shows: a line for each file that is done and, on a terminal, below them a bar for
/// each that is under way.
class Bars {
public:
    /// One file's.
    class Bar {
    public:
        /// Below the others.
        Bar(Bars& bars, std::string name);
        ~Bar();
        Bar(const Bar&) = delete;
        Bar& operator=(const Bar&) = delete;

        /// `total` of 0: nobody knows.
        void show(std::uint64_t done, std::uint64_t total);

    private:
        friend class Bars;

        Bars& bars_;
        std::string name_;
        std::uint64_t done_ = 0;
        std::uint64_t total_ = 0;
    };

    Bars();

    /// A line that stays, to standard output or standard error.
    void say(std::FILE* stream, const std::string& line);

private:
    void draw(bool at_once);
    void wipe();
    std::string text_of(const Bar& bar, std::size_t width) const;

    bool on_terminal_;
    std::list<Bar*> active_;
    std::size_t drawn_ = 0;  // lines
    std::chrono::steady_clock::time_point drawn_at_{};
};

/// "12.3 MB".
std::string in_words(std::uint64_t bytes);

}  // namespace download
