// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// With `openssl s_server` and a certificate that nobody has signed.
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <http/session.hpp>
#include <stage.hpp>

#include "scratch.hpp"
#include "scripted_server.hpp"

using http::Session;
using http_test::in_loop;
using http_test::Reports;

namespace {

// The server, in a directory of its own with one page.
class TlsServer {
public:
    TlsServer() : scratch_(false) {
        demo::Child make({{"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                           "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext",
                           "subjectAltName=DNS:localhost"},
                          {},
                          "openssl.log"});
        REQUIRE(make.wait() == 0);
        std::ofstream("page.txt") << "secret";
        server_ = std::make_unique<demo::Child>(
            demo::Child::Command{{"/usr/bin/openssl", "s_server", "-WWW", "-cert", "cert.pem", "-key",
                                  "key.pem", "-accept", "127.0.0.1:0"},
                                 {},
                                 "s_server.log"});
        // "ACCEPT 127.0.0.1:43210"
        std::string line;
        while (!line.starts_with("ACCEPT")) line = server_->read_line();
        port_ = demo::port_in(line);
    }

    std::string url() const { return "https://localhost:" + std::to_string(port_) + "/page.txt"; }

private:
    demo::Scratch scratch_;
    std::unique_ptr<demo::Child> server_;
    unsigned port_ = 0;
};

}  // namespace

TEST_CASE("a certificate that nobody trusts: ClientConnectorCertificateError that says what to do") {
    std::signal(SIGPIPE, SIG_IGN);
    const TlsServer server;
    const Reports reports;
    in_loop([&] {
        Session session({.timeout = {.total = std::chrono::seconds(60)}});
        CHECK_THROWS_AS(session.get(server.url()), http::ClientConnectorCertificateError);
        CHECK_THROWS_WITH(session.get(server.url()),
                          Catch::Contains("ca_file") && Catch::Contains("verify = false"));

        Session trusting({.ca_file = "cert.pem"});
        CHECK(trusting.get(server.url()).body == "secret");
        CHECK(reports.lines().empty());

        Session careless({.verify = false});
        CHECK(careless.get(server.url()).body == "secret");
    });
    REQUIRE(reports.lines().size() == 1);
    CHECK_THAT(reports.lines()[0],
               Catch::Contains("believes any certificate") && Catch::Contains("tls_test.cpp:"));
}
