// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "site.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "descriptor.hpp"

namespace site_server {

namespace {

std::optional<std::string> real_path(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    if (!real) return std::nullopt;
    return std::string(real.get());
}

std::string content_type_of(std::string_view name) {
    static constexpr std::array<std::array<std::string_view, 2>, 10> kTypes = {{
        {".html", "text/html"},
        {".css", "text/css"},
        {".js", "text/javascript"},
        {".json", "application/json"},
        {".txt", "text/plain"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".xml", "application/xml"},
        {".ico", "image/x-icon"},
        {".pdf", "application/pdf"},
    }};
    for (const auto& [ending, type] : kTypes) {
        if (name.ends_with(ending)) return std::string(type);
    }
    return "application/octet-stream";
}

bool is_directory(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::optional<std::string> read_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    if (!file.valid() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
    std::string content(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const auto count = ::read(file.get(), content.data() + filled, content.size() - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::nullopt;
        if (count == 0) break;  // it has become shorter meanwhile
        filled += static_cast<std::size_t>(count);
    }
    content.resize(filled);
    return content;
}

}  // namespace

Site::Site(const std::string& root, std::chrono::milliseconds delay) : delay_(delay) {
    const auto real = real_path(root);
    if (!real) throw std::system_error(errno, std::generic_category(), root);
    root_ = *real;
}

std::optional<std::string> Site::locate(std::string_view path) const {
    if (path.find('\0') != std::string_view::npos) return std::nullopt;
    auto real = real_path(root_ + std::string(path));
    if (!real || (*real != root_ && !real->starts_with(root_ + "/"))) return std::nullopt;
    return real;
}

std::optional<Site::File> Site::read(std::string_view path) const {
    auto file = locate(path);
    if (file && is_directory(*file)) file = locate(std::string(path) + "/index.html");
    if (!file) return std::nullopt;
    auto content = read_file(*file);
    if (!content) return std::nullopt;
    return File{std::move(*content), content_type_of(*file)};
}

bool Site::lacks_slash(std::string_view path) const {
    if (path.ends_with('/')) return false;
    const auto file = locate(path);
    return file && is_directory(*file);
}

}  // namespace site_server
