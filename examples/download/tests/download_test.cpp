// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <scratch.hpp>
#include <scripted_server.hpp>
#include <sstream>
#include <stage.hpp>

using Catch::Contains;
using http_test::answering;
using http_test::in_loop;
using http_test::Request;
using http_test::ScriptedServer;
using http_test::Visitor;
namespace fs = std::filesystem;

namespace {

std::string read_file(const std::string& path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return std::move(content).str();
}

// The program, running in the current directory.
class Program {
public:
    explicit Program(std::vector<std::string> arguments) : child_(command(std::move(arguments))) {}

    void interrupt() { child_.signal(SIGINT); }
    // Waits for its end, while others run; its exit code.
    int end() {
        output_ = child_.read_rest();
        return child_.wait();
    }
    const std::string& output() const { return output_; }
    static std::string errors() { return read_file("errors.log"); }

private:
    static demo::Child::Command command(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), demo::program("download"));
        return {std::move(arguments), {}, "errors.log"};
    }

    demo::Child child_;
    std::string output_;
};

std::string content(std::size_t size, unsigned seed) {
    std::string bytes(size, '\0');
    for (auto& byte : bytes) {
        seed = seed * 1'103'515'245u + 12'345u;
        byte = static_cast<char>(seed >> 16);
    }
    return bytes;
}

