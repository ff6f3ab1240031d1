// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "web.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <new>
#include <regex>

#include "pace.hpp"

namespace tutorial {

namespace {

// Before there are threads, which might otherwise all begin with it.
[[maybe_unused]] const CURLcode curl_is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
    curl_easy_setopt(curl, option, value);
}

// The callbacks are called from C: no exception may pass.

std::size_t append(const char* bytes, std::size_t, std::size_t count, void* body) noexcept try {
    static_cast<std::string*>(body)->append(bytes, count);
    return count;
} catch (const std::bad_alloc&) {
    return 0;
}

// "HTTP/1.1 404 Not Found": libcurl keeps the number only.
std::size_t note_reason(const char* bytes, std::size_t, std::size_t count, void* reason) noexcept try {
    const std::string_view line(bytes, count);
    const auto code = line.find(' ') + 1;
    if (line.starts_with("HTTP/") && line.find(' ', code) != std::string_view::npos) {
        const auto text = line.substr(line.find(' ', code) + 1);
        *static_cast<std::string*>(reason) = text.substr(0, text.find_first_of("\r\n"));
    }
    return count;
} catch (const std::bad_alloc&) {
    return 0;
}

struct Stream {
    CURL* curl;
    const std::function<void(std::string_view)>* on_piece;
    std::exception_ptr error;
};

std::size_t hand_over(const char* bytes, std::size_t, std::size_t count, void* context) noexcept {
    auto& stream = *static_cast<Stream*>(context);
    long status = 0;
    curl_easy_getinfo(stream.curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) return count;
    try {
        (*stream.on_piece)({bytes, count});
        return count;
    } catch (const std::exception&) {
        stream.error = std::current_exception();
        return 0;
    }
}

}  // namespace

std::string page(const std::string& path) {
    const char* const site = std::getenv("TUTORIAL_SITE");
    return (site == nullptr ? "http://127.0.0.1:8000" : site) + path;
}

std::string slow_page(double number, const std::string& path) {
    return page(fmt::format("{}?slow={:.0f}", path, seconds(number).count() * 1000));
}

std::string urljoin(const std::string& base, const std::string& link) {
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
    char* joined = nullptr;
    if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
        curl_url_set(url.get(), CURLUPART_URL, link.c_str(), 0) != CURLUE_OK ||
        curl_url_get(url.get(), CURLUPART_URL, &joined, 0) != CURLUE_OK) {
        return {};
    }
    const std::unique_ptr<char, decltype(&curl_free)> owned(joined, &curl_free);
    return joined;
}

std::vector<std::string> hrefs(const std::string& html) {
    static const std::regex pattern(R"re(href="(.*?)")re");
    std::vector<std::string> found;
    for (std::sregex_iterator match(html.begin(), html.end(), pattern), end; match != end; ++match) {
        found.push_back(match->str(1));
    }
    return found;
}

HttpError::HttpError(long status_code, const std::string& text)
    : std::runtime_error(fmt::format("[{}]: {}", status_code, text)), status(status_code), message(text) {}

void Response::raise_for_status() const {
    if (status >= 400) throw HttpError(status, reason);
}

Session::Handle Session::take_handle() {
    Handle handle;
    if (!idle_.empty()) {
        handle = std::move(idle_.back());
        idle_.pop_back();
    } else {
        handle.reset(curl_easy_init());
        if (!handle) throw std::bad_alloc();
    }
    set(handle.get(), CURLOPT_NOSIGNAL, 1L);  // no alarm(): it belongs to the process, not to a fiber
    set(handle.get(), CURLOPT_FOLLOWLOCATION, 1L);
    set(handle.get(), CURLOPT_MAXREDIRS, 10L);
    return handle;
}

void Session::keep(Handle handle) {
    curl_easy_reset(handle.get());
    idle_.push_back(std::move(handle));
}

Response Session::perform(CURL* curl, const std::string& url) {
    Response response;
    set(curl, CURLOPT_URL, url.c_str());
    set(curl, CURLOPT_HEADERFUNCTION, &note_reason);
    set(curl, CURLOPT_HEADERDATA, &response.reason);
    const CURLcode code = curl_easy_perform(curl);
    long opened = 0;
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &opened);
    opened_ += opened;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
    if (code == CURLE_TOO_MANY_REDIRECTS) throw HttpError(response.status, "too many redirects");
    if (code != CURLE_OK && code != CURLE_WRITE_ERROR) throw ConnectionBroken("connection broken");
    const char* effective = nullptr;
    curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &effective);
    response.url = effective == nullptr ? url : effective;
    return response;
}

Response Session::get(const std::string& url) {
    Handle handle = take_handle();
    std::string body;
    set(handle.get(), CURLOPT_WRITEFUNCTION, &append);
    set(handle.get(), CURLOPT_WRITEDATA, &body);
    Response response = perform(handle.get(), url);
    response.body = std::move(body);
    keep(std::move(handle));
    return response;
}

Response Session::post(const std::string& url, const std::string& content_type, const std::string& body) {
    Handle handle = take_handle();
    std::string answer;
    const auto header = "Content-Type: " + content_type;
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
        curl_slist_append(nullptr, header.c_str()), &curl_slist_free_all);
    set(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    set(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
    set(handle.get(), CURLOPT_WRITEFUNCTION, &append);
    set(handle.get(), CURLOPT_WRITEDATA, &answer);
    Response response = perform(handle.get(), url);
    response.body = std::move(answer);
    keep(std::move(handle));
    return response;
}

Response Session::post_form(const std::string& url, const Fields& fields) {
    std::string body;
    for (const auto& [name, value] : fields) {
        const std::unique_ptr<char, decltype(&curl_free)> escaped(curl_easy_escape(nullptr, value.c_str(), 0),
                                                                  &curl_free);
        body += (body.empty() ? "" : "&") + name + "=" + escaped.get();
    }
    return post(url, "application/x-www-form-urlencoded", body);
}

Response Session::post_json(const std::string& url, const nlohmann::json& value) {
    return post(url, "application/json", value.dump());
}

void Session::stream(const std::string& url, const std::function<void(std::string_view)>& on_piece) {
    Handle handle = take_handle();
    Stream stream{handle.get(), &on_piece, nullptr};
    set(handle.get(), CURLOPT_WRITEFUNCTION, &hand_over);
    set(handle.get(), CURLOPT_WRITEDATA, &stream);
    const Response response = perform(handle.get(), url);
    if (stream.error) std::rethrow_exception(stream.error);
    response.raise_for_status();
    keep(std::move(handle));
}

}  // namespace tutorial
