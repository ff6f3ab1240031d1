// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "message.hpp"

namespace dns_server {

namespace {

constexpr std::size_t kHeadSize = 12;
constexpr unsigned kClassIn = 1;

unsigned byte_at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

unsigned number_at(std::string_view bytes, std::size_t i) {
    return byte_at(bytes, i) << 8 | byte_at(bytes, i + 1);
}

void append_number(std::string& bytes, unsigned value) {
    bytes += static_cast<char>(value >> 8 & 0xff);
    bytes += static_cast<char>(value & 0xff);
}

// Reads the labels of the name at `at` and moves `at` behind them. False when they run over the end;
// pointers, which questions do not use, are refused along with that.
bool read_name(std::string_view datagram, std::size_t& at, std::string& name) {
    while (at < datagram.size()) {
        const unsigned length = byte_at(datagram, at++);
        if (length == 0) return true;
        if (length > 63 || at + length > datagram.size()) return false;
        if (!name.empty()) name += '.';
        name += datagram.substr(at, length);
        at += length;
    }
    return false;
}

}  // namespace

std::optional<Question> parse_question(std::string_view datagram) {
    if (datagram.size() < kHeadSize || (byte_at(datagram, 2) & 0x80) != 0) return std::nullopt;
    Question question;
    std::size_t at = kHeadSize;
    const bool is_query = (byte_at(datagram, 2) & 0x78) == 0 && number_at(datagram, 4) == 1;
    if (is_query && read_name(datagram, at, question.name) && at + 4 <= datagram.size()) {
        question.type = static_cast<std::uint16_t>(number_at(datagram, at));
        question.understood = number_at(datagram, at + 2) == kClassIn;
        at += 4;
    } else {
        at = kHeadSize;
    }
    question.message = datagram.substr(0, at);
    return question;
}

std::string make_answer(const Question& question, ResponseCode code, const in_addr* address) {
    const std::string& asked = question.message;
    std::string answer = asked.substr(0, 2);                          // the number the question bears
    answer += static_cast<char>(0x84 | (byte_at(asked, 2) & 0x01));   // an answer, authoritative
    answer += static_cast<char>(0x80 | static_cast<unsigned>(code));  // recursion is available
    append_number(answer, asked.size() > kHeadSize ? 1 : 0);
    append_number(answer, address != nullptr ? 1 : 0);
    append_number(answer, 0);
    append_number(answer, 0);
    answer += asked.substr(kHeadSize);
    if (address != nullptr) {
        append_number(answer, 0xc000 | kHeadSize);  // "the name that stands in the question"
        append_number(answer, kTypeA);
        append_number(answer, kClassIn);
        append_number(answer, 0);
        append_number(answer, 60);  // seconds it may be remembered
        append_number(answer, sizeof *address);
        answer.append(reinterpret_cast<const char*>(address), sizeof *address);
    }
    return answer;
}

}  // namespace dns_server
