// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "scratch.hpp"

#include <stdlib.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace demo {

namespace fs = std::filesystem;

Scratch::Scratch(bool keep)
    : keep_(keep), path_(fs::temp_directory_path() / "demo-XXXXXX"), before_(fs::current_path()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::system_error(errno, std::generic_category(), path_);
    fs::current_path(path_);
}

Scratch::~Scratch() {
    std::error_code ignored;
    fs::current_path(before_, ignored);
    if (keep_) {
        std::printf("files left in %s\n", path_.c_str());
    } else {
        fs::remove_all(path_, ignored);
    }
}

}  // namespace demo
