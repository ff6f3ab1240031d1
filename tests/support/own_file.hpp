// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace test {

// A file of a test's own, while it lives.
class OwnFile {
public:
    explicit OwnFile(const std::string& text) {
        ::close(::mkstemp(path_));
        write(text);
    }
    ~OwnFile() { ::unlink(path_); }
    OwnFile(const OwnFile&) = delete;
    OwnFile& operator=(const OwnFile&) = delete;
    // Anew, as editors and DHCP clients do.
    void write(const std::string& text) const {
        const std::string fresh = std::string(path_) + ".new";
        std::ofstream(fresh) << text;
        ::rename(fresh.c_str(), path_);
    }
    const char* path() const { return path_; }

private:
    char path_[32] = "/tmp/fibers-own-XXXXXX";
};

}  // namespace test
