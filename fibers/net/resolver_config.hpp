// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What the system's files say about names: resolv.conf, nsswitch.conf, host.conf, and the environment. Read
// again when one of them has changed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fibers/net/resolver_options.hpp"

namespace fibers::net {

// How one source answered, as nsswitch.conf has it.
enum class NssStatus : std::uint8_t { success, notfound, unavail, tryagain };

// One source of names.
struct NameSource {
    std::string name;                               // "files", "dns"; others are left out by lookups
    bool returns[4] = {true, false, false, false};  // whether a status, by its number, ends the lookup
    bool ends_at(NssStatus status) const noexcept { return returns[static_cast<int>(status)]; }
};

// What resolv.conf says, completed by its defaults. Source: resolv.conf(5).
struct ResolvConf {
    std::vector<Server> servers;                 // three at most; none in the file: this machine
    std::vector<std::string> search;             // domains; none in the file: the one of this machine's name
    int ndots = 1;                               // names with as many dots are tried as they are first
    Duration timeout = std::chrono::seconds(5);  // for the first try of each server
    int attempts = 2;                            // of each server
    bool rotate = false;                         // start at another server each time
    bool use_vc = false;                         // TCP only
    bool edns0 = false;                          // offer to take long answers by UDP
    bool trust_ad = false;                       // ask whether the server has verified the answer
    bool no_tld_query = false;                   // names without a dot are not tried as they are
    bool no_aaaa = false;                        // never ask for IPv6 addresses

    bool operator==(const ResolvConf&) const = default;
};

// The files, and what the program chose instead.
struct NameConfig {
    ResolvConf resolv;                // with the options' servers, time-out and tries in it
    std::vector<NameSource> sources;  // in their order
    std::string hosts;                // the file of names that need no server
    bool multi = false;               // that file may give a name several addresses
    std::uint64_t serial = 0;         // differs between configurations
};

// A serial for a configuration of somebody's own. Never suspends. Any thread.
std::uint64_t new_config_serial() noexcept;
// What is in force now. Looks at the files' times, reads those that changed. Never suspends. Any thread.
std::shared_ptr<const NameConfig> name_config();

// The parts, for tests. `lines`: a file's contents; `options`: the value of RES_OPTIONS, `domain` that of
// LOCALDOMAIN, null if unset.
ResolvConf parse_resolv_conf(const std::string& lines, const char* options, const char* domain);
std::vector<NameSource> parse_nsswitch(const std::string& lines);

}  // namespace fibers::net
