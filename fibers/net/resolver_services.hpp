// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The service half of a lookup: which socket types, protocols and ports the answers have.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fibers/net/resolver.hpp"

namespace fibers::net {

// One way to reach a service.
struct Service {
    int socktype;        // SOCK_*
    int protocol;        // IPPROTO_*
    std::uint16_t port;  // in network order
};

// What a request's service, type and protocol come to.
struct ServiceList {
    int eai = 0;                    // 0 or EAI_*
    std::vector<Service> services;  // in the order of the answers, if eai is 0
};

// Finds them: a number stands for itself, a name is looked up in /etc/services (or where nsswitch.conf says).
// EAI_SOCKTYPE and EAI_SERVICE as from getaddrinfo. Never suspends.
ServiceList find_services(const AddressRequest& request);

// False if a service's name is given where only numbers are allowed (AI_NUMERICSERV).
bool service_form_allowed(const AddressRequest& request);

// The name of the service at `port` (network order), or its number. `flags`: NI_NUMERICSERV, NI_DGRAM.
std::string service_name(std::uint16_t port, int flags);

}  // namespace fibers::net
