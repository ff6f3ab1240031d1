// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <string>

#include "exchange.hpp"

namespace http {

/// Throws the ClientError that aiohttp would have for what libcurl says: its code, its words, the errno.
[[noreturn]] void throw_curl_error(CURLcode code, const std::string& message, int os_error,
                                   const Exchange& exchange);

}  // namespace http
