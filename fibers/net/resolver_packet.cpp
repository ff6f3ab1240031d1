// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_packet.hpp"

#include <arpa/nameser.h>
#include <resolv.h>
#include <strings.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <functional>

namespace fibers::net {
namespace {

constexpr std::uint8_t recursion_desired = 0x01;  // in the third byte
constexpr std::uint8_t authentic_data = 0x20;     // in the fourth
constexpr std::uint16_t edns_size = 1232;         // bytes that pass every network whole
constexpr int opt_type = 41;
constexpr std::size_t opt_size = 11;

using WireName = std::array<std::uint8_t, NS_MAXCDNAME>;

void put16(Packet& packet, int value) {
    packet.push_back(static_cast<std::uint8_t>(value >> 8));
    packet.push_back(static_cast<std::uint8_t>(value));
}

// The length of a name that is not compressed, its end included.
std::size_t length_of(const WireName& name) noexcept {
    std::size_t at = 0;
    while (name[at] != 0) at += std::size_t{1} + name[at];
    return at + 1;
}

constexpr int lower(std::uint8_t c) noexcept {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool same_name(const WireName& a, const WireName& b) noexcept {
    const std::size_t length = length_of(a);
    if (length != length_of(b)) return false;
    for (std::size_t i = 0; i < length; ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

// Walks through a packet; `failed` once it has run beyond the end.
class Reader {
public:
    explicit Reader(const Packet& packet) : packet_(packet), at_(dns::header_size) {}

    bool failed = false;

    int get16() {
        if (packet_.size() - at_ < 2) {
            failed = true;
            return 0;
        }
        const int value = packet_[at_] << 8 | packet_[at_ + 1];
        at_ += 2;
        return value;
    }
    WireName name() {
        const WireName whole = name_at(at_);
        const std::uint8_t* end = packet_.data() + at_;
        if (failed || ::ns_name_skip(&end, packet_.data() + packet_.size()) != 0) {
            failed = true;
        } else {
            at_ = static_cast<std::size_t>(end - packet_.data());
        }
        return whole;
    }
    WireName name_at(std::size_t at) {
        WireName whole{};
        const std::uint8_t* const data = packet_.data();
        if (at >= packet_.size() ||
            ::ns_name_unpack(data, data + packet_.size(), data + at, whole.data(), whole.size()) < 0) {
            failed = true;
        }
        return whole;
    }
    // Takes n bytes and tells where they begin.
    std::size_t skip(std::size_t n) {
        const std::size_t begin = at_;
        if (packet_.size() - at_ < n) {
            failed = true;
        } else {
            at_ += n;
        }
        return begin;
    }

private:
    const Packet& packet_;
    std::size_t at_;
};

// The name as text, if it is a host's.
std::optional<std::string> host_name(const WireName& name) {
    char text[NS_MAXDNAME];
    if (::ns_name_ntop(name.data(), text, sizeof text) < 0 || !is_host_name(text)) return std::nullopt;
    return text;
}

void store_name(Records& records, const WireName& name) {
    if (auto text = host_name(name)) records.names.push_back(std::move(*text));
}

// One record's worth of reading; `expected` is the end of the chain of aliases so far.
void read_record(Reader& reader, const Packet& packet, int type, WireName& expected, Records& records) {
    const WireName owner = reader.name();
    const int its_type = reader.get16();
    const int its_class = reader.get16();
    reader.skip(4);  // seconds to live
    const auto length = static_cast<std::size_t>(reader.get16());
    const std::size_t data = reader.skip(length);
    if (reader.failed || its_class != dns::class_in) return;
    if (its_type == dns::type_cname) {
        expected = reader.name_at(data);
        if (!reader.failed && type != dns::type_ptr) store_name(records, expected);
        return;
    }
    if (its_type != type || !same_name(owner, expected)) return;
    if (type == dns::type_ptr) {
        const auto name = host_name(reader.name_at(data));
        if (name) records.pointer = *name;
        if (!name) reader.failed = true;
    } else if (length == (type == dns::type_a ? 4 : 16)) {
        const int family = type == dns::type_a ? AF_INET : AF_INET6;
        if (records.hosts.empty()) records.names_before_hosts = records.names.size();
        records.hosts.push_back(make_host(family, packet.data() + data));
    }
}

}  // namespace

std::optional<Packet> make_question(const std::string& name, int dns_class, int type,
                                    const QuestionStyle& style) {
    WireName wire{};
    if (::ns_name_pton(name.c_str(), wire.data(), wire.size()) < 0) return std::nullopt;
    std::uint16_t id = 0;
    (void)::getrandom(&id, sizeof id, GRND_NONBLOCK);
    Packet packet;
    put16(packet, id);
    packet.push_back(recursion_desired);
    packet.push_back(style.trust_ad ? authentic_data : 0);
    put16(packet, 1);
    put16(packet, 0);
    put16(packet, 0);
    put16(packet, style.edns0 ? 1 : 0);
    packet.insert(packet.end(), wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(length_of(wire)));
    put16(packet, type);
    put16(packet, dns_class);
    if (!style.edns0) return packet;
    packet.push_back(0);  // the root's name
    put16(packet, opt_type);
    put16(packet, edns_size);
    for (int i = 0; i < 6; ++i) packet.push_back(0);  // flags, length
    return packet;
}

Packet without_edns(Packet question) {
    question.resize(question.size() - opt_size);
    question[dns::additional_count_at + 1] = 0;
    return question;
}

int code_of(std::span<const std::uint8_t> packet) noexcept {
    return packet[3] & 0x0f;
}

void set_code(std::span<std::uint8_t> packet, int code) noexcept {
    packet[3] = static_cast<std::uint8_t>((packet[3] & 0xf0) | code);
}

int answers_in(const Packet& packet) noexcept {
    return packet[dns::answer_count_at] << 8 | packet[dns::answer_count_at + 1];
}

bool is_cut(std::span<const std::uint8_t> packet) noexcept {
    constexpr std::uint8_t truncated = 0x02;
    return (packet[2] & truncated) != 0;
}

bool is_answer_to(const Packet& question, std::span<const std::uint8_t> answer) noexcept {
    const std::uint8_t* end = question.data() + dns::header_size;
    if (::ns_name_skip(&end, question.data() + question.size()) != 0) return false;
    const auto name_end = static_cast<std::size_t>(end - question.data());
    const std::size_t length = name_end + 4;  // with type and class
    if (question.size() < length || answer.size() < length) return false;
    const auto same = [&, asked = std::span(question)](std::size_t begin, std::size_t until, auto as) {
        return std::ranges::equal(asked.subspan(begin, until - begin), answer.subspan(begin, until - begin),
                                  {}, as, as);
    };
    constexpr auto exactly = std::identity();
    return same(0, 2, exactly) && same(4, 6, exactly) && same(dns::header_size, name_end, &lower) &&
           same(name_end, length, exactly);
}

Records read_records(const Packet& packet, int type) {
    Records records;
    Reader reader(packet);
    WireName expected = reader.name();
    reader.skip(4);  // the question's type and class
    if (!reader.failed) store_name(records, expected);
    records.host_asked = !records.names.empty();
    // Nobody looks at what stands behind a pointer.
    for (int i = answers_in(packet); i > 0 && !reader.failed && records.pointer.empty(); --i) {
        read_record(reader, packet, type, expected, records);
    }
    records.broken = reader.failed;
    return records;
}

bool is_host_name(const std::string& name) noexcept {
    return ::res_hnok(name.c_str()) != 0;
}

std::string reverse_name(const Host& host) {
    std::string name;
    if (host.family == AF_INET) {
        for (std::size_t i = 4; i-- > 0;) name += std::to_string(host.bytes[i]) + '.';
        return name + "in-addr.arpa";
    }
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 16; i-- > 0;) {
        for (const int digit : {host.bytes[i] & 0x0f, host.bytes[i] >> 4}) {
            name += digits[digit];
            name += '.';
        }
    }
    return name + "ip6.arpa";
}

}  // namespace fibers::net
