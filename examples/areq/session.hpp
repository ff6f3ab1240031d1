// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <fibers/fibers.hpp>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "handle.hpp"
#include "names.hpp"
#include "options.hpp"

namespace areq {

/// What became of connections.
struct ConnectionFigures {
    std::size_t opened = 0;   ///< How many were opened, or tried to.
    std::size_t open = 0;     ///< How many are open now, those in use and those kept for later.
    std::size_t at_peak = 0;  ///< The most there were at once.
};

/// Makes requests over a pool of connections: kept open between requests, limited in all and per host.
class Session {
public:
    explicit Session(const Options& options);

    /// Makes a GET request; waits for a connection if need be. Follows no redirect. Throws Failure.
    Response get(const Url& url);

    const ConnectionFigures& connections() const noexcept { return figures_; }

private:
    struct Idle {
        std::string origin;
        std::unique_ptr<Handle> handle;
    };

    std::unique_ptr<Handle> take_handle(const std::string& origin);
    void keep(std::string origin, std::unique_ptr<Handle> handle);
    fibers::Semaphore& limit_of(const std::string& origin);

    const Options* options_;
    Names names_;
    // In a sequential run never more than one is taken, so that nobody waits: semaphores work there, too.
    fibers::Semaphore limit_;
    std::map<std::string, fibers::Semaphore> limit_per_host_;
    std::list<Idle> idle_;  // the one used last comes first
    std::size_t busy_ = 0;
    ConnectionFigures figures_;
};

}  // namespace areq
