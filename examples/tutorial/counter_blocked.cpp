// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The counter stands still while curl_easy_perform() waits: this is `counter` without its patch_all().
#include <curl/curl.h>
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <string>

#include "support/pace.hpp"
#include "support/web.hpp"

void counter() {
    fmt::print("Started counter\n");
    for (int i = 0; i < 10; ++i) {
        const tutorial::Stopwatch watch;
        fibers::sleep(tutorial::seconds(0.25));
        fmt::print("{}: Was asleep for {:.2f} seconds\n", i, watch.seconds());
    }
}

// As anybody writes it who has never heard of fibers.
long get_status(const std::string& url) {
    CURL* const curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status;
}

int main() {
    fibers::run([] {
        const auto ticking = fibers::create_task(counter);
        fibers::yield();  // let it start
        fmt::print("Sending HTTP request\n");
        fmt::print("Got HTTP response with status {}\n", get_status(tutorial::slow_page(4)));
        ticking.get();
    });
}
