// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "echo.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace site_server {

namespace {

using nlohmann::json;

std::string form_decode(std::string text) {
    std::ranges::replace(text, '+', ' ');
    return percent_decode(text).value_or(text);
}

json fields_of(std::string_view form) {
    json fields = json::object();
    while (!form.empty()) {
        const auto field = form.substr(0, form.find('&'));
        const auto name = field.substr(0, field.find('='));
        const auto value = name.size() < field.size() ? field.substr(name.size() + 1) : std::string_view();
        fields[form_decode(std::string(name))] = form_decode(std::string(value));
        form.remove_prefix(std::min(form.size(), field.size() + 1));
    }
    return fields;
}

}  // namespace

Response echo(const Request& request) {
    json answer = {{"method", request.method}};
    if (request.content_type.starts_with("application/x-www-form-urlencoded")) {
        answer["form"] = fields_of(request.body);
    }
    if (request.content_type.starts_with("application/json")) {
        answer["json"] = json::parse(request.body, nullptr, false);
    }
    Response response;
    response.content_type = "application/json";
    // What the visitor sent need not be UTF-8.
    response.body = answer.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    return response;
}

}  // namespace site_server
