// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/dns_packet.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace test {
namespace {

constexpr std::size_t header_size = 12;
constexpr std::size_t answer_count_at = 6;

}  // namespace

void put16(std::string& packet, unsigned value) {
    packet += static_cast<char>(value >> 8);
    packet += static_cast<char>(value);
}

void put16(std::string& packet, std::size_t at, unsigned value) {
    packet.at(at) = static_cast<char>(value >> 8);
    packet.at(at + 1) = static_cast<char>(value);
}

unsigned get16(const std::string& packet, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(packet.at(i)));
    };
    return byte(at) << 8 | byte(at + 1);
}

std::string encode_name(const std::string& name) {
    std::string encoded;
    std::istringstream labels(name);
    for (std::string label; std::getline(labels, label, '.');) {
        encoded += static_cast<char>(label.size());
        encoded += label;
    }
    return encoded + '\0';
}

std::string encode_value(Record type, const std::string& value) {
    if (type == Record::cname || type == Record::ptr) return encode_name(value);
    std::string bytes(type == Record::a ? 4 : 16, '\0');
    ::inet_pton(type == Record::a ? AF_INET : AF_INET6, value.c_str(), bytes.data());
    return bytes;
}

Asked read_question(const std::string& packet) {
    std::size_t at = header_size;
    std::string name;
    while (const auto length = static_cast<unsigned char>(packet.at(at++))) {
        if (!name.empty()) name += '.';
        name += packet.substr(at, length);
        at += length;
    }
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return {name, static_cast<Record>(get16(packet, at)), at + 4};
}

Answering::Answering(const std::string& question, unsigned code) : packet(question.substr(0, 2)) {
    const std::size_t end = read_question(question).end;
    put16(packet, 0x8180 | code);  // an answer, recursion asked for and offered
    put16(packet, 1);
    for (int i = 0; i < 3; ++i) put16(packet, 0);
    packet += question.substr(header_size, end - header_size);
}

Answering& Answering::add(const std::string& owner, Record type, const std::string& data, unsigned dns_class,
                          unsigned seconds_to_live) {
    packet += owner;
    put16(packet, static_cast<unsigned>(type));
    put16(packet, dns_class);
    put16(packet, seconds_to_live >> 16);
    put16(packet, seconds_to_live);
    put16(packet, static_cast<unsigned>(data.size()));
    packet += data;
    put16(packet, answer_count_at, get16(packet, answer_count_at) + 1);
    return *this;
}

Answering& Answering::add_good(const std::string& owner, Record type, const std::string& value) {
    return add(encode_name(owner), type, encode_value(type, value));
}

Answering& Answering::add_lying(const std::string& owner, Record type, const std::string& data,
                                unsigned length) {
    add(encode_name(owner), type, data);
    put16(packet, packet.size() - data.size() - 2, length);
    return *this;
}

}  // namespace test
