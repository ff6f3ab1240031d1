// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "handle.hpp"

#include <charconv>
#include <exception>
#include <limits>
#include <new>

#include "curl_error.hpp"

namespace http {

/// What libcurl's callbacks fill in during one request.
struct Handle::Transfer {
    ExchangeListener* listener;
    Response response;
    std::exception_ptr thrown{};  // by the listener: libcurl's frames must not be unwound
    bool stopped = false;         // keep_going() said no
};

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// "HTTP/1.1 404 Not Found": a new head begins; one of an interim response (100) is over with that.
void read_status_line(std::string_view line, Response& response) {
    response.headers.clear();
    response.status = 0;
    response.reason.clear();
    const auto code = line.find(' ');
    if (code == std::string_view::npos) return;
    line.remove_prefix(code + 1);
    std::from_chars(line.data(), line.data() + line.size(), response.status);
    const auto reason = line.find(' ');
    if (reason != std::string_view::npos) response.reason = line.substr(reason + 1);
}

void read_header_line(std::string_view line, Response& response) {
    line = trimmed(line);
    if (line.starts_with("HTTP/")) return read_status_line(line, response);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    response.headers.add(std::string(trimmed(line.substr(0, colon))),
                         std::string(trimmed(line.substr(colon + 1))));
}

// The callbacks are called from C: no exception may pass.

template <typename Transfer>
std::size_t on_header(const char* bytes, std::size_t, std::size_t count, void* context) noexcept {
    auto& transfer = *static_cast<Transfer*>(context);
    try {
        transfer.listener->on_arrival();
        read_header_line({bytes, count}, transfer.response);
        return count;
    } catch (...) {
        transfer.thrown = std::current_exception();
        return 0;
    }
}

template <typename Transfer>
std::size_t on_body(const char* bytes, std::size_t, std::size_t count, void* context) noexcept {
    auto& transfer = *static_cast<Transfer*>(context);
    try {
        transfer.listener->on_arrival();
        transfer.listener->on_body(transfer.response, {bytes, count});
        return count;
    } catch (...) {
        transfer.thrown = std::current_exception();
        return 0;
    }
}

template <typename Transfer>
int on_connected(void* context, char*, char*, int, int) noexcept {
    static_cast<Transfer*>(context)->listener->on_request();
    return CURL_PREREQFUNC_OK;
}

template <typename Transfer>
int on_progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    auto& transfer = *static_cast<Transfer*>(context);
    transfer.stopped = !transfer.listener->keep_going();
    return transfer.stopped ? 1 : 0;
}

// 0 means "no limit" to libcurl.
long as_milliseconds(fibers::Duration limit) {
    const auto count = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    return count > std::numeric_limits<int>::max() ? 0 : static_cast<long>(count);
}

}  // namespace

Handle::Handle(const SessionOptions& options, const CookieJar& jar)
    : options_(&options), jar_(&jar), curl_(curl_easy_init()) {
    if (!curl_) throw std::bad_alloc();
}

void Handle::append(List& list, const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    [[maybe_unused]] curl_slist* const same = list.release();
    list.reset(longer);
}

void Handle::set_session_options() {
    jar_->attach(curl_.get());
    set(CURLOPT_NOSIGNAL, 1L);  // no alarm(): it belongs to the process, not to a fiber
    set(CURLOPT_MAXCONNECTS, 1L);
    set(CURLOPT_MAXAGE_CONN, static_cast<long>(options_->keepalive_timeout.count()));
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_ACCEPT_ENCODING, "");  // whatever libcurl can unpack
    set(CURLOPT_USERAGENT, options_->user_agent.c_str());
    set(CURLOPT_ERRORBUFFER, message_);
    if (!options_->trust_env) set(CURLOPT_PROXY, "");
    if (!options_->ca_file.empty()) set(CURLOPT_CAINFO, options_->ca_file.c_str());
    if (!options_->verify) {
        set(CURLOPT_SSL_VERIFYPEER, 0L);
        set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

void Handle::set_method(const Exchange& exchange) {
    if (exchange.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
        return;
    }
    const bool has_body = exchange.data != nullptr;
    if (has_body || exchange.method == "POST" || exchange.method == "PUT" || exchange.method == "PATCH") {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE,
            has_body ? static_cast<curl_off_t>(exchange.data->bytes.size()) : curl_off_t{0});
        set(CURLOPT_POSTFIELDS, has_body ? exchange.data->bytes.data() : "");
    }
    set(CURLOPT_CUSTOMREQUEST, exchange.method.c_str());
}

