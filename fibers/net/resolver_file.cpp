// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace fibers::net {

std::string file_contents(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return {};
    std::string text;
    struct stat found {};
    if (::fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
        constexpr std::size_t piece = 65536;
        std::size_t size = 0;
        while (true) {
            text.resize(size + piece);
            const ssize_t n = ::read(fd, text.data() + size, piece);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            size += static_cast<std::size_t>(n);
        }
        text.resize(size);
    }
    ::close(fd);
    return text;
}

}  // namespace fibers::net
