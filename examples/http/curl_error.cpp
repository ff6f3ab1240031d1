// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "curl_error.hpp"

#include <cerrno>

namespace http {

namespace {

// "Failed to connect to a.example port 80 after 0 ms: Couldn't connect to server; look whether …"
std::string sentence(CURLcode code, const std::string& message, const std::string& advice) {
    return (message.empty() ? curl_easy_strerror(code) : message) + "; " + advice;
}

[[noreturn]] void throw_connector_error(CURLcode code, const std::string& message, int os_error,
                                        const Exchange& exchange) {
    const std::string whom = exchange.endpoint.host + ":" + exchange.endpoint.port;
    if (code != CURLE_COULDNT_CONNECT) {
        throw ClientConnectorDNSError(sentence(code, message, "look whether the host's name is right"),
                                      os_error, 0);
    }
    throw ClientConnectorError(sentence(code, message,
                                        os_error == ECONNREFUSED ? "look whether a server listens on " + whom
                                                                 : "look whether there is a way to " + whom),
                               os_error);
}

[[noreturn]] void throw_broken(CURLcode code, const std::string& message, int os_error) {
    if (code == CURLE_GOT_NOTHING) {
        throw ServerDisconnectedError(
            "Server disconnected before it answered; ask again, and look into the server's log if it goes "
            "on");
    }
    throw ClientOSError(sentence(code, message, "ask again"), os_error);
}

}  // namespace

void throw_curl_error(CURLcode code, const std::string& message, int os_error, const Exchange& exchange) {
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            throw InvalidURL(sentence(code, message, "correct " + exchange.url.text()));
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
            throw_connector_error(code, message, os_error, exchange);
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
            throw ClientConnectorCertificateError(
                sentence(code, message,
                         "name the certificates to trust with ca_file, or, if nobody can listen in, "
                         "say verify = false"),
                os_error);
        case CURLE_OPERATION_TIMEDOUT:
            throw ServerTimeoutError(sentence(code, message, "ask again, or raise ClientTimeout"));
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
            throw_broken(code, message, os_error);
        case CURLE_PARTIAL_FILE:
            throw ClientPayloadError(sentence(code, message, "the body is not complete: ask again"));
        case CURLE_BAD_CONTENT_ENCODING:
            throw ClientPayloadError(
                sentence(code, message, "ask with the header Accept-Encoding: identity"));
        case CURLE_WEIRD_SERVER_REPLY:
            throw ClientPayloadError(sentence(code, message, "what answers there is no web server"));
        default:
            throw ClientConnectionError(sentence(code, message, "libcurl's error " + std::to_string(code)));
    }
}

}  // namespace http
