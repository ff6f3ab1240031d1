// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A large file goes to the disk piece by piece: never all of it is in memory.
#include <fmt/core.h>

#include <algorithm>
#include <fibers/fibers.hpp>
#include <filesystem>
#include <fstream>
#include <netpatch/netpatch.hpp>
#include <string_view>

#include "http/session.hpp"
#include "support/web.hpp"

void download() {
    std::size_t largest = 0;
    http::Session session;
    {
        std::ofstream file("download.img", std::ios::binary);
        session.stream(tutorial::page("/-/big?bytes=3000000"),
                       [&](std::string_view piece) {
                           file << piece;
                           largest = std::max(largest, piece.size());
                       },
                       {.raise_for_status = true});
    }
    fmt::print("{} bytes in pieces of at most 64 KiB: {}\n", std::filesystem::file_size("download.img"),
               largest <= 64 * 1024 ? "True" : "False");
}

int main() {
    netpatch::patch_all();
    fibers::run(download);
}
