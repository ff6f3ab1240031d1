// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace download {

/// A name for each URL's file: the last part of its path, made harmless, and made unlike all others.
std::vector<std::string> file_names(const std::vector<std::string>& urls);

}  // namespace download
