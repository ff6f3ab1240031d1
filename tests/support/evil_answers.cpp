// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/evil_answers.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "support/evil_lies.hpp"

using namespace std::string_literals;

namespace test {
namespace {

// The lie of that name; null: there is none.
const Lie* find(const std::vector<Lie>& lies, const std::string& name) {
    const auto found =
        std::ranges::find_if(lies, [&](const Lie& lie) { return name == lie.label + ".evil"s; });
    return found == lies.end() ? nullptr : &*found;
}

std::vector<std::string> names(const std::vector<Lie>& lies) {
    std::vector<std::string> all;
    for (const Lie& lie : lies) all.push_back(lie.label + ".evil"s);
    return all;
}

// "prefix-7": 7, if the label begins so.
int number_in(const std::string& label, const std::string& word) {
    return label.starts_with(word) ? std::stoi(label.substr(word.size())) : -1;
}

// Answers of which there are many.
std::string numbered_answer(const Ask& asked, const std::string& label) {
    const std::string whole = good_answer(asked.packet);
    if (const int n = number_in(label, "prefix-"); n >= 0)
        return whole.substr(0, std::min(whole.size(), static_cast<std::size_t>(n)));
    if (const int n = number_in(label, "fuzz-"); n >= 0)
        return mutated(whole, static_cast<unsigned>(n) * 2 + (asked.type == Record::a), asked.end);
    if (const int n = number_in(label, "code-"); n >= 0)
        return Answering(asked.packet, static_cast<unsigned>(n)).packet;
    if (const int n = number_in(label, "data-"); n >= 0)
        return Answering(asked.packet, static_cast<unsigned>(n))
            .add_good(asked.name, asked.type, "10.9.0.7")
            .packet;
    return whole;
}

Pieces told(const Ask& asked) {
    const std::string label = asked.name.substr(0, asked.name.find('.'));
    if (asked.type == Record::ptr) return {pointer_answer(asked, std::stoul(label))};
    if (asked.type != Record::a && asked.type != Record::aaaa) return {Answering(asked.packet).packet};
    if (!asked.name.ends_with(".evil")) return {Answering(asked.packet, 3).packet};
    if (asked.name.ends_with(".fails.evil")) return {Answering(asked.packet, 2).packet};
    for (const auto* lies : {&alias_lies(), &packet_lies(), &silent_lies()}) {
        if (const Lie* const lie = find(*lies, asked.name)) return lie->answer(asked);
    }
    if (const int n = number_in(label, "storm-"); n >= 0)
        return {mutated(good(asked), static_cast<unsigned>(n), 0), good(asked)};
    return {numbered_answer(asked, label)};
}

// By UDP: ask again by TCP.
std::string truncated(const Ask& asked) {
    std::string packet = Answering(asked.packet).packet;
    packet[2] = static_cast<char>(packet[2] | 2);
    return packet;
}

}  // namespace

std::string good_answer(const std::string& question) {
    const Asked asked = read_question(question);
    return Answering(question)
        .add("\xc0\x0c", Record::cname, "\1b"s + "\xc0" + static_cast<char>(asked.end - 10))
        .add("\xc0"s + static_cast<char>(asked.end + 12), asked.type, good_address(asked.type))
        .add(encode_name("b.evil"), asked.type, good_address(asked.type))
        .packet;
}

std::string lame_answer(const std::string& question) {
    std::string packet = Answering(question).packet;
    packet[3] = 0;
    return packet;
}

std::string mutated(const std::string& packet, unsigned number, std::size_t from) {
    std::mt19937 random(number);
    std::string mutant = packet;
    const auto below = [&](std::size_t limit) { return random() % limit; };
    for (std::size_t i = 1 + below(4); i > 0; --i) {
        const std::size_t at = from + below(mutant.size() - from);
        switch (below(4)) {
            case 0:
                mutant[at] = static_cast<char>(below(256));
                break;
            case 1:
                mutant[at] = static_cast<char>("\0\1\xff\xc0\x3f\x0c\x80\x7f"[below(8)]);
                break;
            case 2:
                mutant[at] = static_cast<char>(mutant[at] ^ (1 << below(8)));
                break;
            default:
                if (below(8) == 0 && mutant.size() > from + 20)
                    mutant.resize(mutant.size() - 1 - below(10));
                else
                    mutant.insert(at, 1, static_cast<char>(below(256)));
        }
    }
    // What points to the packet's number would be another name for each who asks.
    for (std::size_t i = from; i + 1 < mutant.size(); ++i) {
        if (mutant[i] == '\xc0' && (mutant[i + 1] & ~1) == 0) mutant[i + 1] = 2;
    }
    return mutant;
}

namespace {

Pieces answer_to(const Ask& asked, By by) {
    for (const auto* lies : {&stream_lies(), &silent_stream_lies()}) {
        const Lie* const lie = find(*lies, asked.name);
        if (lie) return by == By::tcp ? lie->answer(asked) : Pieces{truncated(asked)};
    }
    if (const int n = number_in(asked.name, "tcp-storm-"); n >= 0) {
        if (by == By::udp) return {truncated(asked)};
        return {mutated(framed(good(asked)), static_cast<unsigned>(n), 0), ""};
    }
    if (asked.name.starts_with("tcp-once-")) {
        if (by == By::udp) return {truncated(asked)};
        return {framed(good(asked)), ""};
    }
    Pieces pieces = told(asked);
    if (by == By::tcp) std::ranges::transform(pieces, pieces.begin(), framed);
    return pieces;
}

}  // namespace

Pieces evil_answer(const Incoming& question) {
    try {
        return answer_to(Ask(question.packet), question.by);
    } catch (const std::logic_error&) {  // no question that we understand
        return {};
    }
}

std::vector<std::string> evil_names() {
    std::vector<std::string> all = names(alias_lies());
    std::ranges::copy(names(packet_lies()), std::back_inserter(all));
    return all;
}

std::vector<std::string> evil_silent_names() {
    return names(silent_lies());
}

std::vector<std::string> evil_streams() {
    return names(stream_lies());
}

std::vector<std::string> evil_silent_streams() {
    return names(silent_stream_lies());
}

std::size_t evil_pointers() {
    return pointer_count();
}

}  // namespace test
