// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "call.hpp"

#include <utility>

namespace http {

namespace {

Url parse_url(const std::string& text) {
    if (auto url = Url::parse(text)) return *std::move(url);
    throw InvalidURL("not an http or https URL: " + text + "; it must begin with http:// or https://");
}

Url with_params(Url url, const Fields& params) {
    return params.empty() ? std::move(url) : url.with_query(urlencode(params));
}

// As if one of them were the last: both hold where they have different names.
Headers joined(Headers headers, const Headers& more) {
    headers.update(more);
    return headers;
}

Fields joined(Fields fields, const Fields& more) {
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string seconds(fibers::Duration limit) {
    std::string text = std::to_string(std::chrono::duration<double>(limit).count());
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + " s";
}

}  // namespace

Call::Call(std::shared_ptr<SessionState> state, std::string method, const std::string& url,
           const RequestOptions& options, const OnBytes* on_bytes)
    : state_(std::move(state)),
      options_(options),
      on_bytes_(on_bytes),
      deadlines_(options.timeout.value_or(state_->options().timeout)),
      method_(std::move(method)),
      url_(with_params(parse_url(url), options.params)),
      headers_(joined(state_->options().headers, options.headers)),
      cookies_(joined(state_->options().cookies, options.cookies)),
      data_(options.data ? &*options.data : nullptr),
      may_follow_(options.allow_redirects.value_or(method_ != "HEAD")) {}

bool Call::must_raise() const noexcept {
    return options_.raise_for_status.value_or(state_->options().raise_for_status);
}

bool Call::leads_on(const Response& head) const {
    return may_follow_ && is_redirect(head.status) && head.headers.contains("Location");
}

// Of a body that nobody will see nothing is kept; it is read to its end so that the connection stays.
void Call::on_body(const Response& head, std::string_view bytes) {
    if (leads_on(head)) return;
    if (on_bytes_ == nullptr) {
        body_.append(bytes);
        return;
    }
    if (must_raise() && !head.ok()) return;
    deadlines_.pause();
    (*on_bytes_)(head, bytes);
    deadlines_.read();
}

bool Call::keep_going() {
    const auto& asked = state_->options().keep_going;
    return !asked || asked();
}

// One exchange with a server.
Response Call::ask() {
    const std::string origin = url_.origin();
    const Endpoint endpoint = endpoint_of(url_, state_->options().trust_env);
    deadlines_.wait_for_connection();
    const Connector::Turn turn(state_->connector(), origin);
    const std::string addresses =
        endpoint.is_numeric() ? std::string() : state_->names().addresses(endpoint.host, endpoint.port);
    Connector::Lease lease(state_->connector(), origin);
    deadlines_.connect();
    constexpr auto no_limit = fibers::Duration::max();
    const bool ends_by_itself = !deadlines_.in_force();
    const Exchange exchange{.method = method_,
                            .url = url_,
                            .endpoint = endpoint,
                            .addresses = addresses,
                            .headers = headers_,
                            .cookies = make_cookie_header(cookies_),
                            .data = data_,
                            .time_limit = ends_by_itself ? deadlines_.time_left() : no_limit,
                            .connect_limit = ends_by_itself ? deadlines_.connect_limit() : no_limit};
    return lease.handle().perform(exchange, *this);
}

// aiohttp's rule: credentials were meant for the host that they were given for.
void Call::leave_origin() {
    for (const auto* const name : {"Authorization", "Cookie", "Proxy-Authorization"}) headers_.erase(name);
    cookies_ = state_->options().cookies;
}

// aiohttp's rule: 303 makes a GET of everything but HEAD, 301 and 302 of POST; 307 and 308 repeat the
// request.
void Call::prepare_next(const Response& redirect) {
    const std::string location = redirect.headers.get("Location");
    const auto absolute = url_.resolve(location);
    Url next = parse_url(absolute.value_or(location));
    if (next.origin() != url_.origin()) leave_origin();
    const bool becomes_get =
        redirect.status == 303 ? method_ != "HEAD" : redirect.status <= 302 && method_ == "POST";
    if (becomes_get) {
        method_ = "GET";
        data_ = nullptr;
    }
    url_ = std::move(next);
}

Response Call::follow() {
    std::vector<Response> history;
    for (;;) {
        Response response = ask();
        if (!leads_on(response)) {
            response.history = std::move(history);
            return response;
        }
        history.push_back(response);
        if (options_.max_redirects != 0 && history.size() >= options_.max_redirects) {
            response.history = std::move(history);
            fail_after_redirects(std::move(response));
        }
        prepare_next(response);
    }
}

void Call::fail_after_redirects(Response response) const {
    const std::string what = "more than " + std::to_string(options_.max_redirects - 1) + " redirects from " +
                             response.history.front().url + "; raise max_redirects, or look where they lead";
    throw TooManyRedirects(what, std::move(response));
}

void Call::fail_over(Deadlines::Reason reason) const {
    const ClientTimeout limits = options_.timeout.value_or(state_->options().timeout);
    const std::string whom = " " + url_.text() + " timed out after ";
    switch (reason) {
        case Deadlines::Reason::connect:
            throw ConnectionTimeoutError("Connecting to" + whom + seconds(limits.connect) +
                                         "; raise ClientTimeout::connect, or the session's limit");
        case Deadlines::Reason::sock_connect:
            throw ConnectionTimeoutError(
                "Connecting to" + whom + seconds(limits.sock_connect) +
                "; raise ClientTimeout::sock_connect, or look whether the host is up");
        case Deadlines::Reason::sock_read:
            throw SocketTimeoutError("Reading from" + whom + seconds(limits.sock_read) +
                                     " without a byte; ask again, or raise ClientTimeout::sock_read");
        case Deadlines::Reason::exchange:
            throw ServerTimeoutError("The exchange with" + whom + seconds(limits.exchange) +
                                     "; ask again, or raise ClientTimeout::exchange");
        case Deadlines::Reason::interrupted:
            throw ClientConnectionError("Session is closed while it asks for " + url_.text() +
                                        ": wait for its requests before close()");
        default:
            throw ServerTimeoutError("The request for" + whom + seconds(limits.total) +
                                     "; ask again, or raise ClientTimeout::total");
    }
}

Response Call::run() {
    const SessionState::Running running(*state_, deadlines_);
    Response response = deadlines_.run([&] { return follow(); }, [&](auto reason) { fail_over(reason); });
    response.body = std::move(body_);
    if (must_raise()) response.raise_for_status();
    return response;
}

}  // namespace http
