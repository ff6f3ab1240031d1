// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <http/session.hpp>

#include "scripted_server.hpp"

using http::Session;
using http_test::answering;
using http_test::in_loop;
using http_test::Request;
using http_test::ScriptedServer;
using http_test::Visitor;

namespace {

std::string location(const std::string& url) {
    return "Location: " + url + "\r\n";
}

// "/3" leads to "/2" and so on to "/0", which is there.
ScriptedServer::Script countdown() {
    return answering([](Visitor& visitor, const Request& request) {
        const int left = std::stoi(request.target.substr(1));
        if (left == 0) {
            visitor.answer(200, "there");
        } else {
            visitor.answer(302, "elsewhere", location("/" + std::to_string(left - 1)));
        }
    });
}

// Answers `status` for "/", and tells "METHOD body" of what then comes to "/next".
ScriptedServer::Script redirecting(int status) {
    return answering([status](Visitor& visitor, const Request& request) {
        if (request.target == "/") {
            visitor.answer(status, "", location("/next"));
        } else {
            visitor.answer(200, request.method + " " + request.body + request.headers.get("Content-Type"));
        }
    });
}

}  // namespace

TEST_CASE("redirects are followed, and the response has their history, first the first") {
    in_loop([] {
        ScriptedServer server(countdown());
        Session session;
        const auto response = session.get(server.url("/3"));
        CHECK(response.body == "there");
        CHECK(response.url == server.url("/0"));
        REQUIRE(response.history.size() == 3);
        CHECK(response.history[0].url == server.url("/3"));
        CHECK(response.history[2].url == server.url("/1"));
        CHECK(response.history[0].status == 302);
        CHECK(response.history[0].headers.get("location") == "/2");
        CHECK(server.connections() == 1);
    });
}

TEST_CASE("the tenth redirect is one too many: TooManyRedirects (aiohttp's max_redirects=10)") {
    in_loop([] {
        ScriptedServer server(countdown());
        Session session;
        CHECK(session.get(server.url("/9")).body == "there");
        try {
            session.get(server.url("/10"));
            FAIL("ten were followed");
        } catch (const http::TooManyRedirects& error) {
            CHECK(error.response().history.size() == 10);
            CHECK(error.status() == 302);
            CHECK_THAT(error.what(), Catch::Contains("more than 9 redirects from " + server.url("/10")));
        }
        CHECK_THROWS_AS(session.get(server.url("/2"), {.max_redirects = 2}), http::TooManyRedirects);
        CHECK(session.get(server.url("/1"), {.max_redirects = 2}).ok());
        CHECK(session.get(server.url("/30"), {.max_redirects = 0}).body == "there");
    });
}

TEST_CASE("allow_redirects = false returns the redirect itself, so does HEAD by default (aiohttp's rule)") {
    in_loop([] {
        ScriptedServer server(countdown());
        Session session;
        const auto response = session.get(server.url("/3"), {.allow_redirects = false});
        CHECK(response.status == 302);
        CHECK(response.body == "elsewhere");
    });
    in_loop([] {
        ScriptedServer server(redirecting(302));
        Session session;
        CHECK(session.head(server.url()).status == 302);
        CHECK(session.head(server.url(), {.allow_redirects = true}).url == server.url("/next"));
    });
}

TEST_CASE("a redirect without a Location is returned as it is (aiohttp's rule)") {
    in_loop([] {
        ScriptedServer server(
            answering([](Visitor& visitor, const Request&) { visitor.answer(302, "lost"); }));
        Session session;
        CHECK(session.get(server.url()).body == "lost");
    });
}

TEST_CASE("301, 302 and 303 make a GET of POST, 307 and 308 repeat it with its body (aiohttp's rule)") {
    in_loop([] {
        Session session;
        const auto post = [&](int status) {
            ScriptedServer server(redirecting(status));
            return session.post(server.url(), {.data = http::Body{"data", "a/b"}}).body;
        };
        for (const int status : {301, 302, 303}) CHECK(post(status) == "GET ");
        for (const int status : {307, 308}) CHECK(post(status) == "POST dataa/b");
    });
}

TEST_CASE("301 and 302 leave PUT as it is, 303 makes a GET of it (aiohttp's rule)") {
    in_loop([] {
        Session session;
        const auto put = [&](int status) {
            ScriptedServer server(redirecting(status));
            return session.put(server.url(), {.data = http::Body{"data", "a/b"}}).body;
        };
        CHECK(put(301) == "PUT dataa/b");
        CHECK(put(302) == "PUT dataa/b");
        CHECK(put(303) == "GET ");
    });
}

TEST_CASE("credentials do not follow to another origin, but to the same one (aiohttp's rule)") {
    in_loop([] {
        std::vector<std::string> seen;
        const auto note = [&](const Request& request) {
            seen.push_back(request.headers.get("Authorization") + "|" + request.headers.get("Cookie"));
        };
        ScriptedServer other(answering([&](Visitor& visitor, const Request& request) {
            note(request);
            visitor.answer(200, "");
        }));
        ScriptedServer server(answering([&](Visitor& visitor, const Request& request) {
            note(request);
            visitor.answer(302, "", location(request.target == "/" ? "/again" : other.url()));
        }));
        Session session;
        session.get(server.url(), {.headers = {{"authorization", "secret"}}, .cookies = {{"mine", "1"}}});
        CHECK(seen == std::vector<std::string>{"secret|mine=1", "secret|mine=1", "|"});
    });
}

TEST_CASE("parameters are those of the first URL, not of where it leads (aiohttp's rule)") {
    in_loop([] {
        std::string target;
        ScriptedServer server(answering([&](Visitor& visitor, const Request& request) {
            target = request.target;
            request.target.starts_with("/?") ? visitor.answer(302, "", location("/next"))
                                             : visitor.answer(200, "");
        }));
        Session session;
        session.get(server.url(), {.params = {{"a", "1"}}});
        CHECK(target == "/next");
    });
}

TEST_CASE("a redirect to what is no web address is an InvalidURL that names it") {
    in_loop([] {
        ScriptedServer server(answering(
            [](Visitor& visitor, const Request&) { visitor.answer(302, "", location("ftp://a.example/")); }));
        Session session;
        CHECK_THROWS_AS(session.get(server.url()), http::InvalidURL);
        CHECK_THROWS_WITH(session.get(server.url()), Catch::Contains("ftp://a.example/"));
    });
    CHECK_THROWS_AS(Session().get("no url"), http::InvalidURL);
    CHECK_THROWS_AS(Session().get("file:///etc/passwd"), http::InvalidURL);
}
