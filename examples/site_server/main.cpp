// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A static web server in plain blocking code (accept, read, write, open), with a fiber for each connection.
#include <csignal>
#include <cstdio>
#include <exception>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

#include "connection.hpp"
#include "listener.hpp"
#include "options.hpp"

namespace {

int serve(const site_server::Options& options, const site_server::Site& site) {
    site_server::Listener listener(options.address, options.port);
    std::printf("serving %s on http://%s:%u/\n", options.root.c_str(), options.address.c_str(),
                unsigned{listener.port()});
    std::fflush(stdout);
    while (const auto connection = listener.accept()) {
        fibers::create_task([fd = *connection, &site] { site_server::serve_connection(fd, site); });
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const site_server::Options options = site_server::read_options(argc, argv);
    std::signal(SIGPIPE, SIG_IGN);  // a visitor who left is an error of write(), no reason to end
    try {
        const site_server::Site site(options.root, options.delay);  // outlives the connections
        netpatch::patch_all();
        return fibers::run([&] { return serve(options, site); });
    } catch (const std::exception& error) {
        std::fprintf(stderr, "site_server: %s\n", error.what());
        return 1;
    }
}
