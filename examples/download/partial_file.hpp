// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace download {

/// A file that comes into being: "name.part" until it is complete, then "name", in one step.
///
/// What there is of it outlives the program, if it can be continued: its time is then the one at which the
/// server says that the file was changed, as a mark of what it is a part of.
class PartialFile {
public:
    /// Opens what there is of it, or makes it. Throws std::system_error, as all here.
    explicit PartialFile(std::string path, bool keep);
    /// Unless it is complete: keeps it if it can be continued, else removes it.
    ~PartialFile();
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    /// How much of it is there.
    std::uint64_t size() const noexcept { return size_; }
    /// When the whole was changed that it is a part of.
    std::time_t version() const noexcept { return version_; }

    /// Drops what is there.
    void begin_anew();
    /// Of which version the bytes are that now come; nothing if that is not known.
    void set_version(std::optional<std::time_t> version) noexcept;
    void append(std::string_view bytes);
    /// Gives it its name.
    void complete();

private:
    [[noreturn]] void fail() const;
    bool mark() noexcept;

    std::string path_;
    std::string part_;
    bool keep_;
    bool knows_version_ = false;
    bool complete_ = false;
    int fd_;
    std::uint64_t size_ = 0;
    std::time_t version_ = 0;
};

}  // namespace download
