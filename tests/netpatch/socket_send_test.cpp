// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// send and its family give in a fiber what they give in a thread.
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include <csignal>

#include "netpatch/sockets.hpp"

namespace {

using test::Descriptors;
using test::Pair;
using test::Party;
using test::Trace;

constexpr std::size_t large = 8 << 20;  // more than the buffers of both ends

void check_streams(const std::function<std::vector<Party>(Pair)>& scene) {
    test::check_same([&](Descriptors& descriptors) { return scene(test::tcp_pair(descriptors)); });
    test::check_same([&](Descriptors& descriptors) { return scene(test::unix_pair(descriptors)); });
}

Party drains(int fd, std::size_t size) {
    return [=](Trace& trace) {
        std::vector<char> buffer(100'000);
        std::size_t all = 0;
        while (all < size) {
            const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) break;
            all += static_cast<std::size_t>(got);
        }
        trace.note("received", all);
    };
}

int sigpipes = 0;

}  // namespace

TEST_CASE("send, sendto, sendmsg and sendmmsg send everything", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    std::string bytes(large, 'x');
                    trace.note("send", ::send(pair.near, bytes.data(), bytes.size(), 0));
                    trace.note("sendto", ::sendto(pair.near, bytes.data(), bytes.size(), 0, nullptr, 0));
                    std::array<iovec, 2> pieces{iovec{bytes.data(), 3}, iovec{bytes.data(), large - 3}};
                    std::array<mmsghdr, 2> messages{};
                    for (mmsghdr& message : messages) {
                        message.msg_hdr.msg_iov = pieces.data();
                        message.msg_hdr.msg_iovlen = pieces.size();
                    }
                    trace.note("sendmsg", ::sendmsg(pair.near, &messages[0].msg_hdr, 0));
                    trace.note("sendmmsg", ::sendmmsg(pair.near, messages.data(), 2, 0));
                    trace.note("first", messages[0].msg_len);
                    trace.note("second", messages[1].msg_len);
                },
                drains(pair.far, 5 * large)};
    });
}

TEST_CASE("urgent data waits for room as other data does", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
                    const std::string bytes(large, 'x');
                    while (::send(pair.near, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
                    }
                    trace.note("send", ::send(pair.near, "!", 1, MSG_OOB));
                    trace.note("shutdown", ::shutdown(pair.near, SHUT_WR));
                },
                [=](Trace&) {
                    test::let_others_wait();
                    std::vector<char> buffer(100'000);
                    while (::recv(pair.far, buffer.data(), buffer.size(), 0) > 0) {
                    }
                }};
    });
}

