// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <nlohmann/json.hpp>

namespace http {

Body form(const Fields& fields) {
    return {urlencode(fields), "application/x-www-form-urlencoded"};
}

Body json(const nlohmann::json& value) {
    return {value.dump(), "application/json"};
}

}  // namespace http
