// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/evil_lies.hpp"

using namespace std::string_literals;

namespace test {
namespace {

constexpr std::size_t header_size = 12;
const std::string to_question = "\xc0\x0c";  // a compressed name: the question's

std::string no_question(const Ask& q) {
    return q.packet.substr(0, 2) + "\x81\x80\0\0\0\0\0\0\0\0"s;
}
std::string two_questions(const Ask& q) {
    std::string packet = Answering(q.packet).packet;
    put16(packet, 4, 2);
    return packet + q.packet.substr(header_size, q.end - header_size);
}
constexpr auto sized = [](const Ask& q, int more) -> Pieces {
    std::string data = good_address(q.type) + "....";
    data.resize(data.size() - 4 + static_cast<std::size_t>(more));
    return {Answering(q.packet).add(to_question, q.type, data).packet};
};
constexpr auto lying = [](const Ask& q, unsigned length) -> Pieces {
    return {Answering(q.packet).add_lying(q.name, q.type, good_address(q.type), length).packet};
};
constexpr auto counted = [](const Ask& q, std::size_t at, unsigned count) -> Pieces {
    std::string packet = good(q);
    put16(packet, at, count);
    return {packet};
};
constexpr auto pointing_to = [](const Ask& q, std::size_t more) -> Pieces {
    std::string pointer;
    put16(pointer, static_cast<unsigned>(0xc000 | (q.end + more)));
    return owned(q, pointer);
};
const std::string soa_data = encode_name("ns.evil") + encode_name("root.evil") + std::string(20, '\1');

}  // namespace

std::string good_address(Record type) {
    return encode_value(type, type == Record::a ? "10.9.0.7" : "2001:db8:9::7");
}
std::string bad_address(Record type) {
    return encode_value(type, type == Record::a ? "10.6.6.6" : "2001:db8:6::6");
}

std::string good(const Ask& q) {
    return Answering(q.packet).add(to_question, q.type, good_address(q.type)).packet;
}
std::string bad(const Ask& q) {
    return Answering(q.packet).add(to_question, q.type, bad_address(q.type)).packet;
}
std::string changed(const Ask& q, std::size_t at, unsigned by) {
    std::string packet = bad(q);
    put16(packet, at, get16(packet, at) ^ by);
    return packet;
}
Pieces owned(const Ask& q, const std::string& owner) {
    return {Answering(q.packet)
                .add(owner, q.type, bad_address(q.type))
                .add(to_question, q.type, good_address(q.type))
                .packet};
}
std::string other_name(const Ask& q, unsigned code) {
    Ask other = q;
    other.packet[header_size + 1] = other.packet[header_size + 1] == 'x' ? 'y' : 'x';
    std::string packet = bad(other);
    packet[3] = static_cast<char>(0x80 | code);
    return packet;
}
const std::vector<Lie>& packet_lies() {
    static const std::vector<Lie> all = {
        // From somebody else.
        {"wrong-id-first",
         [](const Ask& q) -> Pieces {
             return {changed(q, 0, 1), good(q)};
         }},
        {"wrong-name-first",
         [](const Ask& q) -> Pieces {
             return {other_name(q, 0), good(q)};
         }},
        {"wrong-type-first",
         [](const Ask& q) -> Pieces {
             return {changed(q, q.end - 4, 3), good(q)};
         }},
        {"wrong-class-first",
         [](const Ask& q) -> Pieces {
             return {changed(q, q.end - 2, 2), good(q)};
         }},
        {"two-questions-first",
         [](const Ask& q) -> Pieces {
             return {two_questions(q), good(q)};
         }},
        {"no-question-first",
         [](const Ask& q) -> Pieces {
             return {no_question(q), good(q)};
         }},
        {"question-first",
         [](const Ask& q) -> Pieces {
             return {q.packet, good(q)};
         }},
        {"question-bit-first",
         [](const Ask& q) -> Pieces {
             return {changed(q, 2, 0x8000), good(q)};
         }},
        {"empty-first",
         [](const Ask& q) -> Pieces {
             return {"", good(q)};
         }},
        {"number-first",
         [](const Ask& q) -> Pieces {
             return {q.packet.substr(0, 2), good(q)};
         }},
        {"good-first",
         [](const Ask& q) -> Pieces {
             return {good(q), bad(q)};
         }},
        {"good-twice",
         [](const Ask& q) -> Pieces {
             return {good(q), good(q)};
         }},
        {"nxdomain-second",
         [](const Ask& q) -> Pieces {
             return {good(q), Answering(q.packet, 3).packet};
         }},
        // Names and lengths.
        {"pointer-to-itself", [](const Ask& q) -> Pieces { return pointing_to(q, 0); }},
        {"pointer-forward", [](const Ask& q) -> Pieces { return pointing_to(q, 2); }},
        {"pointer-far", [](const Ask& q) -> Pieces { return pointing_to(q, 10'000); }},
        {"pointer-loop",
         [](const Ask& q) -> Pieces { return owned(q, std::string("\1a\xc0") + static_cast<char>(q.end)); }},
        {"label-0x40", [](const Ask& q) -> Pieces { return owned(q, "\x40"s + "evil"s); }},
        {"label-0x80", [](const Ask& q) -> Pieces { return owned(q, "\x80"s + "evil"s); }},
        {"label-too-long", [](const Ask& q) -> Pieces { return owned(q, "\x3f"s + "evil"s); }},
        {"length-0", [](const Ask& q) -> Pieces { return sized(q, q.type == Record::a ? -4 : -16); }},
        {"length-1-less", [](const Ask& q) -> Pieces { return sized(q, -1); }},
        {"length-1-more", [](const Ask& q) -> Pieces { return sized(q, 1); }},
        {"length-4",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet).add(to_question, q.type, "\x0a\6\6\6").packet};
         }},
        {"length-16",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet).add(to_question, q.type, std::string(16, '\6')).packet};
         }},
        {"length-lies-0", [](const Ask& q) -> Pieces { return lying(q, 0); }},
        {"length-lies-17", [](const Ask& q) -> Pieces { return lying(q, 17); }},
        {"length-lies-65535", [](const Ask& q) -> Pieces { return lying(q, 65535); }},
        {"count-0", [](const Ask& q) -> Pieces { return counted(q, 6, 0); }},
        {"count-2", [](const Ask& q) -> Pieces { return counted(q, 6, 2); }},
        {"count-65535", [](const Ask& q) -> Pieces { return counted(q, 6, 65535); }},
        {"count-others-65535", [](const Ask& q) -> Pieces { return counted(q, 8, 65535); }},
        {"count-more-65535", [](const Ask& q) -> Pieces { return counted(q, 10, 65535); }},
        {"garbage-behind", [](const Ask& q) -> Pieces { return {good(q) + std::string(100, '\xff')}; }},
        {"class-chaos",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add(to_question, q.type, bad_address(q.type), 3)
                         .add(to_question, q.type, good_address(q.type))
                         .packet};
         }},
        {"class-chaos-only",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet).add(to_question, q.type, bad_address(q.type), 3).packet};
         }},
        {"type-other",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add(to_question, Record::soa, soa_data)
                         .add(to_question, q.type, good_address(q.type))
                         .packet};
         }},
        {"type-other-family",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add_good(q.name, Record::a, "10.9.0.4")
                         .add_good(q.name, Record::aaaa, "2001:db8:9::4")
                         .packet};
         }},
        // What is said of the whole.
        {"seconds-0",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet).add(to_question, q.type, good_address(q.type), 1, 0).packet};
         }},
        {"seconds-negative",
         [](const Ask& q) -> Pieces {
             return {
                 Answering(q.packet).add(to_question, q.type, good_address(q.type), 1, 0xffffffff).packet};
         }},
        {"nxdomain-address",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet, 3).add(to_question, q.type, good_address(q.type)).packet};
         }},
        {"nxdomain-a",
         [](const Ask& q) -> Pieces {
             return {q.type == Record::a ? Answering(q.packet, 3).packet : good(q)};
         }},
        {"nxdomain-a-address",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet, q.type == Record::a ? 3 : 0)
                         .add(to_question, q.type, good_address(q.type))
                         .packet};
         }},
        {"nodata-a",
         [](const Ask& q) -> Pieces { return {q.type == Record::a ? Answering(q.packet).packet : good(q)}; }},
        {"broken-a",
         [](const Ask& q) -> Pieces {
             return {q.type == Record::a ? good(q).substr(0, good(q).size() - 1) : good(q)};
         }},
        {"broken-aaaa",
         [](const Ask& q) -> Pieces {
             return {q.type == Record::a ? good(q) : good(q).substr(0, q.end + 1)};
         }},
        {"soa-only",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet).add(to_question, Record::soa, soa_data).packet};
         }},
        {"soa-authority",
         [](const Ask& q) -> Pieces {
             Answering r(q.packet);
             r.add(to_question, Record::soa, soa_data);
             put16(r.packet, 6, 0);
             put16(r.packet, 8, 1);
             return {r.packet};
         }},
        {"edns-unknown",
         [](const Ask& q) -> Pieces {
             const bool extended = get16(q.packet, 10) != 0;
             return {extended ? Answering(q.packet, 1).packet : good(q)};
         }},
        {"edns",
         [](const Ask& q) -> Pieces {
             Answering r(q.packet);
             r.add(to_question, q.type, good_address(q.type));
             r.add("\0"s, Record::opt, "", 1232, 0);
             put16(r.packet, 6, 1);
             put16(r.packet, 10, 1);
             return {r.packet};
         }},
        {"edns-badvers",
         [](const Ask& q) -> Pieces {
             Answering r(q.packet);
             r.add("\0"s, Record::opt, "", 1232, 0x01000000);
             put16(r.packet, 6, 0);
             put16(r.packet, 10, 1);
             return {r.packet};
         }},
        {"edns-in-answer",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add("\0"s, Record::opt, "", 1232, 0)
                         .add(to_question, q.type, good_address(q.type))
                         .packet};
         }},
        {"many",
         [](const Ask& q) -> Pieces {
             Answering r(q.packet);
             for (int i = 0; i < 300; ++i) r.add(to_question, q.type, good_address(q.type));
             return {r.packet};
         }},
    };
    return all;
}

