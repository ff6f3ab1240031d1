// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A small name server over UDP in plain blocking code (recvfrom, sendto), with a fiber for each question.
#include <csignal>
#include <cstdio>
#include <exception>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

#include "options.hpp"
#include "server.hpp"

namespace {

int serve(dns_server::Server& server) {
    while (auto question = server.next_question()) {
        fibers::create_task([&server, question = std::move(*question)] { server.answer(question); });
    }
    std::printf("questions %zu, names %zu\n", server.questions(), server.names());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const dns_server::Options options = dns_server::read_options(argc, argv);
    try {
        // Outlives the answers that are still on their way when the server ends.
        dns_server::Server server(options.address, options.port, dns_server::Table(options.entries));
        std::printf("answering on %s:%u\n", options.address.c_str(), unsigned{server.port()});
        std::fflush(stdout);
        netpatch::patch_all();
        return fibers::run([&server] { return serve(server); });
    } catch (const std::exception& error) {
        std::fprintf(stderr, "dns_server: %s\n", error.what());
        return 1;
    }
}
