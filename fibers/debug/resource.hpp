// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fibers/source_location.hpp"

namespace fibers::debug {

// What must be closed before its loop is: a session, a pool. A member of such a class; while it lives it
// stands in the list of the loop it was made on, and in debug mode the end of run() reports what still stands
// there: "unclosed session, made at main.cpp:12". Made outside run() it stands in no list. Never suspends.
// Belongs to its loop's thread. Source: asyncio's ResourceWarning, aiohttp's "Unclosed client session".
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
    friend class OpenResources;
    std::string kind_;
    SourceLocation made_at_;
    class OpenResources* owner_ = nullptr;  // null once closed
    Resource* previous_ = nullptr;          // in its loop's list
    Resource* following_ = nullptr;         // ditto
};

}  // namespace fibers::debug
