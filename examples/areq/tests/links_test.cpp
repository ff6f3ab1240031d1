// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "links.hpp"

#include <catch2/catch.hpp>

using areq::find_links;
using areq::LinkFinder;
using Links = std::set<std::string>;
using Hrefs = std::vector<std::string>;

TEST_CASE("links are the hrefs of all elements, each once, resolved") {
    const auto links =
        find_links(R"(<!DOCTYPE html><html><head><link rel="next" href="next.html"></head><body>
        <a href='one.html'>1</a> <A HREF=two.html>2</A> <a href="one.html">again</a> <area href="/map">
        <a href="x?a=1&amp;b=2">entities</a> <a name="no-link">3</a> </body></html>)",
                   "http://a.example/dir/page.html", LinkFinder::html);
    CHECK(links == Links{"http://a.example/dir/next.html", "http://a.example/dir/one.html",
                         "http://a.example/dir/two.html", "http://a.example/map",
                         "http://a.example/dir/x?a=1&b=2"});
}

TEST_CASE(
    "what stands in comments and scripts is no link for the parser, but one for the regular expression") {
    const std::string html =
        R"(<!-- <a href="comment"> --><script>s = '<a href="script">';</script><a href="real">)";
    CHECK(find_links(html, "http://a/", LinkFinder::html) == Links{"http://a/real"});
    CHECK(find_links(html, "http://a/", LinkFinder::regex) ==
          Links{"http://a/comment", "http://a/script", "http://a/real"});
}

TEST_CASE("<base href> moves the links and is none itself") {
    CHECK(find_links(R"(<base href="/other/"><a href="b">)", "http://a/dir/", LinkFinder::html) ==
          Links{"http://a/other/b"});
    CHECK(find_links(R"(<base href="http://b.example/"><a href="b">)", "http://a/", LinkFinder::html) ==
          Links{"http://b.example/b"});
    CHECK(find_links(R"(<base href="mailto:x"><a href="b">)", "http://a/dir/", LinkFinder::html) ==
          Links{"http://a/dir/b"});
}

TEST_CASE("broken and empty pages have the links that can be made out") {
    CHECK(find_links("", "http://a/", LinkFinder::html).empty());
    CHECK(find_links("no tags at all", "http://a/", LinkFinder::html).empty());
    CHECK(find_links("<a href=\"b\"><p><a href=\"c\"></b></i><div", "http://a/", LinkFinder::html) ==
          Links{"http://a/b", "http://a/c"});
    CHECK(find_links("<a href>", "http://a/b", LinkFinder::html).empty());
}

TEST_CASE("the server's charset holds for the links") {
    // "ä" in Latin 1; in a URL it is percent-encoded as UTF-8.
    CHECK(find_links("<a href=\"\xe4\">", "http://a/", LinkFinder::html, "ISO-8859-1") ==
          Links{"http://a/%c3%a4"});
    CHECK(find_links("<a href=\"\xc3\xa4\">", "http://a/", LinkFinder::html, "UTF-8") ==
          Links{"http://a/%c3%a4"});
    CHECK(find_links("<a href=\"b\">", "http://a/", LinkFinder::html, "no-such-charset") ==
          Links{"http://a/b"});
}

// Checked against re.findall(r'href="(.*?)"', text).
TEST_CASE("the regular expression matches what Python's does") {
    CHECK(areq::match_hrefs(R"(<a href="one"><a href='two'><a HREF="three"><a href = "four"><a href="">)") ==
          Hrefs{"one", ""});
    CHECK(areq::match_hrefs("href=\"a\nb\" href=\"c\"") == Hrefs{"c"});
    CHECK(areq::match_hrefs("href=\"a href=\"b\"") == Hrefs{"a href="});
    CHECK(areq::match_hrefs("href=\"x\nhref=\"y\"") == Hrefs{"y"});
    CHECK(areq::match_hrefs("href=\"never ends").empty());
}
