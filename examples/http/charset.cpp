// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "charset.hpp"

#include <iconv.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "error.hpp"
#include "fields.hpp"

namespace http {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// One of glibc's converters to UTF-8.
class Converter {
public:
    explicit Converter(const std::string& charset) : descriptor_(::iconv_open("UTF-8", charset.c_str())) {
        if (!valid() && errno != EINVAL)
            throw std::system_error(errno, std::generic_category(), "iconv_open");
    }
    ~Converter() {
        if (valid()) ::iconv_close(descriptor_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    bool valid() const noexcept { return reinterpret_cast<std::intptr_t>(descriptor_) != -1; }

    // Takes what it can off the front of `bytes`. True: that was all. False: the first byte that is left
    // makes no sense.
    bool convert(std::string_view& bytes, std::string& out) {
        char chunk[4096];
        for (;;) {
            char* in = const_cast<char*>(bytes.data());
            std::size_t in_left = bytes.size();
            char* end = chunk;
            std::size_t room = sizeof chunk;
            const auto result = ::iconv(descriptor_, &in, &in_left, &end, &room);
            const int error = errno;
            out.append(chunk, end);
            bytes.remove_prefix(bytes.size() - in_left);
            if (result != static_cast<std::size_t>(-1)) return true;
            if (error != E2BIG) return false;
        }
    }

private:
    iconv_t descriptor_;
};

std::string parameter_of(std::string_view content_type, std::string_view name) {
    auto at = content_type.find(';');
    while (at != std::string_view::npos) {
        content_type.remove_prefix(at + 1);
        content_type.remove_prefix(std::min(content_type.find_first_not_of(" \t"), content_type.size()));
        at = content_type.find(';');
        const std::string_view parameter = content_type.substr(0, at);
        const auto equals = parameter.find('=');
        if (equals == std::string_view::npos || !same_word(parameter.substr(0, equals), name)) continue;
        std::string value(parameter.substr(equals + 1));
        std::erase_if(value, [](char c) { return c == '"' || c == ' ' || c == '\t'; });
        return value;
    }
    return {};
}

}  // namespace

std::string charset_of(std::string_view content_type) {
    return parameter_of(content_type, "charset");
}

std::string media_type_of(std::string_view content_type) {
    content_type = content_type.substr(0, content_type.find(';'));
    while (!content_type.empty() && content_type.back() == ' ') content_type.remove_suffix(1);
    return lower_case(content_type);
}

std::optional<std::string> decode(std::string_view bytes, const std::string& charset, OnBadBytes on_bad) {
    Converter converter(charset);
    if (!converter.valid()) return std::nullopt;
    const std::size_t length = bytes.size();
    std::string out;
    out.reserve(length);
    while (!converter.convert(bytes, out)) {
        if (on_bad == OnBadBytes::strict) {
            throw DecodeError("byte " + std::to_string(length - bytes.size()) + " of the body is no " +
                              charset + "; name the right charset to text(), or ask for OnBadBytes::replace");
        }
        if (on_bad == OnBadBytes::replace) out += kReplacement;
        bytes.remove_prefix(1);
    }
    return out;
}

}  // namespace http
