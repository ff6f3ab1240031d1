// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/epoll_fd.hpp"

#include <dirent.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fibers/kernel/sanitizer.hpp"

namespace fibers::kernel {
namespace {

bool is_epoll(const std::string& number) {
    char target[64];
    const ssize_t length = ::readlink(("/proc/self/fd/" + number).c_str(), target, sizeof target);
    return length > 0 && std::string(target, static_cast<std::size_t>(length)) == "anon_inode:[eventpoll]";
}

bool watches(const std::string& number, int watched) {
    std::FILE* info = std::fopen(("/proc/self/fdinfo/" + number).c_str(), "re");
    if (!info) return false;
    char line[256];
    bool found = false;
    while (!found && std::fgets(line, sizeof line, info)) {
        int fd = -1;
        found = std::sscanf(line, "tfd: %d", &fd) == 1 && fd == watched;
    }
    std::fclose(info);
    return found;
}

}  // namespace

int find_epoll_fd(int watched) noexcept {
    DIR* all = ::opendir("/proc/self/fd");
    if (!all) return -1;
    int found = -1;
    while (const dirent* entry = ::readdir(all)) {
        const std::string number = entry->d_name;
        if (!is_epoll(number) || !watches(number, watched)) continue;
        found = std::atoi(number.c_str());
        break;
    }
    ::closedir(all);
    return found;
}

bool can_be_polled(int fd) noexcept {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return false;
    if (S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode)) return true;
    if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode)) {
        errno = EPERM;
        return false;
    }
    // Character devices and anonymous inodes differ: only epoll itself knows.
    const int probe = ::epoll_create1(EPOLL_CLOEXEC);
    if (probe < 0) return false;
    epoll_event none{};
    const bool yes = ::epoll_ctl(probe, EPOLL_CTL_ADD, fd, &none) == 0;
    close_own(probe);
    return yes;
}

bool descriptors_are_left() noexcept {
    std::array<int, 3> found{};
    std::size_t count = 0;
    while (count < found.size() && (found[count] = ::eventfd(0, EFD_CLOEXEC)) >= 0) ++count;
    for (std::size_t i = 0; i < count; ++i) close_own(found[i]);
    return count == found.size();
}

void close_own(int fd) noexcept {
    const int saved = errno;
    sanitizer::before_close(fd);
    ::syscall(SYS_close, fd);
    errno = saved;
}

}  // namespace fibers::kernel
