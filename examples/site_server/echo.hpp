// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "request.hpp"
#include "response.hpp"

namespace site_server {

/// Tells in JSON what a request brought along: its method, the fields of a form, or the JSON of its body.
Response echo(const Request& request);

}  // namespace site_server
