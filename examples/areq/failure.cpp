// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "failure.hpp"

#include <netdb.h>

#include <cerrno>

namespace areq {

namespace {

template <typename Kind>
const Kind* as(const http::ClientError& error) {
    return dynamic_cast<const Kind*>(&error);
}

FailureKind kind_of(const http::ClientError& error) {
    if (as<http::InvalidURL>(error)) return FailureKind::bad_url;
    if (const auto* const dns = as<http::ClientConnectorDNSError>(error)) {
        const bool unknown = dns->dns_error() == EAI_NONAME || dns->dns_error() == EAI_NODATA;
        return unknown ? FailureKind::unknown_host : FailureKind::name_server;
    }
    if (as<http::ClientConnectorCertificateError>(error)) return FailureKind::certificate;
    if (const auto* const connector = as<http::ClientConnectorError>(error)) {
        return connector->os_error() == ECONNREFUSED ? FailureKind::refused : FailureKind::unreachable;
    }
    if (as<http::ServerTimeoutError>(error)) return FailureKind::timeout;
    if (as<http::ClientOSError>(error) || as<http::ServerDisconnectedError>(error)) return FailureKind::reset;
    return as<http::ClientPayloadError>(error) ? FailureKind::reset : FailureKind::other;
}

}  // namespace

Failure failure_of(const http::ClientError& error) {
    const FailureKind kind = kind_of(error);
    const auto* const dns = as<http::ClientConnectorDNSError>(error);
    const bool may_pass = kind == FailureKind::timeout || kind == FailureKind::reset ||
                          (dns != nullptr && dns->dns_error() == EAI_AGAIN);
    Failure failure(kind, error.what());
    if (may_pass) return std::move(failure).repeat_after(std::chrono::seconds(0));
    return failure;
}

std::string_view name_of(FailureKind kind) noexcept {
    switch (kind) {
        case FailureKind::bad_url:
            return "bad URL";
        case FailureKind::unknown_host:
            return "unknown host";
        case FailureKind::name_server:
            return "name server";
        case FailureKind::refused:
            return "refused";
        case FailureKind::unreachable:
            return "unreachable";
        case FailureKind::reset:
            return "reset";
        case FailureKind::timeout:
            return "too slow";
        case FailureKind::certificate:
            return "certificate";
        case FailureKind::http:
            return "HTTP status";
        case FailureKind::redirect:
            return "redirects";
        case FailureKind::not_html:
            return "not HTML";
        case FailureKind::too_big:
            return "too big";
        case FailureKind::other:
            break;
    }
    return "other";
}

}  // namespace areq
