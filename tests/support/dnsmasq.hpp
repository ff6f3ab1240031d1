// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// dnsmasq, a name server that others wrote, in a folder of its own.
#pragma once

#include <sys/types.h>

#include <string>

namespace test {

// Whether it is installed.
bool has_dnsmasq();

// Serves while it lives. It forwards nothing: what `configuration` does not know does not exist.
class Dnsmasq {
public:
    // Port 0: any that nobody uses now, for UDP and TCP.
    explicit Dnsmasq(const std::string& configuration, const std::string& host = "127.0.0.1", int port = 0);
    ~Dnsmasq();
    Dnsmasq(const Dnsmasq&) = delete;
    Dnsmasq& operator=(const Dnsmasq&) = delete;

    // False once it has ended by itself: somebody else took its port, say.
    bool runs();
    // "127.0.0.1:5353".
    std::string address() const { return host_ + ':' + std::to_string(port_); }

private:
    std::string host_;
    int port_;
    pid_t pid_ = -1;
    std::string folder_;
};

}  // namespace test
