// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <iterator>
#include <memory>
#include <string_view>

namespace areq {

namespace {

// Python's names of the levels; spdlog's are in lower case.
class LevelName : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const std::string_view name = name_of(message.level);
        out.append(name.data(), name.data() + name.size());
    }

    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<LevelName>(); }

private:
    static std::string_view name_of(spdlog::level::level_enum level) {
        switch (level) {
            case spdlog::level::debug:
                return "DEBUG";
            case spdlog::level::warn:
                return "WARNING";
            case spdlog::level::err:
                return "ERROR";
            default:
                return "INFO";
        }
    }
};

// The message, harmless to a terminal: servers and files choose the words of a URL, and a terminal obeys its
// control characters, those of one byte and (in UTF-8) those of two.
class Printable : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const std::string_view text(message.payload.data(), message.payload.size());
        for (std::size_t i = 0; i < text.size(); ++i) {
            const std::size_t length = control_at(text.substr(i));
            if (length == 0) out.push_back(text[i]);
            for (std::size_t k = 0; k < length; ++k) {
                fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte_at(text, i + k));
            }
            if (length > 1) i += length - 1;
        }
    }

    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<Printable>(); }

private:
    static unsigned char byte_at(std::string_view text, std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : '\0';
    }
    // How many bytes of a control character the text begins with; 0: it begins with something else.
    static std::size_t control_at(std::string_view text) {
        const unsigned char first = byte_at(text, 0);
        const unsigned char second = byte_at(text, 1);
        if (first < ' ' || first == 0x7f) return 1;
        return first == 0xc2 && second >= 0x80 && second < 0xa0 ? 2 : 0;
    }
};

}  // namespace

void set_up_log(const Options& options) {
    // One thread: a sink without locks. On a terminal each line first wipes the line of progress away.
    auto logger = std::make_shared<spdlog::logger>("areq", std::make_shared<spdlog::sinks::stderr_sink_st>());
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    const bool on_terminal = ::isatty(STDERR_FILENO) == 1;
    formatter->add_flag<LevelName>('*').add_flag<Printable>('v').set_pattern(
        on_terminal ? "\r\033[K%H:%M:%S %*:%n: %v" : "%H:%M:%S %*:%n: %v");
    logger->set_formatter(std::move(formatter));
    logger->set_level(options.quiet     ? spdlog::level::warn
                      : options.verbose ? spdlog::level::debug
                                        : spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace areq
