// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A form is posted, then the same as JSON; the server answers with what it got.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>
#include <nlohmann/json.hpp>

#include "http/session.hpp"
#include "support/web.hpp"

using tutorial::page;

void show(const http::Response& response) {
    fmt::print("{}\n", response.json().dump());
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        http::Session client;
        const http::Fields data = {{"name", "John Doe"}, {"occupation", "gardener"}};
        show(client.post(page("/-/echo"), {.data = http::form(data)}));
        const nlohmann::json value = {{"name", "John Doe"}, {"occupation", "gardener"}};
        show(client.post(page("/-/echo"), {.data = http::json(value)}));
    });
}
