// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "../file_name.hpp"

#include <catch2/catch.hpp>

using download::file_names;
using Names = std::vector<std::string>;

TEST_CASE("a file is called as the last part of its URL's path") {
    CHECK(file_names({"http://a.example/b/photo.jpg?size=1#x"}) == Names{"photo.jpg"});
    CHECK(file_names({"http://a.example/b%20c.txt"}) == Names{"b c.txt"});
    CHECK(file_names({"http://a.example/"}) == Names{"index"});
    CHECK(file_names({"http://a.example"}) == Names{"index"});
    CHECK(file_names({"no url"}) == Names{"index"});
}

TEST_CASE("no name leads out of the directory, hides the file, or says something to a terminal") {
    CHECK(file_names({"http://a.example/..%2f..%2fetc%2fpasswd"}) == Names{"passwd"});
    CHECK(file_names({"http://a.example/a%2f.."}) == Names{"index.."});
    CHECK(file_names({"http://a.example/.bashrc"}) == Names{"index.bashrc"});
    CHECK(file_names({"http://a.example/a%1b%5b2J.jpg"}) == Names{"a%1b%5b2J.jpg"});
    CHECK(file_names({"http://a.example/a%7f.jpg"})[0].find('\x7f') == std::string::npos);
    CHECK(file_names({"http://a.example/" + std::string(1000, 'x') + ".jpg"})[0].size() == 200);
}

TEST_CASE("no two files have the same name") {
    CHECK(file_names({"http://a/x.jpg", "http://b/x.jpg", "http://c/x.jpg", "http://c/y", "http://d/y"}) ==
          Names{"x.jpg", "x-2.jpg", "x-3.jpg", "y", "y-2"});
    CHECK(file_names({"http://a/x-2.jpg", "http://b/x.jpg", "http://c/x.jpg"}) ==
          Names{"x-2.jpg", "x.jpg", "x-3.jpg"});
}
