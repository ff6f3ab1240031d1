// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Lookups by every call there is, as data, and their answers as text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace test {

enum class Call : std::uint8_t { address, host, by_address, name, record };

// One lookup.
struct Query {
    Call call;         // which of libc's
    std::string name;  // or address
    int family = 0;    // AF_*
    int flags = 0;     // AI_* or NI_*
    int type = 0;      // of records
};

inline Query address_query(const std::string& name, int family, int flags) {
    return {Call::address, name, family, flags, 0};
}
inline Query host_query(const std::string& name, int family) {
    return {Call::host, name, family, 0, 0};
}
inline Query by_address_query(const std::string& address) {
    return {Call::by_address, address, 0, 0, 0};
}
inline Query name_query(const std::string& address, int flags) {
    return {Call::name, address, 0, flags, 0};
}
inline Query record_query(const std::string& name, int type) {
    return {Call::record, name, 0, 0, type};
}

// Makes the call, on this thread or in this fiber; everything it answered.
std::string ask(const Query& query);
// "getaddrinfo 'a.test' family 2 flags 1".
std::string to_text(const Query& query);

// Names of some addresses of all kinds each, always the same ones.
std::vector<std::string> mixed_names();
// The file of hosts that has them, and localhost.
std::string mixed_hosts();

}  // namespace test
