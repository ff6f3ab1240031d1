// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The old synchronous code that the README's programs call: it blocks for a moment.
#pragma once

#include <unistd.h>

#include <string>

struct Page {
    std::string url;
    bool ok() const { return !url.empty(); }
};

inline Page fetch(const std::string& url) {
    usleep(1000);
    return {url};
}
