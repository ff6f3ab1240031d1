// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <string>

namespace http {

/// Looks names up with plain getaddrinfo, and remembers the answers for a few seconds.
///
/// libcurl would do it too, but starts a thread for each name. So we hand it the answer with CURLOPT_RESOLVE.
class Names {
public:
    /// `given`: "host:port" to addresses that are not looked up.
    explicit Names(std::map<std::string, std::string> given);
    ~Names();

    /// The addresses of a host, separated by commas. Of many who ask for the same name at once, one looks it
    /// up and the others wait for the answer. Throws ClientConnectorDNSError.
    std::string addresses(const std::string& host, const std::string& port);

private:
    struct Entry;

    std::map<std::string, std::string> given_;
    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace http
