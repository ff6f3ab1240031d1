// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Two pictures are fetched side by side and written to files.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <filesystem>
#include <fstream>
#include <netpatch/netpatch.hpp>
#include <string>
#include <vector>

#include "http/session.hpp"
#include "support/web.hpp"

void download_img(http::Session& session, const std::string& url) {
    const std::string file_name = std::filesystem::path(url).filename();
    fmt::print("Downloading:{}\n", file_name);
    const auto response = session.get(url);
    std::ofstream(file_name, std::ios::binary) << response.body;
    fmt::print("Done:{} {} bytes\n", file_name, std::filesystem::file_size(file_name));
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        http::Session session;
        std::vector<fibers::Task<void>> tasks;
        for (const char* const path : {"/img/one.svg", "/img/two.svg"}) {
            tasks.push_back(
                fibers::create_task([&session, url = tutorial::page(path)] { download_img(session, url); }));
        }
        fibers::wait(tasks);
    });
}
