// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/evil_lies.hpp"

using namespace std::string_literals;

namespace test {
namespace {

const std::string to_question = "\xc0\x0c";  // a compressed name: the question's

void bytes_each(const std::string& stream, Pieces& pieces) {
    for (const char c : stream) pieces.emplace_back(1, c);
}
std::string length_of(const std::string& packet, int more) {
    std::string length;
    put16(length, static_cast<unsigned>(static_cast<int>(packet.size()) + more));
    return length;
}
std::string coded(const Ask& q, unsigned code) {
    return framed(Answering(q.packet, code).packet);
}

}  // namespace

const std::vector<Lie>& stream_lies() {
    static const std::vector<Lie> all = {
        {"tcp-good", [](const Ask& q) -> Pieces { return {framed(good(q))}; }},
        {"tcp-bytes",
         [](const Ask& q) -> Pieces {
             Pieces pieces;
             bytes_each(framed(good(q)), pieces);
             return pieces;
         }},
        {"tcp-close", [](const Ask&) -> Pieces { return {""}; }},
        {"tcp-close-in-length",
         [](const Ask&) -> Pieces {
             return {"\0"s, ""};
         }},
        {"tcp-close-behind-length",
         [](const Ask& q) -> Pieces {
             return {length_of(good(q), 0), ""};
         }},
        {"tcp-close-in-header",
         [](const Ask& q) -> Pieces {
             return {framed(good(q)).substr(0, 7), ""};
         }},
        {"tcp-close-in-record",
         [](const Ask& q) -> Pieces {
             return {framed(good(q)).substr(0, q.end + 10), ""};
         }},
        {"tcp-length-0",
         [](const Ask&) -> Pieces {
             return {"\0\0"s, ""};
         }},
        {"tcp-length-0-first",
         [](const Ask& q) -> Pieces {
             return {"\0\0"s, framed(good(q))};
         }},
        {"tcp-length-5",
         [](const Ask&) -> Pieces {
             return {framed("12345"), ""};
         }},
        {"tcp-length-5-first",
         [](const Ask& q) -> Pieces {
             return {framed("12345"), framed(good(q))};
         }},
        {"tcp-length-12",
         [](const Ask& q) -> Pieces {
             return {framed(good(q).substr(0, 12)), ""};
         }},
        {"tcp-length-less",
         [](const Ask& q) -> Pieces {
             return {length_of(good(q), -3) + good(q), ""};
         }},
        {"tcp-length-more",
         [](const Ask& q) -> Pieces {
             return {length_of(good(q), 3) + good(q), ""};
         }},
        {"tcp-length-more-zeros",
         [](const Ask& q) -> Pieces { return {length_of(good(q), 3) + good(q) + "\0\0\0"s}; }},
        {"tcp-length-65535",
         [](const Ask& q) -> Pieces {
             return {"\xff\xff" + good(q), ""};
         }},
        {"tcp-wrong-id-first",
         [](const Ask& q) -> Pieces { return {framed(changed(q, 0, 1)) + framed(good(q))}; }},
        {"tcp-wrong-name-first",
         [](const Ask& q) -> Pieces { return {framed(other_name(q, 0)) + framed(good(q))}; }},
        {"tcp-truncated", [](const Ask& q) -> Pieces { return {framed(changed(q, 2, 0x200))}; }},
        {"tcp-servfail", [](const Ask& q) -> Pieces { return {coded(q, 2)}; }},
        {"tcp-refused", [](const Ask& q) -> Pieces { return {coded(q, 5)}; }},
        {"tcp-notimp", [](const Ask& q) -> Pieces { return {coded(q, 4)}; }},
        {"tcp-formerr", [](const Ask& q) -> Pieces { return {coded(q, 1)}; }},
        {"tcp-nxdomain", [](const Ask& q) -> Pieces { return {coded(q, 3)}; }},
        {"tcp-nodata", [](const Ask& q) -> Pieces { return {coded(q, 0)}; }},
        {"tcp-lame",
         [](const Ask& q) -> Pieces {
             std::string r = Answering(q.packet).packet;
             r[3] = 0;
             return {framed(r)};
         }},
        {"tcp-longest",
         [](const Ask& q) -> Pieces {
             Answering r(q.packet);
             while (r.packet.size() + 28 <= 65535) r.add(to_question, q.type, good_address(q.type));
             return {framed(r.packet)};
         }},
    };
    return all;
}

const std::vector<Lie>& silent_stream_lies() {
    static const std::vector<Lie> all = {
        {"tcp-silent", [](const Ask&) -> Pieces { return {}; }},
        {"tcp-silent-in-length", [](const Ask&) -> Pieces { return {"\0"s}; }},
        {"tcp-silent-in-header", [](const Ask& q) -> Pieces { return {framed(good(q)).substr(0, 7)}; }},
        {"tcp-silent-length-65535", [](const Ask& q) -> Pieces { return {"\xff\xff" + good(q)}; }},
        {"tcp-silent-wrong-id", [](const Ask& q) -> Pieces { return {framed(changed(q, 0, 1))}; }},
    };
    return all;
}

}  // namespace test
