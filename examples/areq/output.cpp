// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "output.hpp"

#include <cerrno>
#include <system_error>

namespace areq {

std::string make_lines(const std::string& source, const std::set<std::string>& links) {
    std::string lines;
    for (const auto& link : links) lines += source + '\t' + link + '\n';
    return lines;
}

Output::Output(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "we")) {
    if (!file_) throw std::system_error(errno, std::generic_category(), path_);
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);  // each append is one write
    write("source_url\tparsed_url\n");
}

void Output::append(const std::string& source, const std::set<std::string>& links) {
    write(make_lines(source, links));
}

// By stdio: its calls go to the kernel without a chance for another fiber to come between, and a cancelled
// fiber's lines are completed.
void Output::write(const std::string& lines) {
    if (std::fwrite(lines.data(), 1, lines.size(), file_.get()) != lines.size()) {
        throw std::system_error(errno, std::generic_category(), path_);
    }
}

}  // namespace areq
