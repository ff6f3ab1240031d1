// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// DNS packets: questions to send, and what answers say, read as glibc's nss_dns reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fibers/net/resolver_host.hpp"

namespace fibers::net {

using Packet = std::vector<std::uint8_t>;

// Numbers of RFC 1035 and 3596.
namespace dns {
inline constexpr int class_in = 1;
inline constexpr int type_a = 1;
inline constexpr int type_cname = 5;
inline constexpr int type_ptr = 12;
inline constexpr int type_aaaa = 28;
inline constexpr int no_error = 0;
inline constexpr int format_error = 1;
inline constexpr int server_failure = 2;
inline constexpr int name_error = 3;
inline constexpr int not_implemented = 4;
inline constexpr int refused = 5;
inline constexpr int unassigned = 15;
inline constexpr std::size_t header_size = 12;
inline constexpr std::size_t answer_count_at = 6;
inline constexpr std::size_t additional_count_at = 10;
}  // namespace dns

// How a question is put.
struct QuestionStyle {
    bool edns0 = false;     // offers to take 1232 bytes by UDP
    bool trust_ad = false;  // asks whether the answer has been verified
};

// A question for one type of records; nothing if `name` cannot be a domain's.
std::optional<Packet> make_question(const std::string& name, int dns_class, int type,
                                    const QuestionStyle& style);

// The same without EDNS, for a packet of make_question().
Packet without_edns(Packet question);

// The header's code and its number of answers. The packet must be at least a header long.
int code_of(std::span<const std::uint8_t> packet) noexcept;
int answers_in(const Packet& packet) noexcept;
void set_code(std::span<std::uint8_t> packet, int code) noexcept;
// Whether its sender had more to say than fits a packet by UDP.
bool is_cut(std::span<const std::uint8_t> packet) noexcept;
// Whether what came is about that question at all, as its number and its own question tell. Both must be at
// least a header long.
bool is_answer_to(const Packet& question, std::span<const std::uint8_t> answer) noexcept;

// What an answer's records come to.
struct Records {
    bool broken = false;                 // the packet breaks off or says nonsense
    bool host_asked = false;             // the name asked for is a host's
    std::vector<Host> hosts;             // addresses of the last name in the chain of aliases
    std::vector<std::string> names;      // the name asked for and those the aliases lead to; host names only
    std::size_t names_before_hosts = 0;  // how many of them stand before the first address
    std::string pointer;                 // the first PTR record's name, if it is a host name
};

// Reads the records of `type` that answer the packet's own question.
Records read_records(const Packet& packet, int type);

// Whether nss_dns asks about such a name at all: letters, digits, "-", "_" and dots.
bool is_host_name(const std::string& name) noexcept;
// "4.3.2.1.in-addr.arpa" for 1.2.3.4; for an IPv6 address its digits in ip6.arpa.
std::string reverse_name(const Host& host);

}  // namespace fibers::net
