// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_idn.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <cstdlib>
#include <cwchar>

namespace fibers::net {
namespace {

// What we need of libidn2. glibc loads it in the same way, so that nobody has to link it.
struct Idn {
    int (*lookup_ul)(const char* name, char** encoded, int flags) = nullptr;
    int (*to_unicode_lzlz)(const char* name, char** decoded, int flags) = nullptr;
};

Idn load() {
    Idn idn;
    void* const library = ::dlopen("libidn2.so.0", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return idn;
    idn.lookup_ul = reinterpret_cast<decltype(idn.lookup_ul)>(::dlsym(library, "idn2_lookup_ul"));
    idn.to_unicode_lzlz =
        reinterpret_cast<decltype(idn.to_unicode_lzlz)>(::dlsym(library, "idn2_to_unicode_lzlz"));
    return idn;
}

const Idn& library() {
    static const Idn idn = load();
    return idn;
}

enum class Script { ascii, other, none };

// What the name is written in, in the locale's encoding. A backslash has a meaning in DNS names only.
Script script_of(const std::string& name) {
    std::mbstate_t state{};
    bool backslash = false;
    bool other = false;
    for (std::size_t at = 0; at < name.size();) {
        wchar_t wide = 0;
        const std::size_t length = std::mbrtowc(&wide, name.data() + at, name.size() - at, &state);
        if (length == 0 || length > name.size()) return Script::none;
        at += length;
        backslash = backslash || wide == L'\\';
        other = other || wide > 127;
    }
    if (!other) return Script::ascii;
    return backslash ? Script::none : Script::other;
}

// Takes what libidn2 has allocated.
std::string take(char* text) {
    std::string copy(text);
    std::free(text);
    return copy;
}

}  // namespace

int to_dns_encoding(const std::string& name, std::string& encoded) {
    encoded = name;
    const Script script = script_of(name);
    if (script == Script::ascii) return 0;
    char* text = nullptr;
    if (script == Script::none || !library().lookup_ul) return EAI_IDN_ENCODE;
    if (library().lookup_ul(name.c_str(), &text, 0) != 0 || !text) return EAI_IDN_ENCODE;
    encoded = take(text);
    return 0;
}

std::string from_dns_encoding(const std::string& name) {
    char* text = nullptr;
    if (!library().to_unicode_lzlz || library().to_unicode_lzlz(name.c_str(), &text, 0) != 0 || !text)
        return name;
    return take(text);
}

}  // namespace fibers::net