// A file at a server that can be asked for its rest, and that stops in the middle while `stuck`.
struct ServedFile {
    std::string bytes = content(300'000, 1);
    std::string modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    bool stuck = true;
    std::vector<std::string> ranges{};

    void answer(Visitor& visitor, const Request& request) {
        ranges.push_back(request.headers.get("Range") + " if " + request.headers.get("If-Range"));
        const bool is_same = request.headers.get("If-Range") == modified && !modified.empty();
        const std::string range = request.headers.get("Range");
        const std::size_t from = range.empty() || !is_same ? 0 : std::stoul(range.substr(6));
        std::string head = from == 0 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n";
        if (from != 0) head += "Content-Range: bytes " + std::to_string(from) + "-/*\r\n";
        if (!modified.empty()) head += "Last-Modified: " + modified + "\r\n";
        head += "Content-Length: " + std::to_string(bytes.size() - from) + "\r\n\r\n";
        const std::string rest = bytes.substr(from);
        visitor.send(head + (stuck ? rest.substr(0, 100'000) : rest));
        if (stuck) visitor.wait_for_end();
    }

    ScriptedServer::Script script() {
        return answering([this](Visitor& visitor, const Request& request) { answer(visitor, request); });
    }
};

void wait_for_size(const std::string& path, std::uintmax_t size) {
    std::error_code none_yet;
    while (fs::file_size(path, none_yet) != size) fibers::sleep(std::chrono::milliseconds(5));
}

// Begins the file and interrupts that with 100,000 bytes of it there.
void interrupt_in_the_middle(const ScriptedServer& server, std::vector<std::string> options = {}) {
    options.push_back(server.url("/file.bin"));
    Program program(options);
    wait_for_size("file.bin.part", 100'000);
    program.interrupt();
    CHECK(program.end() == 130);
    CHECK_THAT(Program::errors(), Contains("Interrupted: 0 of 1 files"));
    CHECK_FALSE(fs::exists("file.bin"));
}

}  // namespace

TEST_CASE("images are fetched several at once, and a large file beside them") {
    const demo::Scratch scratch(false);
    in_loop([] {
        const std::string large = content(8u << 20, 2);
        std::size_t there = 0;
        fibers::Event all_there;
        ScriptedServer server(answering([&](Visitor& visitor, const Request& request) {
            if (++there == 4) all_there.set();
            all_there.wait();  // for ever, if they came one after the other
            visitor.answer(200, request.target == "/large.iso" ? large : request.target);
        }));
        Program program(
            {server.url("/1.png"), server.url("/2.png"), server.url("/3.png"), server.url("/large.iso")});
        CHECK(program.end() == 0);
        CHECK(read_file("1.png") == "/1.png");
        CHECK(read_file("3.png") == "/3.png");
        CHECK(read_file("large.iso") == large);
        CHECK_FALSE(fs::exists("large.iso.part"));
        CHECK_THAT(program.output(), Contains("1.png: 6 bytes in ") && Contains("large.iso: 8.4 MB in "));
        CHECK(program.output().find('\033') == std::string::npos);
        CHECK(Program::errors().empty());
    });
}

TEST_CASE("no more files than --limit are under way") {
    const demo::Scratch scratch(false);
    in_loop([] {
        ScriptedServer server(http_test::hello());
        std::vector<std::string> arguments = {"--limit", "2", "-o", "sub"};
        fs::create_directory("sub");
        for (int i = 0; i < 20; ++i) arguments.push_back(server.url("/" + std::to_string(i)));
        CHECK(Program(arguments).end() == 0);
        CHECK(server.open_at_peak() == 2);
        CHECK(read_file("sub/19") == "hello");
    });
}

TEST_CASE("what fails is told by file, leaves nothing behind, and does not hold up the others") {
    const demo::Scratch scratch(false);
    const demo::DeadPort dead;
    in_loop([&] {
        ScriptedServer server(answering([](Visitor& visitor, const Request& request) {
            visitor.answer(request.target == "/good" ? 200 : 404, "some body");
        }));
        Program program({server.url("/bad"), server.url("/good"),
                         "http://127.0.0.1:" + std::to_string(dead.number()) + "/refused", "ftp://x/y"});
        CHECK(program.end() == 1);
        CHECK(read_file("good") == "some body");
        CHECK_THAT(Program::errors(), Contains("download: bad: HTTP 404") &&
                                          Contains("download: refused: Failed") &&
                                          Contains("download: index: not an http or https URL: ftp://x/y"));
        for (const auto* const path : {"bad", "bad.part", "refused", "refused.part", "index", "index.part"}) {
            CHECK_FALSE(fs::exists(path));
        }
    });
}

TEST_CASE("Ctrl-C leaves what is there, and the same command goes on with it") {
    const demo::Scratch scratch(false);
    in_loop([] {
        ServedFile file;
        ScriptedServer server(file.script());
        interrupt_in_the_middle(server);
        CHECK(fs::file_size("file.bin.part") == 100'000);
        file.stuck = false;
        CHECK(Program({server.url("/file.bin")}).end() == 0);
        CHECK(read_file("file.bin") == file.bytes);
        CHECK_FALSE(fs::exists("file.bin.part"));
        CHECK(file.ranges == std::vector<std::string>{" if ", "bytes=100000- if " + file.modified});
    });
}

TEST_CASE("a file that has changed since is fetched anew") {
    const demo::Scratch scratch(false);
    in_loop([] {
        ServedFile file;
        ScriptedServer server(file.script());
        interrupt_in_the_middle(server);
        file.stuck = false;
        file.bytes = content(50'000, 3);
        file.modified = "Mon, 07 Nov 1994 08:49:37 GMT";
        CHECK(Program({server.url("/file.bin")}).end() == 0);
        CHECK(read_file("file.bin") == file.bytes);
    });
}

TEST_CASE("what cannot be continued, or shall not be, is removed on Ctrl-C") {
    const demo::Scratch scratch(false);
    in_loop([] {
        ServedFile file;
        ScriptedServer server(file.script());
        interrupt_in_the_middle(server, {"--no-resume"});
        CHECK_FALSE(fs::exists("file.bin.part"));
        file.modified = "";  // nothing to know the file by
        interrupt_in_the_middle(server);
        CHECK_FALSE(fs::exists("file.bin.part"));
    });
}

TEST_CASE("a file that is there is replaced only when the new one is complete") {
    const demo::Scratch scratch(false);
    in_loop([] {
        std::ofstream("file.bin") << "old";
        ServedFile file;
        ScriptedServer server(file.script());
        Program program({server.url("/file.bin")});
        wait_for_size("file.bin.part", 100'000);
        CHECK(read_file("file.bin") == "old");
        program.interrupt();
        CHECK(program.end() == 130);
        CHECK(read_file("file.bin") == "old");
        file.stuck = false;
        CHECK(Program({server.url("/file.bin")}).end() == 0);
        CHECK(read_file("file.bin") == file.bytes);
    });
}

TEST_CASE("a rest that the server does not have makes it begin anew") {
    const demo::Scratch scratch(false);
    in_loop([] {
        std::ofstream("x.part") << "far too much";
        ScriptedServer server(answering([](Visitor& visitor, const Request& request) {
            const bool asks_for_rest = request.headers.contains("Range");
            visitor.answer(asks_for_rest ? 416 : 200, asks_for_rest ? "" : "all");
        }));
        CHECK(Program({server.url("/x")}).end() == 0);
        CHECK(read_file("x") == "all");
    });
}

TEST_CASE("an empty file is a file") {
    const demo::Scratch scratch(false);
    in_loop([] {
        ScriptedServer server(answering([](Visitor& visitor, const Request&) { visitor.answer(200, ""); }));
        CHECK(Program({server.url("/empty")}).end() == 0);
        CHECK(fs::exists("empty"));
        CHECK(fs::file_size("empty") == 0);
    });
}

TEST_CASE("on a terminal there are bars, and a line for each file that is done") {
    const demo::Scratch scratch(false);
    in_loop([] {
        ServedFile file;
        file.stuck = false;
        ScriptedServer server(file.script());
        demo::Child terminal({{"/usr/bin/script", "-qec",
                               demo::program("download") + " " + server.url("/file.bin"), "/dev/null"},
                              {{"SHELL", "/bin/sh"}}});
        const std::string output = terminal.read_rest();
        CHECK(terminal.wait() == 0);
        CHECK_THAT(output, Contains("file.bin") && Contains("[------------------------------]") &&
                               Contains("%") && Contains("\033[1A\033[J"));
        CHECK_THAT(output, Contains("file.bin: 300.0 kB in "));
        CHECK(read_file("file.bin") == file.bytes);
    });
}

TEST_CASE("wrong usage ends with 2, help with 0") {
    const demo::Scratch scratch(false);
    CHECK(Program({}).end() == 2);
    CHECK(Program({"--no-such-option"}).end() == 2);
    CHECK(Program({"-o", "no-such-directory", "http://a/"}).end() == 2);
    CHECK(Program({"--help"}).end() == 0);
}
