// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/report.hpp"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace fibers {
namespace {

void to_stderr(std::string_view message) {
    // One writev, so that lines of several threads do not mix; the kernel's own, which nobody has made
    // suspend.
    const iovec parts[] = {{const_cast<char*>(message.data()), message.size()}, {const_cast<char*>("\n"), 1}};
    const int saved = errno;
    [[maybe_unused]] const long written = ::syscall(SYS_writev, 2, parts, 2);
    errno = saved;
}

std::atomic<ReportHandler> current_handler{&to_stderr};

}  // namespace

ReportHandler set_report_handler(ReportHandler handler) noexcept {
    return current_handler.exchange(handler ? handler : &to_stderr);
}

void report(std::string_view message) noexcept {
    current_handler.load()(message);
}

}  // namespace fibers
