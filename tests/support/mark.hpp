// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace test {

using Log = std::vector<std::string>;

// Writes down when it dies.
class Mark {
public:
    Mark(Log& log, std::string text) : log_(log), text_(std::move(text)) {}
    ~Mark() { log_.push_back(text_); }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

private:
    Log& log_;
    std::string text_;
};

}  // namespace test
