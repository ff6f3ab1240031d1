// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/libc.hpp"

#include <dlfcn.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <string>

#include "fibers/report.hpp"

namespace netpatch {
namespace libc {

void* find(const char* name) noexcept {
    const int saved = errno;
    void* found = ::dlsym(RTLD_NEXT, name);
    // A library that is loaded behind libc has nothing next: patch_all() will say that calls do not reach us.
    if (!found) {
        if (void* const libc = ::dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD)) found = ::dlsym(libc, name);
    }
    if (!found) {
        fibers::report(std::string("netpatch: no ") + name +
                       " behind ours: it needs the C library as a shared library, so link without -static "
                       "and -static-pie");
        std::abort();
    }
    errno = saved;
    return found;
}

namespace {

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) \
    result bind_##name parameters {                                      \
        libc::name.bind(#name);                                          \
        return libc::name arguments;                                     \
    }
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) \
    result bind_##name(type1 first, type2 second, ...) {                           \
        va_list rest;                                                              \
        va_start(rest, second);                                                    \
        void* const argument = va_arg(rest, void*);                                \
        va_end(rest);                                                              \
        libc::name.bind(#name);                                                    \
        return libc::name(first, second, argument);                                \
    }
#include "netpatch/symbols.inc"

}  // namespace

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) \
    constinit Original<result parameters> name{&bind_##name};
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) \
    constinit Original<result(type1, type2, ...)> name{&bind_##name};
#include "netpatch/symbols.inc"

namespace {

[[gnu::constructor(101)]] void bind_all() noexcept {
#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) name.bind(#name);
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) name.bind(#name);
#include "netpatch/symbols.inc"
}

}  // namespace
}  // namespace libc

namespace {

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) \
    SymbolInfo{#name, Group::group, []() noexcept { return reinterpret_cast<void*>(libc::name.get()); }},
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) \
    SymbolInfo{#name, Group::group, []() noexcept { return reinterpret_cast<void*>(libc::name.get()); }},
constexpr std::array<SymbolInfo, symbol_count> symbols{
#include "netpatch/symbols.inc"
};

}  // namespace

const SymbolInfo& info(Symbol symbol) noexcept {
    return symbols[static_cast<std::size_t>(symbol)];
}

std::optional<Symbol> find_symbol(std::string_view name) noexcept {
#define NETPATCH_ALIAS(other, plain) \
    if (name == #other) name = #plain;
#include "netpatch/symbols.inc"
    for (std::size_t i = 0; i < symbol_count; ++i) {
        if (name == symbols[i].name) return static_cast<Symbol>(i);
    }
    return std::nullopt;
}

}  // namespace netpatch
