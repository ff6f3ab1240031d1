// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <vector>

namespace http {

/// A cookie that a server set.
struct Cookie {
    std::string domain;  ///< Where it is sent; ".example.org" stands for all below, too.
    std::string path;    ///< Below which it is sent.
    std::string name;    ///< Its name.
    std::string value;   ///< Its value.
};

/// The cookies of a session (and its TLS tickets): what libcurl's handles share. One thread's, so nothing is
/// locked.
class CookieJar {
public:
    /// Throws std::bad_alloc.
    CookieJar();

    /// Lets a handle take part; the jar must live longer.
    void attach(CURL* curl) const noexcept;

    /// Those that are in it. Throws std::bad_alloc.
    std::vector<Cookie> cookies() const;

    /// Takes all out. Throws std::bad_alloc.
    void clear();

private:
    struct EndShare {
        void operator()(CURLSH* share) const noexcept { curl_share_cleanup(share); }
    };
    struct EndHandle {
        void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
    };

    std::unique_ptr<CURL, EndHandle> borrow() const;

    std::unique_ptr<CURLSH, EndShare> share_;
};

}  // namespace http
