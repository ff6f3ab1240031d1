// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Redirections are followed, up to ten; a broken connection, or a server that is busy, is tried three times.
#include <fmt/core.h>
#include <unistd.h>

#include <fibers/fibers.hpp>
#include <functional>
#include <netpatch/netpatch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "http/session.hpp"
#include "support/pace.hpp"
#include "support/web.hpp"

using tutorial::page;

std::string get(http::Session& session, const std::string& path) {
    std::string outcome;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        try {
            const auto response = session.get(page(path));
            response.raise_for_status();
            const auto end = response.url.substr(page("").size());
            return fmt::format("[{}] from {}, attempt {}", response.status, end, attempt);
        } catch (const http::TooManyRedirects& error) {
            return fmt::format("[{}]: too many redirects, attempt {}", error.status(), attempt);
        } catch (const http::ClientResponseError& error) {
            outcome = fmt::format("[{}]: {}, attempt {}", error.status(), error.response().reason, attempt);
            if (error.status() != 503) break;
        } catch (const http::ClientConnectionError&) {
            outcome = fmt::format("connection broken, attempt {}", attempt);
        }
        fibers::sleep(tutorial::seconds(1));
    }
    return outcome;
}

int main() {
    netpatch::patch_all();
    const auto key = std::to_string(getpid());
    const std::vector<std::pair<std::string, std::string>> paths = {
        {"a redirection", "/-/redirect?to=/about.html"},
        {"a redirection in a circle", "/-/redirect-loop"},
        {"a reset", "/-/reset"},
        {"a busy server", "/-/flaky/2/" + key},
        {"no such page", "/-/status/404"}};
    fibers::run([&] {
        http::Session session;
        std::vector<std::function<std::string()>> requests;
        for (const auto& [name, path] : paths)
            requests.push_back([&, where = path] { return get(session, where); });
        const auto results = fibers::gather(requests).get();
        for (std::size_t i = 0; i < paths.size(); ++i) {
            auto text = results[i];
            if (const auto at = text.find(key); at != std::string::npos) text.replace(at, key.size(), "KEY");
            fmt::print("{}: {}\n", paths[i].first, text);
        }
    });
}
