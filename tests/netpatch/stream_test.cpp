// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <numeric>

#include "netpatch/sockets.hpp"

namespace {

using test::Descriptors;
using test::Party;
using test::Trace;

constexpr std::size_t large = 4 << 20;  // more than any buffer in between

struct Ends {
    int reader;
    int writer;
};

using MakeEnds = Ends (*)(Descriptors&);

Ends unix_stream(Descriptors& descriptors) {
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
    return {descriptors.add(pair[0]), descriptors.add(pair[1])};
}
Ends pipe_ends(Descriptors& descriptors) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    return {descriptors.add(ends[0]), descriptors.add(ends[1])};
}

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i % 23);
    return bytes;
}

// Both kinds of ends through the same scene.
void check_ends(const std::function<std::vector<Party>(Ends, Descriptors&)>& scene) {
    for (const MakeEnds make : {&unix_stream, &pipe_ends}) {
        test::check_same([&](Descriptors& descriptors) { return scene(make(descriptors), descriptors); });
    }
}

}  // namespace

TEST_CASE("read waits for data, returns what there is, and 0 at the end", "[netpatch]") {
    check_ends([](Ends ends, Descriptors&) -> std::vector<Party> {
        return {[ends](Trace& trace) {
                    std::array<char, 64> buffer;
                    for (;;) {
                        const ssize_t got = trace.note("read", ::read(ends.reader, buffer.data(), 64));
                        if (got <= 0) break;
                        trace.note_bytes(buffer.data(), static_cast<std::size_t>(got));
                    }
                },
                [ends](Trace& trace) {
                    test::let_others_wait();
                    trace.note("write", ::write(ends.writer, "one", 3));
                    test::let_others_wait();
                    trace.note("write", ::write(ends.writer, "four", 4));
                    test::let_others_wait();
                    const int nowhere = ::open("/dev/null", O_RDONLY);
                    trace.note("dup2", ::dup2(nowhere, ends.writer) == ends.writer ? 0 : -1);
                    ::close(nowhere);
                }};
    });
}

TEST_CASE("a blocking write writes everything", "[netpatch]") {
    check_ends([](Ends ends, Descriptors&) -> std::vector<Party> {
        return {[ends](Trace& trace) {
                    const std::string bytes = pattern(large);
                    trace.note("write", ::write(ends.writer, bytes.data(), bytes.size()));
                },
                [ends](Trace& trace) {
                    std::string all;
                    std::array<char, 70'000> buffer;
                    while (all.size() < large) {
                        const ssize_t got = ::read(ends.reader, buffer.data(), buffer.size());
                        if (got <= 0) break;
                        all.append(buffer.data(), static_cast<std::size_t>(got));
                    }
                    trace.note_text(all == pattern(large) ? "whole" : "broken");
                }};
    });
}

TEST_CASE("writev writes every piece, readv fills them in order", "[netpatch]") {
    check_ends([](Ends ends, Descriptors&) -> std::vector<Party> {
        return {[ends](Trace& trace) {
                    std::string bytes = pattern(large);
                    std::vector<iovec> pieces;
                    for (std::size_t i = 0; i < 100; ++i) {
                        pieces.push_back({bytes.data() + i * (large / 100), large / 100});
                    }
                    trace.note("writev", ::writev(ends.writer, pieces.data(), 100));
                },
                [ends](Trace& trace) {
                    std::string all(large / 100 * 100, '\0');
                    std::size_t done = 0;
                    while (done < all.size()) {
                        const std::size_t left = all.size() - done;
                        std::array<iovec, 2> pieces{iovec{all.data() + done, (left + 1) / 2},
                                                    iovec{all.data() + done + (left + 1) / 2, left / 2}};
                        const ssize_t got = ::readv(ends.reader, pieces.data(), 2);
                        if (got <= 0) break;
                        done += static_cast<std::size_t>(got);
                    }
                    trace.note_text(all == pattern(all.size()) ? "whole" : "broken");
                }};
    });
}

