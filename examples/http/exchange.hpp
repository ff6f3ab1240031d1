// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "endpoint.hpp"
#include "options.hpp"
#include "response.hpp"
#include "url.hpp"

namespace http {

/// Who hears how an exchange goes on. Called in the fiber that makes it, by way of libcurl.
class ExchangeListener {
public:
    virtual ~ExchangeListener() = default;
    /// The connection stands, the request goes out. Must not throw.
    virtual void on_request() = 0;
    /// Something came from the server. Must not throw.
    virtual void on_arrival() = 0;
    /// A piece of the body came, unpacked; `head` is all but the body. May throw and suspend: the transfer
    /// stands still meanwhile.
    virtual void on_body(const Response& head, std::string_view bytes) = 0;
    /// At least once a second: whether to go on. Must not throw.
    virtual bool keep_going() = 0;
};

/// One request as it goes over the wire.
struct Exchange {
    std::string method;              ///< GET, …
    Url url;                         ///< What is asked for.
    Endpoint endpoint;               ///< Where libcurl connects to.
    std::string addresses;           ///< Of the endpoint, separated by commas; empty: libcurl finds them.
    Headers headers;                 ///< All that are to be sent but libcurl's own.
    std::string cookies;             ///< Sent beside the jar's.
    const Body* data;                ///< The body; null: none.
    fibers::Duration time_limit;     ///< For libcurl's own clock; Duration::max(): no limit.
    fibers::Duration connect_limit;  ///< The same, for connecting.
};

}  // namespace http
