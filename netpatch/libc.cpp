// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/libc.hpp"

#include <dlfcn.h>
#include <sys/auxv.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <string>

#include "fibers/report.hpp"

namespace netpatch {
namespace libc {

namespace {

[[noreturn]] void abort_without(const char* what) noexcept {
    fibers::report(std::string("netpatch: ") + what +
                   ": it needs the C library as a shared library, so link without -static and -static-pie");
    std::abort();
}

// A static program that loaded us by dlopen: its own libc is out of reach, and ours has no place for
// thread-locals. (Where the dynamic linker itself was started as the program there is no interpreter either.)
bool program_is_static() noexcept {
    Dl_info whose;
    return ::getauxval(AT_BASE) == 0 &&
           ::dladdr(reinterpret_cast<const void*>(::getauxval(AT_PHDR)), &whose) == 0;
}

}  // namespace

void* find(const char* name) noexcept {
    const int saved = errno;
    void* found = ::dlsym(RTLD_NEXT, name);
    // A library that is loaded behind libc has nothing next: patch_all() will say that calls do not reach us.
    if (!found) {
        if (void* const libc = ::dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD)) found = ::dlsym(libc, name);
    }
    if (!found) abort_without((std::string("no ") + name + " behind ours").c_str());
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
    if (program_is_static()) abort_without("this program is linked statically");
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
