// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A link scraper: visits pages side by side, by way of the plain libcurl, and writes down the links they
// hold.
#include <fcntl.h>
#include <libxml/parser.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "log.hpp"
#include "options.hpp"
#include "scrape.hpp"

namespace {

// Where standard streams are closed, their numbers would go to a socket or to the output, and the log into
// that.
void occupy_standard_streams() {
    int fd = 0;
    while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO) ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
    occupy_standard_streams();
    const areq::Options options = areq::read_options(argc, argv);
    areq::set_up_log(options);
    std::signal(SIGPIPE, SIG_IGN);  // libcurl leaves it to us, because it must leave signals alone
    xmlInitParser();
    if (options.insecure)
        spdlog::warn("--insecure: any certificate is believed; somebody else may be listening");
    try {
        return areq::Scrape(options).bulk_crawl_and_write();
    } catch (const std::exception& error) {
        spdlog::error("{}", error.what());
        return 1;
    }
}
