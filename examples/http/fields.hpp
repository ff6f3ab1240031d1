// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

/// Names with values, in order; a name may come several times. Parameters of a URL, fields of a form,
/// cookies.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// "a=1&b=x+y": as URLs' queries and forms are written (application/x-www-form-urlencoded).
std::string urlencode(const Fields& fields);

/// "a=1; b=2": as the header Cookie is written.
std::string make_cookie_header(const Fields& cookies);

/// Headers of a request or a response, in order. Names are equal whatever their case. Source: aiohttp's
/// CIMultiDict.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> headers) : all_(headers) {}

    /// The first value of that name; empty if there is none.
    std::string get(std::string_view name) const;

    /// Every value of that name.
    std::vector<std::string> get_all(std::string_view name) const;

    bool contains(std::string_view name) const;

    /// One more, whether or not there are some of that name.
    void add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }

    /// The only one of that name.
    void set(std::string name, std::string value);

    /// Sets each of `others` in place of those with its name.
    void update(const Headers& others);

    void erase(std::string_view name);
    void clear() noexcept { all_.clear(); }
    bool empty() const noexcept { return all_.empty(); }
    auto begin() const noexcept { return all_.begin(); }
    auto end() const noexcept { return all_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

/// Whether two words differ in nothing but the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b) noexcept;

/// `text` in lower case, ASCII letters only.
std::string lower_case(std::string_view text);

}  // namespace http