TEST_CASE("a send of more than there can be waits for room as others do", "[netpatch]") {
    const std::size_t size = 1 << 16;
    void* const memory = ::mmap(nullptr, 2 * size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    REQUIRE(::mprotect(static_cast<char*>(memory) + size, size, PROT_NONE) == 0);
    const volatile std::size_t most = SIZE_MAX;  // hidden from the compiler, which would warn
    test::check_same([&](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[&, pair](Trace& trace) {
                    while (::send(pair.near, memory, size, MSG_DONTWAIT) > 0) {
                    }
                    trace.note_text(::send(pair.near, memory, most, 0) > 0 ? "sent" : "not sent");
                    trace.note("shutdown", ::shutdown(pair.near, SHUT_WR));
                },
                [=](Trace&) {
                    test::let_others_wait();
                    std::vector<char> buffer(100'000);
                    while (::recv(pair.far, buffer.data(), buffer.size(), 0) > 0) {
                    }
                }};
    });
    ::munmap(memory, 2 * size);
}

TEST_CASE("SO_SNDTIMEO ends a send with what was sent, then with EAGAIN", "[netpatch]") {
    check_streams([](Pair pair) -> std::vector<Party> {
        return {[=](Trace& trace) {
            test::set_time_limit(pair.near, SO_SNDTIMEO, 30);
            const std::string bytes(large, 'x');
            const ssize_t sent = ::send(pair.near, bytes.data(), bytes.size(), 0);
            trace.note_text(sent > 0 && sent < static_cast<ssize_t>(large) ? "a part" : "not a part");
            while (::send(pair.near, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
            }
            trace.note("send", ::send(pair.near, bytes.data(), bytes.size(), 0));
        }};
    });
}

TEST_CASE("a peer that resets in the middle of a send: the part, then ECONNRESET, then EPIPE and its signal",
          "[netpatch][lost-wakeup]") {
    struct sigaction action {};
    action.sa_handler = [](int) { ++sigpipes; };
    struct sigaction before {};
    REQUIRE(::sigaction(SIGPIPE, &action, &before) == 0);
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        const int far = ::fcntl(pair.far, F_DUPFD_CLOEXEC, 100);
        ::dup2(0, pair.far);  // far is the only one now
        return {[=](Trace& trace) {
                    const std::string bytes(large, 'x');
                    sigpipes = 0;
                    const ssize_t sent = ::send(pair.near, bytes.data(), bytes.size(), 0);
                    trace.note_text(sent > 0 && sent < static_cast<ssize_t>(large) ? "a part" : "not a part");
                    trace.note("signals", sigpipes);
                    trace.note("write", ::write(pair.near, "x", 1));
                    trace.note("signals", sigpipes);
                    trace.note("write", ::write(pair.near, "x", 1));
                    trace.note("signals", sigpipes);
                },
                [=](Trace&) {
                    test::let_others_wait();
                    test::reset_on_close(far);
                    ::close(far);
                }};
    });
    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_CASE("an end in the middle of a send: the part without a signal, then EPIPE and its signal",
          "[netpatch][lost-wakeup]") {
    struct sigaction action {};
    action.sa_handler = [](int) { ++sigpipes; };
    struct sigaction before {};
    REQUIRE(::sigaction(SIGPIPE, &action, &before) == 0);
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        return {[=](Trace& trace) {
                    const std::string bytes(large, 'x');
                    sigpipes = 0;
                    const ssize_t sent = ::send(pair.near, bytes.data(), bytes.size(), 0);
                    trace.note_text(sent > 0 && sent < static_cast<ssize_t>(large) ? "a part" : "not a part");
                    trace.note("signals", sigpipes);
                    trace.note("send", ::send(pair.near, "x", 1, 0));
                    trace.note("signals", sigpipes);
                },
                [=](Trace&) {
                    test::let_others_wait();
                    ::shutdown(pair.near, SHUT_WR);
                }};
    });
    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_CASE("what a send held back is told by SO_ERROR and by poll", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::tcp_pair(descriptors);
        const int far = ::fcntl(pair.far, F_DUPFD_CLOEXEC, 100);
        ::dup2(0, pair.far);
        return {[=](Trace& trace) {
                    const std::string bytes(large, 'x');
                    trace.note_text(::send(pair.near, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0 ? "a part"
                                                                                                    : "none");
                    pollfd look{pair.near, 0, 0};
                    trace.note("poll", ::poll(&look, 1, 0));
                    trace.note("POLLERR", look.revents & POLLERR);
                    for (int i = 0; i < 2; ++i) {
                        int error = 0;
                        socklen_t size = sizeof error;
                        trace.note("getsockopt",
                                   ::getsockopt(pair.near, SOL_SOCKET, SO_ERROR, &error, &size));
                        trace.note("SO_ERROR", error);
                    }
                },
                [=](Trace&) {
                    test::let_others_wait();
                    test::reset_on_close(far);
                    ::close(far);
                }};
    });
}

