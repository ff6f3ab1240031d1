// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "failure.hpp"

namespace areq {

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