const std::vector<Lie>& silent_lies() {
    static const std::vector<Lie> all = {
        {"only-wrong-id", [](const Ask& q) -> Pieces { return {changed(q, 0, 1)}; }},
        {"only-wrong-name", [](const Ask& q) -> Pieces { return {other_name(q, 0)}; }},
        {"only-wrong-name-servfail", [](const Ask& q) -> Pieces { return {other_name(q, 2)}; }},
        {"only-wrong-name-refused", [](const Ask& q) -> Pieces { return {other_name(q, 5)}; }},
        {"only-wrong-type", [](const Ask& q) -> Pieces { return {changed(q, q.end - 4, 3)}; }},
        {"only-wrong-class", [](const Ask& q) -> Pieces { return {changed(q, q.end - 2, 2)}; }},
        {"only-no-question", [](const Ask& q) -> Pieces { return {no_question(q)}; }},
        {"only-question", [](const Ask& q) -> Pieces { return {q.packet}; }},
        {"only-lame",
         [](const Ask& q) -> Pieces {
             std::string r = Answering(q.packet).packet;
             r[3] = 0;
             return {r};
         }},
        {"only-lame-a",
         [](const Ask& q) -> Pieces {
             std::string r = Answering(q.packet).packet;
             r[3] = 0;
             return {q.type == Record::a ? r : good(q)};
         }},
        {"only-empty", [](const Ask&) -> Pieces { return {""}; }},
        {"only-number", [](const Ask& q) -> Pieces { return {q.packet.substr(0, 2)}; }},
    };
    return all;
}

}  // namespace test
