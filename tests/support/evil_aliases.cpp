// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/evil_lies.hpp"

using namespace std::string_literals;

namespace test {
namespace {

const std::string to_question = "\xc0\x0c";  // a compressed name: the question's

std::string chain(const Ask& q, int length, int (*place)(int, int)) {
    const auto name = [&](int i) { return i == 0 ? q.name : "c" + std::to_string(i) + ".evil"; };
    Answering reply(q.packet);
    for (int i = 0; i < length; ++i) {
        const int step = place(i, length);
        reply.add_good(name(step), Record::cname, name(step + 1));
    }
    return reply.add(encode_name(name(length)), q.type, good_address(q.type)).packet;
}
int in_order(int i, int) {
    return i;
}
int reversed(int i, int length) {
    return length - 1 - i;
}

constexpr auto alias = [](const Ask& q, const std::string& target) -> Pieces {
    return {Answering(q.packet)
                .add(to_question, Record::cname, target)
                .add(target, q.type, good_address(q.type))
                .packet};
};

}  // namespace

const std::vector<Lie>& alias_lies() {
    static const std::vector<Lie> all = {
        {"alias-loop",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add_good(q.name, Record::cname, "b.evil")
                         .add_good("b.evil", Record::cname, q.name)
                         .packet};
         }},
        {"alias-loop-address",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add_good(q.name, Record::cname, "b.evil")
                         .add_good("b.evil", Record::cname, q.name)
                         .add(to_question, q.type, good_address(q.type))
                         .packet};
         }},
        {"alias-of-itself", [](const Ask& q) -> Pieces { return alias(q, to_question); }},
        {"chain-1", [](const Ask& q) -> Pieces { return {chain(q, 1, in_order)}; }},
        {"chain-16", [](const Ask& q) -> Pieces { return {chain(q, 16, in_order)}; }},
        {"chain-100", [](const Ask& q) -> Pieces { return {chain(q, 100, in_order)}; }},
        {"chain-2-reversed", [](const Ask& q) -> Pieces { return {chain(q, 2, reversed)}; }},
        {"chain-16-reversed", [](const Ask& q) -> Pieces { return {chain(q, 16, reversed)}; }},
        {"chain-behind",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add_good("b.evil", q.type, q.type == Record::a ? "10.9.0.8" : "::8")
                         .add_good(q.name, Record::cname, "b.evil")
                         .packet};
         }},
        {"chain-between",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add(to_question, q.type, good_address(q.type))
                         .add_good(q.name, Record::cname, "b.evil")
                         .add_good("b.evil", q.type, q.type == Record::a ? "10.9.0.8" : "::8")
                         .packet};
         }},
        {"alias-at-the-end",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add(to_question, q.type, good_address(q.type))
                         .add_good(q.name, Record::cname, "b.evil")
                         .packet};
         }},
        {"alias-of-others",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add_good("others.evil", Record::cname, "bank.evil")
                         .add_good("bank.evil", q.type, q.type == Record::a ? "10.6.6.6" : "::6")
                         .packet};
         }},
        {"alias-of-others-too",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add_good("others.evil", Record::cname, "bank.evil")
                         .add(to_question, q.type, good_address(q.type))
                         .packet};
         }},
        {"address-of-others",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet).add_good("others.evil", q.type, "10.6.6.6").packet};
         }},
        {"address-of-others-too",
         [](const Ask& q) -> Pieces { return owned(q, encode_name("others.evil")); }},
        {"address-of-a-longer-name",
         [](const Ask& q) -> Pieces { return owned(q, "\1x"s + encode_name(q.name)); }},
        {"alias-no-host", [](const Ask& q) -> Pieces { return alias(q, encode_name("a b;c.evil")); }},
        {"alias-underscore", [](const Ask& q) -> Pieces { return alias(q, encode_name("_a._b.evil")); }},
        {"alias-dash", [](const Ask& q) -> Pieces { return alias(q, encode_name("-a.evil")); }},
        {"alias-zeros", [](const Ask& q) -> Pieces { return alias(q, "\3a\0b\4evil\0"s); }},
        {"alias-dots", [](const Ask& q) -> Pieces { return alias(q, "\3a.b\4evil\0"s); }},
        {"alias-root", [](const Ask& q) -> Pieces { return alias(q, "\0"s); }},
        {"alias-8-bit",
         [](const Ask& q) -> Pieces {
             return alias(q, encode_name("b\xfc"
                                         "cher.evil"));
         }},
        {"alias-long",
         [](const Ask& q) -> Pieces {
             return alias(q, encode_name(std::string(63, 'x') + '.' + std::string(63, 'y') + '.' +
                                         std::string(63, 'z') + '.' + std::string(61, 'w')));
         }},
        {"alias-too-long",
         [](const Ask& q) -> Pieces {
             return alias(q, encode_name(std::string(63, 'x') + '.' + std::string(63, 'y') + '.' +
                                         std::string(63, 'z') + '.' + std::string(62, 'w')));
         }},
        {"alias-broken",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add_good(q.name, Record::cname, "b.evil")
                         .add(encode_name("b.evil"), q.type, good_address(q.type))
                         .add(encode_name("b.evil"), Record::cname, "\xc0\xff")
                         .packet};
         }},
        {"alias-empty",
         [](const Ask& q) -> Pieces {
             return {Answering(q.packet)
                         .add(to_question, Record::cname, "")
                         .add(to_question, q.type, good_address(q.type))
                         .packet};
         }},
        {"owner-case", [](const Ask& q) -> Pieces { return owned(q, encode_name("owner-CASE.eViL")); }},
    };
    return all;
}

}  // namespace test
