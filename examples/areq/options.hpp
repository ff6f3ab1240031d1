// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace areq {

/// What the command line asked for.
struct Options {
    std::vector<std::string> urls;         ///< The pages to visit: from the command line and from a file.
    std::string output = "foundurls.txt";  ///< Where the links go.
    std::string graph;                     ///< Where the drawing goes; empty for none.
    std::string stats;                     ///< Where the figures go, as JSON; empty for nowhere.
    bool sequential = false;               ///< One page after the other: nothing patched, no fibers.
    bool regex = false;                    ///< Find links as the tutorial does, with href="(.*?)".
    std::size_t parse_processes = 0;       ///< Processes that find the links; 0: our own does.
    bool verbose = false;                  ///< Also log redirects and attempts that are repeated.
    bool quiet = false;                    ///< Log errors only.
    std::size_t limit = 100;               ///< Most connections open at once.
    std::size_t limit_per_host = 0;        ///< Most connections to one host; 0 sets no limit.
    std::chrono::milliseconds timeout{30'000};  ///< For one request, from connecting to the last byte.
    std::chrono::milliseconds connect_timeout{10'000};  ///< For the connection alone.
    std::size_t retries = 2;                 ///< How often a request that may yet succeed is repeated.
    std::chrono::milliseconds backoff{200};  ///< The pause before the first repetition; doubles each time.
    std::size_t max_redirects = 10;          ///< How far redirects are followed.
    std::size_t max_bytes = 10u << 20;       ///< The largest page taken.
    std::string ca_file;                  ///< Certificates to trust instead of the system's; empty for those.
    bool insecure = false;                ///< Believe any certificate.
    std::string user_agent = "areq/0.1";  ///< How we introduce ourselves.
    std::map<std::string, std::string> addresses;  ///< "host:port" to its addresses, not to be looked up.
};

/// Reads the command line; prints help or the mistake and ends the process (0 or 2) where there is nothing to
/// do.
Options read_options(int argc, char** argv);

}  // namespace areq
