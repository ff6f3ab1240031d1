// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "handle.hpp"

#include <cerrno>
#include <cstring>
#include <new>

#include "concurrency.hpp"
#include "failure.hpp"
#include "threads.hpp"

namespace areq {

/// What libcurl's callbacks fill in during one request.
struct Handle::Transfer {
    CURL* curl;
    const Options* options;
    Response response;
    bool not_html = false;
    bool too_big = false;
};

namespace {

bool is_html(std::string_view content_type) {
    return content_type.empty() || content_type.starts_with("text/html") ||
           content_type.starts_with("application/xhtml+xml");
}

// The callbacks are called from C: no exception may pass.

template <typename Transfer>
std::size_t on_body(const char* bytes, std::size_t, std::size_t count, void* context) noexcept try {
    auto& transfer = *static_cast<Transfer*>(context);
    std::string& body = transfer.response.body;
    if (body.empty()) {
        long status = 0;
        const char* type = nullptr;
        curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(transfer.curl, CURLINFO_CONTENT_TYPE, &type);
        transfer.not_html = status == 200 && !is_html(type == nullptr ? "" : type);
        if (transfer.not_html) return 0;
    }
    transfer.too_big = body.size() + count > transfer.options->max_bytes;
    if (transfer.too_big) return 0;
    body.append(bytes, count);
    return count;
} catch (const std::bad_alloc&) {
    return 0;
}

// "HTTP/1.1 404 Not Found": libcurl keeps the number only.
template <typename Transfer>
std::size_t on_header(const char* bytes, std::size_t, std::size_t count, void* context) noexcept try {
    std::string_view line(bytes, count);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
        const auto code = line.find(' ');
        const auto reason = code == std::string_view::npos ? code : line.find(' ', code + 1);
        auto& response = static_cast<Transfer*>(context)->response;
        response.reason = reason == std::string_view::npos ? "" : line.substr(reason + 1);
    }
    return count;
} catch (const std::bad_alloc&) {
    return 0;
}

int on_progress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    note_threads();
    return was_interrupted() ? 1 : 0;
}

FailureKind kind_of(CURLcode code, long os_error) {
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return FailureKind::bad_url;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return FailureKind::unknown_host;
        case CURLE_COULDNT_CONNECT:
            return os_error == ECONNREFUSED ? FailureKind::refused : FailureKind::unreachable;
        case CURLE_OPERATION_TIMEDOUT:
            return FailureKind::timeout;
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
            return FailureKind::reset;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
            return FailureKind::certificate;
        default:
            return FailureKind::other;
    }
}

}  // namespace

Handle::Handle(const Options& options) : options_(&options), curl_(curl_easy_init()) {
    if (!curl_) throw std::bad_alloc();
    set(CURLOPT_NOSIGNAL, 1L);  // no alarm(): it belongs to the process, not to a fiber
    set(CURLOPT_MAXCONNECTS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_ACCEPT_ENCODING, "");  // whatever libcurl can unpack
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_ERRORBUFFER, message_);
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
    if (options.insecure) {
        set(CURLOPT_SSL_VERIFYPEER, 0L);
        set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    set(CURLOPT_WRITEFUNCTION, &on_body<Transfer>);
    set(CURLOPT_HEADERFUNCTION, &on_header<Transfer>);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &on_progress);
}

void Handle::set_addresses(const Endpoint& endpoint, const std::string& addresses) {
    if (addresses.empty()) return;
    const std::string entry = endpoint.host + ":" + endpoint.port + ":" + addresses;
    std::unique_ptr<curl_slist, Cleanup> list(curl_slist_append(nullptr, entry.c_str()));
    if (!list) throw std::bad_alloc();
    set(CURLOPT_RESOLVE, list.get());
    resolve_ = std::move(list);
}

Response Handle::get(const Url& url, const Endpoint& endpoint, const std::string& addresses) {
    Transfer transfer{curl_.get(), options_, {}};
    set_addresses(endpoint, addresses);
    set(CURLOPT_URL, url.text().c_str());
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERDATA, &transfer);
    message_[0] = '\0';
    const CURLcode code = curl_easy_perform(curl_.get());
    if (code != CURLE_OK) fail(code, transfer);
    return read_answer(transfer);
}

Response Handle::read_answer(Transfer& transfer) const {
    const char* text = nullptr;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &transfer.response.status);
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_TYPE, &text);
    if (text != nullptr) transfer.response.content_type = text;
    text = nullptr;
    curl_easy_getinfo(curl_.get(), CURLINFO_REDIRECT_URL, &text);
    if (text != nullptr) transfer.response.redirect = text;
    curl_off_t seconds = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &seconds);
    transfer.response.retry_after = std::chrono::seconds(seconds);
    if (transfer.response.status == 200 && !is_html(transfer.response.content_type)) {  // and no body at all
        throw Failure(FailureKind::not_html, "not HTML but " + transfer.response.content_type);
    }
    return std::move(transfer.response);
}

void Handle::fail(CURLcode code, const Transfer& transfer) const {
    if (transfer.not_html) {
        const char* type = "";
        curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_TYPE, &type);
        throw Failure(FailureKind::not_html, std::string("not HTML but ") + type);
    }
    if (transfer.too_big) {
        throw Failure(FailureKind::too_big, "larger than " + std::to_string(options_->max_bytes) + " bytes");
    }
    long os_error = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_OS_ERRNO, &os_error);
    const FailureKind kind = kind_of(code, os_error);
    Failure failure(kind, message_[0] != '\0' ? message_ : curl_easy_strerror(code));
    const bool may_pass = kind == FailureKind::timeout || kind == FailureKind::reset;
    if (may_pass) throw std::move(failure).repeat_after(std::chrono::seconds(0));
    throw failure;
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

}  // namespace areq
