// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Makes the blocking calls of the C library cooperative: in a fiber they let other fibers run instead of
// blocking the thread. Everywhere else (plain threads, signal handlers, forked children, before patch_all)
// they are libc's. Link fibers::netpatch, which puts our definitions in front of libc's; this header only
// switches.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace netpatch {

// What to patch. A group of which no function exists yet is accepted and does nothing.
struct Groups {
    bool socket = true;    // read, write and their family, sockets, the life of descriptors
    bool dns = true;       // getaddrinfo, getnameinfo, gethostbyname, res_query and their families
    bool time = true;      // sleep, nanosleep, sched_yield
    bool select = true;    // poll, select
    bool process = true;   // waiting for children
    bool stdio = true;     // fclose
    bool signal = true;    // sigaction, signal: EINTR for fibers
    bool locks = true;     // pthread_join
    bool files = false;    // regular files
    bool tty = false;      // reading and writing terminals
    bool threads = false;  // making threads
};

// Switches the groups on; a second call only adds. False if calls from shared libraries do not reach us; says
// so through fibers::report(), with what to do about it. Also says if other threads run already (what they
// have open was not seen). Never suspends. Any thread, best the main one before anything else. Source:
// gevent's monkey.patch_all.
bool patch_all(const Groups& groups = {});

// Whether calls of this libc function are ours, in fibers. False for names we do not know. Never suspends.
// Any thread.
bool is_patched(std::string_view name) noexcept;

// libc's own function, or null for a name we do not know. Never suspends. Any thread.
void* get_original_address(std::string_view name) noexcept;
// The same as a function pointer: get_original<ssize_t(int, void*, size_t)>("read").
template <class Function>
auto get_original(std::string_view name) noexcept {
    using Pointer = std::conditional_t<std::is_function_v<Function>, std::add_pointer_t<Function>, Function>;
    return reinterpret_cast<Pointer>(get_original_address(name));
}

// While it lives, the calls of the fiber that made it go straight to libc, and block the thread. Nothing
// outside a fiber. Nests. Must die in the fiber that made it.
class Passthrough {
public:
    Passthrough() noexcept;
    ~Passthrough();
    Passthrough(const Passthrough&) = delete;
    Passthrough& operator=(const Passthrough&) = delete;

private:
    void* fiber_;
};

// How often fibers called one function.
struct FunctionCount {
    std::string_view name;     // as libc calls it
    std::uint64_t passed = 0;  // calls that returned without letting others run
    std::uint64_t waited = 0;  // calls that let others run
};

// What the patching has come to, in this process.
struct Report {
    bool reached = false;                  // calls from shared libraries reach us
    std::uint64_t foreign_lookups = 0;     // getaddrinfo's family called by plain threads
    std::vector<std::string> unasked;      // sources of nsswitch.conf that fibers' lookups leave out
    std::vector<FunctionCount> functions;  // those that were called at all
};

// Counts since the start. Never suspends. Any thread; counts of running calls of other threads may be
// missing.
Report report();
// A line for each function, widest numbers first lined up.
std::ostream& operator<<(std::ostream& out, const Report& report);

}  // namespace netpatch
