// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "download.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "file_name.hpp"

namespace download {

namespace {

using namespace std::chrono_literals;

// A file may take any time, as long as it comes.
http::SessionOptions session_options(const Options& options) {
    return {.limit = options.limit,
            .timeout = {.total = fibers::Duration::max(), .sock_read = 60s},
            .headers = {{"Accept-Encoding", "identity"}},  // so that bytes can be counted
            .raise_for_status = true,
            .verify = !options.insecure,
            .trust_env = true,
            .user_agent = "download/0.1"};
}

std::uint64_t number(const std::string& text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// As HTTP writes it: "Sun, 06 Nov 1994 08:49:37 GMT", in any locale.
std::string http_date(std::time_t time) {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[parts.tm_wday], parts.tm_mday,
                       months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::optional<std::time_t> last_modified(const http::Response& head) {
    const std::string date = head.headers.get("Last-Modified");
    const std::time_t time = date.empty() ? -1 : curl_getdate(date.c_str(), nullptr);
    if (time == -1) return std::nullopt;
    return time;
}

http::Headers headers_for(const PartialFile& part) {
    if (part.size() == 0) return {};
    return {{"Range", fmt::format("bytes={}-", part.size())}, {"If-Range", http_date(part.version())}};
}

}  // namespace

/// A file under way.
struct Download::File {
    PartialFile part;
    Bars::Bar bar;
    std::uint64_t total = 0;  // 0: not known
    bool begun = false;

    // The head has come: is it the rest that was asked for, or the whole?
    void begin(const http::Response& head) {
        begun = true;
        const bool is_rest =
            head.status == 206 &&
            head.headers.get("Content-Range").starts_with(fmt::format("bytes {}-", part.size()));
        if (!is_rest && part.size() != 0) part.begin_anew();
        part.set_version(last_modified(head));
        const auto length = number(head.headers.get("Content-Length"));
        total = length == 0 ? 0 : part.size() + length;
    }

    void append(const http::Response& head, std::string_view bytes) {
        if (!begun) begin(head);
        part.append(bytes);
        bar.show(part.size(), total);
    }
};

Download::Download(const Options& options)
    : options_(&options), turns_(static_cast<std::ptrdiff_t>(options.limit)) {}

http::Response Download::fetch(const std::string& url, File& file) {
    const auto on_bytes = [&](const http::Response& head, std::string_view bytes) {
        file.append(head, bytes);
    };
    try {
        return session_->stream(url, on_bytes, {.headers = headers_for(file.part)});
    } catch (const http::ClientResponseError& error) {
        if (error.status() != 416 || file.part.size() == 0) throw;
    }
    file.part.begin_anew();  // there is no such rest
    return session_->stream(url, on_bytes);
}

void Download::fetch_one(const std::string& url, const std::string& name) {
    const std::unique_lock turn(turns_);
    try {
        const auto began = std::chrono::steady_clock::now();
        File file{PartialFile(options_->directory + "/" + name, options_->resume), Bars::Bar(bars_, name)};
        const auto response = fetch(url, file);
        if (!file.begun) file.begin(response);  // it has no bytes at all
        file.part.complete();
        ++fetched_;
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        bars_.say(stdout, fmt::format("{}: {} in {:.1f} s", name, in_words(file.part.size()), took.count()));
    } catch (const std::exception& error) {
        ++failed_;
        bars_.say(stderr, fmt::format("download: {}: {}", name, error.what()));
    }
}

void Download::fetch_all() {
    http::Session session(session_options(*options_));
    session_ = &session;
    const auto names = file_names(options_->urls);
    std::vector<std::function<void()>> jobs;
    for (std::size_t i = 0; i < names.size(); ++i) {
        jobs.emplace_back([this, &url = options_->urls[i], &name = names[i]] { fetch_one(url, name); });
    }
    fibers::gather(jobs).get();
}

}  // namespace download
