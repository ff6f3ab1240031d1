// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// libc's own functions, under their own names: libc::read is the read that stands behind the patched one.
#pragma once

#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <resolv.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

namespace netpatch {
namespace libc {

// Where the definition of `name` after ours is; aborts if there is none. Keeps errno.
void* find(const char* name) noexcept;

// One function of libc. An early constructor binds all of them, because dlsym takes locks that a signal
// handler or a forked child may find taken; a call that comes before it binds its own.
template <class Function>
class Original {
public:
    constexpr explicit Original(Function* binder) noexcept : function_(binder) {}
    Original(const Original&) = delete;
    Original& operator=(const Original&) = delete;

    template <class... Arguments>
    auto operator()(Arguments... arguments) const {
        return function_.load(std::memory_order_relaxed)(arguments...);
    }
    void bind(const char* name) noexcept {
        function_.store(reinterpret_cast<Function*>(find(name)), std::memory_order_relaxed);
    }
    Function* get() const noexcept { return function_.load(std::memory_order_relaxed); }

private:
    std::atomic<Function*> function_;
};

#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) \
    extern constinit Original<result parameters> name;
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) \
    extern constinit Original<result(type1 first, type2 second, ...)> name;
#include "netpatch/symbols.inc"

}  // namespace libc

// The patched functions, in the order of the list.
enum class Symbol : std::uint8_t {
#define NETPATCH_CALL(reach, group, result, name, parameters, arguments) name,
#define NETPATCH_VARIADIC(reach, group, result, name, type1, first, type2, second) name,
#include "netpatch/symbols.inc"
    count  // how many there are
};

inline constexpr std::size_t symbol_count = static_cast<std::size_t>(Symbol::count);

// The switches: a function is patched when its group is.
enum class Group : std::uint8_t {
    socket,   // descriptors: sockets, pipes and whatever else can be polled
    dns,      // names and addresses
    time,     // sleeping
    select,   // poll, select
    process,  // children
    stdio,    // FILE streams
    signal,   // handlers
    locks,    // mutexes, conditions, joins
    files,    // regular files
    tty,      // terminals
    threads,  // making threads
};

// One line of the list.
struct SymbolInfo {
    const char* name;              // as libc calls it
    Group group;                   // its switch
    void* (*original)() noexcept;  // libc's function
};

// The line of a symbol.
const SymbolInfo& info(Symbol symbol) noexcept;
// The symbol of that name, if it is in the list.
std::optional<Symbol> find_symbol(std::string_view name) noexcept;

}  // namespace netpatch
