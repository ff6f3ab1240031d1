// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace site_server {

/// The directory that is served. Every host name shows the same files.
class Site {
public:
    /// Throws std::system_error when `root` cannot be read.
    Site(const std::string& root, std::chrono::milliseconds delay);

    /// What a path of a request names.
    struct File {
        std::string content;       ///< All bytes of the file.
        std::string content_type;  ///< From the ending of its name.
    };

    /// Reads the file that `path` names (a directory's index.html for a directory); nothing when there is
    /// none, or when it lies outside the root, by way of "..", or of a symbolic link.
    std::optional<File> read(std::string_view path) const;

    /// Whether `path` names a directory but lacks the slash at its end that makes relative links work.
    bool lacks_slash(std::string_view path) const;

    /// How long each response is to be held back.
    std::chrono::milliseconds delay() const noexcept { return delay_; }

private:
    std::optional<std::string> locate(std::string_view path) const;

    std::string root_;
    std::chrono::milliseconds delay_;
};

}  // namespace site_server
