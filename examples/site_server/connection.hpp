// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "site.hpp"

namespace site_server {

/// Serves one visitor until the connection ends, and closes `fd`. Blocking code throughout: it wants a thread
/// of its own, or, with the calls patched, a fiber.
void serve_connection(int fd, const Site& site);

}  // namespace site_server