TEST_CASE("what a send held back is told by the next call, whichever it is", "[netpatch][lost-wakeup]") {
    using Call = ssize_t (*)(int fd, msghdr& message);
    const auto next_call_tells = [](Call call) {
        test::check_same([=](Descriptors& descriptors) -> std::vector<Party> {
            const Pair pair = test::tcp_pair(descriptors);
            const int far = ::fcntl(pair.far, F_DUPFD_CLOEXEC, 100);
            ::dup2(0, pair.far);
            return {[=](Trace& trace) {
                        const std::string bytes(large, 'x');
                        const ssize_t sent = ::send(pair.near, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                        trace.note_text(sent > 0 ? "a part" : "none");
                        char byte = 0;
                        iovec piece{&byte, 1};
                        msghdr message{};
                        message.msg_iov = &piece;
                        message.msg_iovlen = 1;
                        trace.note("next", call(pair.near, message));
                    },
                    [=](Trace&) {
                        test::let_others_wait();
                        test::reset_on_close(far);
                        ::close(far);
                    }};
        });
    };
    next_call_tells([](int fd, msghdr&) { return ::send(fd, "x", 1, MSG_NOSIGNAL); });
    next_call_tells([](int fd, msghdr& message) { return ::sendmsg(fd, &message, MSG_NOSIGNAL); });
    next_call_tells([](int fd, msghdr& message) { return ::recv(fd, message.msg_iov->iov_base, 1, 0); });
    next_call_tells([](int fd, msghdr& message) { return ::recvmsg(fd, &message, 0); });
}

TEST_CASE("a write to a reader that is gone: EPIPE, and the signal", "[netpatch]") {
    struct sigaction action {};
    action.sa_handler = [](int) { ++sigpipes; };
    struct sigaction before {};
    REQUIRE(::sigaction(SIGPIPE, &action, &before) == 0);
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::unix_pair(descriptors);
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        ::shutdown(pair.far, SHUT_RD);
        ::close(ends[0]);
        descriptors.add(ends[1]);
        return {[=](Trace& trace) {
            sigpipes = 0;
            trace.note("write", ::write(pair.near, "x", 1));
            trace.note("signals", sigpipes);
            trace.note("send", ::send(pair.near, "x", 1, MSG_NOSIGNAL));
            trace.note("signals", sigpipes);
            trace.note("write", ::write(ends[1], "x", 1));
            trace.note("signals", sigpipes);
        }};
    });
    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_CASE("datagrams are sent whole and wait for room", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const Pair pair = test::unix_pair(descriptors, SOCK_DGRAM);
        return {[=](Trace& trace) {
                    const std::string bytes(1000, 'x');
                    ssize_t all = 0;
                    for (int i = 0; i < 1000; ++i) all += ::send(pair.near, bytes.data(), bytes.size(), 0);
                    trace.note("sent", all);
                    trace.note("too long", ::send(pair.near, bytes.data(), 0x7000000, 0));
                },
                drains(pair.far, 1'000'000)};
    });
}

TEST_CASE("a send that connects waits for the connection, and says why there is none", "[netpatch]") {
    test::check_same([](Descriptors& descriptors) -> std::vector<Party> {
        const sockaddr_in there = test::address_of(test::tcp_listener(descriptors));
        const int nobody = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
        REQUIRE(test::bind_to(nobody, test::loopback()) == 0);
        const sockaddr_in nowhere = test::address_of(nobody);
        std::array<int, 4> sockets{};
        for (int& fd : sockets) fd = descriptors.add(::socket(AF_INET, SOCK_STREAM, 0));
        return {[=](Trace& trace) {
            for (std::size_t i = 0; i < sockets.size(); ++i) {
                sockaddr_in to = i % 2 ? nowhere : there;
                const int fd = sockets[i];
                if (i < 2) {
                    trace.note("sendto", ::sendto(fd, "abc", 3, MSG_FASTOPEN | MSG_NOSIGNAL,
                                                  reinterpret_cast<sockaddr*>(&to), sizeof to));
                    continue;
                }
                iovec piece{const_cast<char*>("abc"), 3};
                msghdr message{};
                message.msg_name = &to;
                message.msg_namelen = sizeof to;
                message.msg_iov = &piece;
                message.msg_iovlen = 1;
                trace.note("sendmsg", ::sendmsg(fd, &message, MSG_FASTOPEN | MSG_NOSIGNAL));
            }
        }};
    });
}
