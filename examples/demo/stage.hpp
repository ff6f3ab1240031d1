// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "child.hpp"
#include "options.hpp"

namespace demo {

/// Where the programs live that the demo runs: the directory of examples in the build.
std::string examples_directory();

/// A TCP port of 127.0.0.1 that refuses connections for as long as this lives.
class DeadPort {
public:
    DeadPort();
    ~DeadPort();
    DeadPort(const DeadPort&) = delete;
    DeadPort& operator=(const DeadPort&) = delete;

    unsigned number() const noexcept { return number_; }

private:
    int socket_ = -1;  // bound, but nobody listens
    unsigned number_ = 0;
};

/// The two servers, each on a free port.
class Stage {
public:
    /// Starts both. Throws std::exception when one does not.
    Stage(const std::string& pages, unsigned delay);

    /// The port of the site.
    unsigned site_port() const noexcept { return site_port_; }

    /// The name server, as FIBERS_DNS_SERVERS wants it.
    std::string name_server() const;

    /// Ends the name server in good order: how many different names it was asked for.
    std::size_t names_asked();

private:
    Child site_;
    Child names_;
    unsigned site_port_;
    unsigned names_port_;
};

/// The path of an example's program.
std::string program(const std::string& name);

/// Starts areq, with its standard error in the file `log` and its names asked of `name_server`.
std::unique_ptr<Child> start_areq(std::vector<std::string> arguments, const std::string& log,
                                  const std::string& name_server);

}  // namespace demo
