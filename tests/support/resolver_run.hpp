// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Lookups in a loop of their own, and answers in a form that tests can compare.
#pragma once

#include <string>

#include "fibers/net/resolver.hpp"

namespace test {

// The resolver's options, while it lives.
class WithOptions {
public:
    explicit WithOptions(const fibers::net::ResolverOptions& options)
        : before_(fibers::net::resolver_options()) {
        fibers::net::set_resolver_options(options);
    }
    ~WithOptions() { fibers::net::set_resolver_options(before_); }
    WithOptions(const WithOptions&) = delete;
    WithOptions& operator=(const WithOptions&) = delete;

private:
    fibers::net::ResolverOptions before_;
};

// A lookup in a fiber of a new loop.
fibers::net::AddressResult resolve(const fibers::net::AddressRequest& request);
fibers::net::NameResult reverse(const fibers::net::NameRequest& request);

// "EAI_NONAME", or each address as "127.0.0.1:80/1/6" (socket type, protocol) and the canonical name.
std::string to_text(const fibers::net::AddressResult& result);
// What glibc answers, in the same form.
std::string glibc_resolve(const fibers::net::AddressRequest& request);
// "EAI_AGAIN" for EAI_AGAIN.
std::string eai_name(int eai);
// The address alone: one of numeric form and port, as sockaddr.
sockaddr_storage socket_address(const std::string& host, std::uint16_t port);

}  // namespace test
