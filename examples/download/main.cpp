// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Fetches images and large files side by side, with progress bars, and goes on where it was interrupted.
#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

#include "download.hpp"
#include "options.hpp"

int main(int argc, char** argv) {
    const download::Options options = download::read_options(argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    download::Download job(options);
    try {
        netpatch::patch_all();
        fibers::run([&] { job.fetch_all(); });
    } catch (const fibers::KeyboardInterrupt&) {
        fmt::print(stderr, "Interrupted: {} of {} files are complete{}\n", job.fetched(), options.urls.size(),
                   options.resume ? "; the same command goes on" : "");
        return 130;
    } catch (const std::exception& error) {
        fmt::print(stderr, "download: {}\n", error.what());
        return 1;
    }
    return job.failed() == 0 ? 0 : 1;
}