void Handle::set_headers(const Exchange& exchange) {
    List list;
    append(list, "Expect:");  // no waiting for "100 Continue"
    const bool has_type = exchange.data != nullptr && !exchange.data->content_type.empty();
    if (!exchange.headers.contains("Content-Type")) {
        append(list, has_type ? "Content-Type: " + exchange.data->content_type : "Content-Type:");
    }
    for (const auto& [name, value] : exchange.headers) {
        append(list, value.empty() ? name + ";" : name + ": " + value);  // libcurl's way to send an empty one
    }
    set(CURLOPT_HTTPHEADER, list.get());
    headers_ = std::move(list);
}

void Handle::set_addresses(const Exchange& exchange) {
    if (exchange.addresses.empty()) return;
    List list;
    append(list, exchange.endpoint.host + ":" + exchange.endpoint.port + ":" + exchange.addresses);
    set(CURLOPT_RESOLVE, list.get());
    resolve_ = std::move(list);
}

void Handle::set_callbacks(Transfer& transfer) {
    set(CURLOPT_WRITEFUNCTION, &on_body<Transfer>);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, &on_header<Transfer>);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_PREREQFUNCTION, &on_connected<Transfer>);
    set(CURLOPT_PREREQDATA, &transfer);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &on_progress<Transfer>);
    set(CURLOPT_XFERINFODATA, &transfer);
}

// All anew: nothing is left of the request before but the connection.
void Handle::set_up(const Exchange& exchange) {
    set(CURLOPT_COOKIEFILE, static_cast<const char*>(nullptr));  // the reset would leak the list of them
    curl_easy_reset(curl_.get());
    set_session_options();
    set_method(exchange);
    set_headers(exchange);
    set_addresses(exchange);
    set(CURLOPT_URL, exchange.url.text().c_str());
    if (!exchange.cookies.empty()) set(CURLOPT_COOKIE, exchange.cookies.c_str());
    set(CURLOPT_TIMEOUT_MS, as_milliseconds(exchange.time_limit));
    // 0 would be libcurl's own default, five minutes.
    const long connect_limit = as_milliseconds(exchange.connect_limit);
    set(CURLOPT_CONNECTTIMEOUT_MS, connect_limit == 0 ? 86'400'000L : connect_limit);
    message_[0] = '\0';
}

Response Handle::perform(const Exchange& exchange, ExchangeListener& listener) {
    Transfer transfer{&listener, {}};
    set_up(exchange);
    set_callbacks(transfer);
    const CURLcode code = curl_easy_perform(curl_.get());
    if (transfer.thrown) std::rethrow_exception(transfer.thrown);
    if (code != CURLE_OK) fail(code, exchange, transfer);
    curl_off_t seconds = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &seconds);
    transfer.response.retry_after = std::chrono::seconds(seconds);
    transfer.response.method = exchange.method;
    transfer.response.url = exchange.url.text();
    return std::move(transfer.response);
}

void Handle::fail(CURLcode code, const Exchange& exchange, Transfer& transfer) const {
    if (transfer.stopped) throw ClientConnectionError("the session was told not to go on (keep_going)");
    long os_error = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_OS_ERRNO, &os_error);
    throw_curl_error(code, message_, static_cast<int>(os_error), exchange);
}

bool Handle::is_open() const noexcept {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(curl_.get(), CURLINFO_ACTIVESOCKET, &socket);
    return socket != CURL_SOCKET_BAD;
}

long Handle::connections_opened() const noexcept {
    long count = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_NUM_CONNECTS, &count);
    return count;
}

}  // namespace http
