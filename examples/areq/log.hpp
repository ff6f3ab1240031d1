// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"

namespace areq {

/// Makes spdlog's default logger write areq's lines, "21:33:22 INFO:areq: …", to standard error.
void set_up_log(const Options& options);

}  // namespace areq
