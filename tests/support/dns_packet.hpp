// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// DNS packets for servers in tests, byte by byte: true ones, and ones that lie.
#pragma once

#include <cstdint>
#include <string>

namespace test {

// Types of DNS records, by their numbers.
enum class Record : std::uint16_t { a = 1, cname = 5, soa = 6, ptr = 12, aaaa = 28, opt = 41 };

// Sixteen bits in network order.
void put16(std::string& packet, unsigned value);
void put16(std::string& packet, std::size_t at, unsigned value);
unsigned get16(const std::string& packet, std::size_t at);
// "www.example" as labels.
std::string encode_name(const std::string& name);
// "10.0.0.1", "::1" as bytes; a CNAME's or PTR's name as labels.
std::string encode_value(Record type, const std::string& value);

// What a packet asks. Throws std::out_of_range if it breaks off.
struct Asked {
    std::string name;  // in lower case
    Record type;
    std::size_t end;  // of the question, in the packet
};
Asked read_question(const std::string& packet);

// An answer to a question, record by record.
class Answering {
public:
    // Its header and question; `code` is the header's.
    explicit Answering(const std::string& question, unsigned code = 0);

    // A record of any kind: its owner and its data are taken as they are.
    Answering& add(const std::string& owner, Record type, const std::string& data, unsigned dns_class = 1,
                   unsigned seconds_to_live = 60);
    // A record as it should be.
    Answering& add_good(const std::string& owner, Record type, const std::string& value);
    // A record whose length says something else than its data.
    Answering& add_lying(const std::string& owner, Record type, const std::string& data, unsigned length);

    std::string packet;  // so far
};

}  // namespace test
