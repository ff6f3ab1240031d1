// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <iterator>

#include "support/evil_lies.hpp"

using namespace std::string_literals;

namespace test {
namespace {

const std::string to_question = "\xc0\x0c";  // a compressed name: the question's

// PTR records' data, most of them no host's name.
const std::string pointers[] = {
    encode_name("good.evil"),
    encode_name("a b.evil"),
    encode_name("a\nb.evil"),
    encode_name("<script>.evil"),
    encode_name("$(reboot).evil"),
    encode_name("a\x7f.evil"),
    encode_name("b\xfc"
                "cher.evil"),
    encode_name("-dash.evil"),
    encode_name("_under.evil"),
    encode_name("1.2.3.4"),
    "\0"s,
    "\3a.b\4evil\0"s,
    "\3a\0b\4evil\0"s,
    "\4a\\@b\4evil\0"s,
    encode_name(std::string(63, 'x') + '.' + std::string(63, 'y') + '.' + std::string(63, 'z') + '.' +
                std::string(61, 'w')),
    encode_name(std::string(63, '\1') + '.' + std::string(63, '\2') + '.' + std::string(63, '\3') + '.' +
                std::string(61, '\4')),
    "\xc0\x0c",
    "\xc0\xff",
    "",
    "\4evil",
    "\x41"
    "evil\0"s,
};

}  // namespace

// The record, and behind a good one something else.
std::string pointer_answer(const Ask& q, std::size_t number) {
    constexpr std::size_t count = std::size(pointers);
    if (number < count) return Answering(q.packet).add(to_question, Record::ptr, pointers[number]).packet;
    switch (number - count) {
        case 0:
            return Answering(q.packet)
                .add(to_question, Record::ptr, pointers[0])
                .add(to_question, Record::ptr, pointers[1])
                .packet;
        case 1:
            return Answering(q.packet)
                .add(to_question, Record::ptr, pointers[0])
                .packet.append("x")
                .replace(6, 2, "\0\2", 2);
        case 2:
            return Answering(q.packet).add(encode_name("others.evil"), Record::ptr, pointers[0]).packet;
        case 3:
            return Answering(q.packet)
                .add(to_question, Record::cname, encode_name("b.evil"))
                .add(encode_name("b.evil"), Record::ptr, pointers[0])
                .packet;
        case 4:
            return Answering(q.packet)
                .add(to_question, Record::cname, encode_name("a b.evil"))
                .add(encode_name("a b.evil"), Record::ptr, pointers[0])
                .packet;
        case 5:
            return Answering(q.packet)
                .add(encode_name("others.evil"), Record::cname, encode_name("b.evil"))
                .packet;
        case 6:
            return Answering(q.packet).add(to_question, Record::ptr, pointers[0], 3).packet;
        case 7:
            return Answering(q.packet, 3).add(to_question, Record::ptr, pointers[0]).packet;
        case 8:
            return Answering(q.packet)
                .add(to_question, Record::ptr, pointers[0])
                .add(to_question, Record::cname, "\xc0\xff")
                .packet;
        default:
            return Answering(q.packet).packet;
    }
}

std::size_t pointer_count() {
    return std::size(pointers) + 10;
}

}  // namespace test
