// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "netpatch/netpatch.hpp"

#include <dlfcn.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <iomanip>
#include <ostream>
#include <string>

#include "fibers/kernel/sanitizer.hpp"
#include "fibers/net/resolver.hpp"
#include "fibers/report.hpp"
#include "netpatch/libc.hpp"
#include "netpatch/netpatch.h"
#include "netpatch/policy.hpp"
#include "netpatch/probe.hpp"

namespace netpatch {
namespace {

bool other_threads_run() noexcept {
    if (fibers::kernel::sanitizer::tsan) return false;  // it keeps one of its own
    struct stat tasks {};
    return ::stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 3;
}

// Calls one of our functions the way a shared library does: by its name. Comparing addresses would not do:
// sanitizers show their own although calls reach us.
bool calls_reach_us() noexcept {
    const int saved = errno;
    void* const found = ::dlsym(RTLD_DEFAULT, probe::function);
    const bool reached =
        found && reinterpret_cast<int (*)(int, int)>(found)(probe::fd, probe::how) == probe::answer;
    errno = saved;
    return reached;
}

constexpr const char* not_reached =
    "netpatch: calls from shared libraries do not reach us. Link fibers::netpatch into the program itself "
    "(with pkg-config: netpatch or netpatch-static), not only into a library it uses, and without "
    "--exclude-libs; or start the program with LD_PRELOAD=libnetpatch.so";

// The patched names that somebody else answers for: the program itself or a library in front of us has a
// function of that name. Nobody, under sanitizers: theirs stand in front and call ours.
std::string taken_names() {
    std::string names;
    Dl_info ours{};
    ::dladdr(::dlsym(RTLD_DEFAULT, probe::function), &ours);
    for (const char* runtime : {"__asan_init", "__tsan_init"}) {
        if (::dlsym(RTLD_DEFAULT, runtime)) return names;
    }
    for (std::size_t i = 0; i < symbol_count; ++i) {
        const char* const name = info(static_cast<Symbol>(i)).name;
        Dl_info whose{};
        if (::dladdr(::dlsym(RTLD_DEFAULT, name), &whose) == 0 || whose.dli_fbase == ours.dli_fbase) continue;
        names.append(names.empty() ? "" : ", ").append(name);
    }
    return names;
}

// Whether calls reach us; says so if they do not.
bool check_reach() {
    if (!calls_reach_us()) {
        fibers::report(not_reached);
        return false;
    }
    const std::string taken = taken_names();
    if (taken.empty()) return true;
    fibers::report("netpatch: calls of " + taken +
                   " do not reach us: the program, or a library before netpatch, has functions of its own by "
                   "these names, so they block. Rename those, or load them behind netpatch");
    return false;
}

}  // namespace

bool patch_all(const Groups& groups) {
    const char* const nowait = std::getenv("NETPATCH_NOWAIT");
    policy::may_use_nowait = !nowait || std::string_view(nowait) != "0";
    const bool first = policy::patched_groups.load() == 0;
    const bool reached = first ? check_reach() : calls_reach_us();
    if (first) {
        if (other_threads_run()) {
            fibers::report(
                "netpatch: patch_all() while other threads run; call it first, so that what they open is "
                "seen");
        }
    }
    policy::patched_groups.fetch_or(policy::bits(groups));
    return reached;
}

bool is_patched(std::string_view name) noexcept {
    const auto symbol = find_symbol(name);
    return symbol && policy::patched(info(*symbol).group);
}

void* get_original_address(std::string_view name) noexcept {
    const auto symbol = find_symbol(name);
    return symbol ? info(*symbol).original() : nullptr;
}

Passthrough::Passthrough() noexcept : fiber_(policy::this_fiber) {
    if (fiber_) ++policy::this_fiber->passthrough;
}

Passthrough::~Passthrough() {
    if (fiber_) --static_cast<policy::Fiber*>(fiber_)->passthrough;
}

Report report() {
    std::array<std::uint64_t, symbol_count> passed{};
    std::array<std::uint64_t, symbol_count> waited{};
    policy::add_up(passed, waited);
    Report result;
    result.reached = calls_reach_us();
    result.foreign_lookups = policy::foreign_lookups.load(std::memory_order_relaxed);
    if (fibers::net::resolver_options().mode == fibers::net::ResolverMode::cares)
        result.unasked = fibers::net::unasked_sources();
    for (std::size_t i = 0; i < symbol_count; ++i) {
        if (passed[i] + waited[i] == 0) continue;
        result.functions.push_back({info(static_cast<Symbol>(i)).name, passed[i], waited[i]});
    }
    return result;
}

std::ostream& operator<<(std::ostream& out, const Report& report) {
    out << "function            passed      waited\n";
    for (const FunctionCount& function : report.functions) {
        out << std::left << std::setw(16) << function.name << std::right << std::setw(10) << function.passed
            << "  " << std::setw(10) << function.waited << '\n';
    }
    out << "lookups on foreign threads: " << report.foreign_lookups << '\n';
    for (const std::string& source : report.unasked) {
        out << "names are not asked of '" << source << "' (nsswitch.conf); FIBERS_RESOLVER=thread asks it\n";
    }
    if (!report.reached) out << "calls from shared libraries do not reach us\n";
    return out;
}

}  // namespace netpatch

extern "C" int netpatch_patch_all() {
    return netpatch::patch_all() ? 0 : -1;
}
