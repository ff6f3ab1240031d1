// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A form is posted, then the same as JSON; the server answers with what it got.
#include <fmt/core.h>

#include <fibers/fibers.hpp>
#include <netpatch/netpatch.hpp>

#include "support/web.hpp"

using tutorial::page;

void show(const tutorial::Response& response) {
    fmt::print("{}\n", response.json().dump());
}

int main() {
    netpatch::patch_all();
    fibers::run([] {
        tutorial::Session client;
        show(client.post_form(page("/-/echo"), {{"name", "John Doe"}, {"occupation", "gardener"}}));
        show(client.post_json(page("/-/echo"), {{"name", "John Doe"}, {"occupation", "gardener"}}));
    });
}
