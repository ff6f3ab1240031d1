// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The small files of the system that say something about names.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace fibers::net {

// What tells one version of a file from another.
struct FileVersion {
    explicit FileVersion(const std::string& path) {
        struct stat found {};
        if (::stat(path.c_str(), &found) != 0) return;
        inode = found.st_ino;
        size = found.st_size;
        modified = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec;
        changed = found.st_ctim.tv_sec * 1'000'000'000 + found.st_ctim.tv_nsec;
    }
    bool operator==(const FileVersion&) const = default;
    ino_t inode = 0;
    off_t size = -1;            // -1: there is no such file
    std::int64_t modified = 0;  // ns
    std::int64_t changed = 0;   // ns
};

// All of it; nothing if there is no such file, or something else of that name: a pipe would have no end.
std::string file_contents(const std::string& path);

// What spaces separate.
inline std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

}  // namespace fibers::net
