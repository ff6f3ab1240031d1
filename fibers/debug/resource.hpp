// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "fibers/source_location.hpp"

namespace fibers::debug {

struct OpenResource;

// What must be closed before its loop is: a session, a pool. A member of such a class; made in debug mode,
// inside run(), it stands in the list of that loop until it is closed, and the end of run() reports what
// still stands there: "unclosed session, made at main.cpp:12". Otherwise it does nothing. Never suspends. Any
// thread. Source: asyncio's ResourceWarning, aiohttp's "Unclosed client session".
class Resource {
public:
    // `kind`: what it is, in the words of its users. Throws std::bad_alloc.
    Resource(std::string kind, const SourceLocation& made_at);
    ~Resource() { closed(); }
    Resource(const Resource&) = delete;
    Resource& operator=(const Resource&) = delete;

    // It has been closed and may live on. Again: nothing.
    void closed() noexcept;

private:
    std::shared_ptr<OpenResource> entry_;  // in its loop's list; null if it is in none
};

}  // namespace fibers::debug