TEST_CASE("reads and writes of nothing, on nothing, and of what is refused", "[netpatch]") {
    check_ends([](Ends ends, Descriptors&) -> std::vector<Party> {
        return {[ends](Trace& trace) {
            char byte = 'x';
            iovec piece{&byte, 0};
            trace.note("read 0", ::read(ends.reader, &byte, 0));
            trace.note("write 0", ::write(ends.writer, &byte, 0));
            trace.note("readv 0", ::readv(ends.reader, &piece, 1));
            trace.note("writev 0", ::writev(ends.writer, &piece, 1));
            const volatile int refused = -1;  // hidden from the compiler, which would warn
            trace.note("readv -1", ::readv(ends.reader, &piece, refused));
            trace.note("writev -1", ::writev(ends.writer, &piece, refused));
            trace.note("read of no descriptor", ::read(-1, &byte, 1));
            trace.note("write to no descriptor", ::write(test::closed_number(), &byte, 1));
            const void* const volatile nowhere = nullptr;
            trace.note("fault", ::write(ends.writer, nowhere, 1));
        }};
    });
}

TEST_CASE("a writev of nothing sends no datagram, a write of nothing does", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const test::Pair pair = test::unix_pair(descriptors, SOCK_DGRAM);
        return {[=](Trace& trace) {
            char byte = 'x';
            iovec piece{&byte, 0};
            trace.note("writev 0", ::writev(pair.near, &piece, 1));
            trace.note("recv", ::recv(pair.far, &byte, 1, MSG_DONTWAIT));
            trace.note("write 0", ::write(pair.near, &byte, 0));
            trace.note("recv", ::recv(pair.far, &byte, 1, MSG_DONTWAIT));
        }};
    });
}

TEST_CASE("read and write refuse sizes beyond SSIZE_MAX", "[netpatch]") {
    check_ends([](Ends ends, Descriptors&) -> std::vector<Party> {
        return {[ends](Trace& trace) {
            char byte = 'x';
            const volatile std::size_t refused = SIZE_MAX;  // hidden from the compiler, which would warn
            trace.note("write", ::write(ends.writer, &byte, refused));
            trace.note("write", ::write(ends.writer, &byte, refused / 2 + 1));
            trace.note("write", ::write(ends.writer, &byte, 1));
            trace.note("read", ::read(ends.reader, &byte, refused));
            trace.note("read", ::read(ends.reader, &byte, refused / 2 + 1));
            trace.note("read", ::read(ends.reader, &byte, 1));
        }};
    });
}

TEST_CASE("what the user made non-blocking says EAGAIN", "[netpatch]") {
    check_ends([](Ends ends, Descriptors&) -> std::vector<Party> {
        return {[ends](Trace& trace) {
            char byte = 'x';
            const int flags = ::fcntl(ends.reader, F_GETFL);
            trace.note("F_SETFL", ::fcntl(ends.reader, F_SETFL, flags | O_NONBLOCK));
            trace.note("F_GETFL", ::fcntl(ends.reader, F_GETFL) & O_NONBLOCK);
            trace.note("read", ::read(ends.reader, &byte, 1));
            const int copy = ::dup(ends.reader);
            trace.note("read of a copy", ::read(copy, &byte, 1));
            ::close(copy);
            trace.note("F_SETFL", ::fcntl(ends.reader, F_SETFL, flags));
            trace.note("write", ::write(ends.writer, "y", 1));
            trace.note("read", ::read(ends.reader, &byte, 1));
        }};
    });
}

TEST_CASE("eventfd: reads wait for a count, writes for room", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int fd = descriptors.add(::eventfd(0, 0));
        return {[fd](Trace& trace) {
                    std::uint64_t value = 0;
                    trace.note("read", ::read(fd, &value, sizeof value));
                    trace.note("value", value);
                    test::let_others_wait();
                    trace.note("read", ::read(fd, &value, sizeof value));
                    trace.note("value", value);
                },
                [fd](Trace& trace) {
                    test::let_others_wait();
                    std::uint64_t value = UINT64_MAX - 1;
                    trace.note("write", ::write(fd, &value, sizeof value));
                    trace.note("write", ::write(fd, &value, sizeof value));
                }};
    });
}

TEST_CASE("files go straight through", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const int fd = descriptors.add(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
        return {[fd](Trace& trace) {
            std::array<char, 8> buffer{};
            trace.note("write", ::write(fd, "12345", 5));
            trace.note("lseek", ::lseek(fd, 0, SEEK_SET));
            trace.note("read", ::read(fd, buffer.data(), buffer.size()));
            trace.note_bytes(buffer.data(), 5);
            trace.note("read", ::read(fd, buffer.data(), buffer.size()));
        }};
    });
}
