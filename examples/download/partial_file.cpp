// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "partial_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace download {

PartialFile::PartialFile(std::string path, bool keep)
    : path_(std::move(path)),
      part_(path_ + ".part"),
      keep_(keep),
      fd_(::open(part_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
    struct stat status {};
    if (fd_ < 0 || ::fstat(fd_, &status) != 0) fail();
    size_ = static_cast<std::uint64_t>(status.st_size);
    version_ = status.st_mtim.tv_sec;
    knows_version_ = size_ != 0;
    if (!keep_ && size_ != 0) begin_anew();
}

PartialFile::~PartialFile() {
    if (complete_) return;
    const bool kept = keep_ && knows_version_ && size_ != 0 && mark();
    ::close(fd_);
    if (!kept) ::unlink(part_.c_str());
}

void PartialFile::fail() const {
    throw std::system_error(errno, std::generic_category(), part_);
}

bool PartialFile::mark() noexcept {
    const timespec times[2] = {{version_, 0}, {version_, 0}};
    return ::futimens(fd_, times) == 0;
}

void PartialFile::begin_anew() {
    if (::ftruncate(fd_, 0) != 0) fail();
    size_ = 0;
    knows_version_ = false;
}

void PartialFile::set_version(std::optional<std::time_t> version) noexcept {
    knows_version_ = version.has_value();
    version_ = version.value_or(0);
}

void PartialFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(fd_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail();
        bytes.remove_prefix(static_cast<std::size_t>(count));
        size_ += static_cast<std::uint64_t>(count);
    }
}

// The bytes first, then the name: after a crash there is no file that looks complete and is not.
void PartialFile::complete() {
    if (knows_version_) mark();
    if (::fsync(fd_) != 0) fail();
    if (std::rename(part_.c_str(), path_.c_str()) != 0) fail();
    ::close(fd_);
    complete_ = true;
}

}  // namespace download
