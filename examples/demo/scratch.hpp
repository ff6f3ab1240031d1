// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace demo {

/// A directory of our own to work in: the current one while this lives, gone afterwards unless it is to be
/// kept.
class Scratch {
public:
    /// Throws std::system_error.
    explicit Scratch(bool keep);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

private:
    bool keep_;
    std::string path_;
    std::string before_;
};

}  // namespace demo
