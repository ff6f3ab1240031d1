// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace http {

/// What becomes of bytes that mean nothing in their charset. Source: Python's bytes.decode(errors=…).
enum class OnBadBytes {
    strict,   ///< DecodeError.
    replace,  ///< U+FFFD for each.
    ignore,   ///< Nothing.
};

/// The charset parameter of a content type; empty if there is none.
std::string charset_of(std::string_view content_type);

/// "text/html" of "Text/HTML; charset=utf-8".
std::string media_type_of(std::string_view content_type);

/// `bytes` as UTF-8; nothing if nobody here knows the charset. Throws DecodeError.
std::optional<std::string> decode(std::string_view bytes, const std::string& charset, OnBadBytes on_bad);

}  // namespace http
