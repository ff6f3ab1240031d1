// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The ways in which an edge is lost or means nothing. Each of these hangs (or says something wrong) when the
// rule that its name states is taken out.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>

#include <sys/uio.h>

#include <future>

#include "netpatch/fibers_only.hpp"
#include "support/close_in_use.hpp"

namespace {

using test::Answer;
using test::answer;
using test::Descriptors;
using test::Pair;

std::string read_some(int fd, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = ::read(fd, bytes.data(), size);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return got < 0 ? std::string("error ") + strerrorname_np(errno) : bytes;
}

ssize_t send_with_rights(int fd, const std::string& text) {
    std::string bytes = text;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec piece{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    return ::sendmsg(fd, &message, 0);
}

}  // namespace

TEST_CASE("the short-read hint: a TCP socket that gave less than asked is not asked again before it has more",
          "[netpatch]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    int calls = 0;
    bool drained = false;
    test::run_fibers({[&] {
                          CHECK(read_some(pair.near, 1) == "w");
                          CHECK(read_some(pair.near, 100) == "ab");
                          const fibers::kernel::FdWatch* const watch =
                              fibers::kernel::this_fiber->scheduler.poller().find(pair.near);
                          REQUIRE(watch);
                          CHECK(watch->drained ==
                                fibers::kernel::this_fiber->scheduler.poller().edge_triggered());
                          drained = true;
                          CHECK(read_some(pair.near, 100) == "c");
                          ++calls;
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::send(pair.far, "w", 1, 0);
                          ::send(pair.far, "ab", 2, 0);
                          while (!drained) ::sched_yield();
                          test::let_fibers_wait();
                          CHECK(calls == 0);
                          ::send(pair.far, "c", 1, 0);
                      }});
    CHECK(calls == 1);
}

TEST_CASE("the short-read hint: urgent data leaves something behind a short read",
          "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    test::run_fibers({[&] {
                          CHECK(read_some(pair.near, 1) == "w");
                          CHECK(read_some(pair.near, 100) == "ab");
                          CHECK(read_some(pair.near, 100) == "de");
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::send(pair.far, "w", 1, 0);
                          ::send(pair.far, "ab", 2, 0);
                          ::send(pair.far, "!", 1, MSG_OOB);
                          ::send(pair.far, "de", 2, 0);
                      }});
}

TEST_CASE("the short-read hint: an end that came with the data gives no second event",
          "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    test::run_fibers({[&] {
                          CHECK(read_some(pair.near, 1) == "w");
                          ::usleep(20'000);  // all of it has come
                          CHECK(read_some(pair.near, 100) == "ab");
                          CHECK_FALSE(test::waits("read", [&] { CHECK(read_some(pair.near, 100).empty()); }));
                          CHECK_FALSE(test::waits("read", [&] { CHECK(read_some(pair.near, 100).empty()); }));
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::send(pair.far, "w", 1, 0);
                          ::send(pair.far, "ab", 2, 0);
                          ::shutdown(pair.far, SHUT_WR);
                      }});
}

TEST_CASE("the short-read hint does not follow a peek, a unix socket or a socket we have not seen made",
          "[netpatch][lost-wakeup]") {
    const auto peeks = [](const Pair& pair) {
        test::run_fibers(
            {[&] {
                 CHECK(read_some(pair.near, 1) == "w");
                 char bytes[8];
                 CHECK(::recv(pair.near, bytes, sizeof bytes, MSG_PEEK) == 2);
                 CHECK_FALSE(test::waits(
                     "recv", [&] { CHECK(::recv(pair.near, bytes, sizeof bytes, MSG_PEEK) == 2); }));
                 CHECK_FALSE(test::waits("read", [&] { CHECK(read_some(pair.near, 8) == "ab"); }));
             },
             [&] {
                 test::let_fibers_wait();
                 ::send(pair.far, "w", 1, 0);
                 ::send(pair.far, "ab", 2, 0);
             }});
    };
    Descriptors descriptors;
    peeks(test::tcp_pair(descriptors));
    peeks(test::unix_pair(descriptors));
    // A unix stream ends a read where the rights begin that come with the next bytes.
    const Pair pair = test::unix_pair(descriptors);
    test::run_fibers({[&] {
                          CHECK(read_some(pair.near, 1) == "w");
                          std::string all;
                          CHECK_FALSE(test::waits("read", [&] {
                              while (all.size() < 6) all += read_some(pair.near, 100);
                          }));
                          CHECK(all == "abdefg");
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::send(pair.far, "wab", 3, 0);
                          CHECK(send_with_rights(pair.far, "de") == 2);
                          ::send(pair.far, "fg", 2, 0);
                      }});
}

TEST_CASE("the baton: one edge for two datagrams wakes two readers", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::udp_pair(descriptors);
    int served = 0;
    const auto reads = [&] { served += read_some(pair.near, 8).size() == 2; };
    test::run_fibers({reads, reads, reads, [&] {
                          test::let_fibers_wait();
                          for (int i = 0; i < 3; ++i) ::send(pair.far, "xy", 2, 0);
                      }});
    CHECK(served == 3);
}

TEST_CASE("the baton: one edge for two connections wakes two acceptors", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const int listener = test::tcp_listener(descriptors);
    int accepted = 0;
    const auto accepts = [&] {
        const int fd = ::accept(listener, nullptr, nullptr);
        accepted += fd >= 0;
        ::close(fd);
    };
    test::run_fibers({accepts, accepts, [&] {
                          test::let_fibers_wait();
                          for (int i = 0; i < 2; ++i) {
                              const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
                              test::connect_to(fd, test::address_of(listener));
                              descriptors.add(fd);
                          }
                      }});
    CHECK(accepted == 2);
}

TEST_CASE("the baton: who is woken together with its cancellation hands the edge on",
          "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::udp_pair(descriptors);
    netpatch::patch_all();
    test::KernelRun loop;
    std::string first;
    std::string second;
    fibers::kernel::Fiber& one = loop.spawn([&] { first = read_some(pair.near, 8); });
    loop.spawn([&] { second = read_some(pair.near, 8); });
    loop.spawn([&] {
        test::let_fibers_wait();
        // The edge makes `one` ready; before it runs, it is cancelled.
        ::send(pair.far, "xy", 2, 0);
        while (one.state == fibers::kernel::FiberState::parked) {
            fibers::kernel::give_way(fibers::kernel::OnCancel::ignores);
        }
        fibers::kernel::request_cancel(one, "");
    });
    loop.run();
    CHECK(((first == "xy" && second == "error ECANCELED") || (first == "error ECANCELED" && second == "xy")));
}

TEST_CASE("poll repeats the real call: an edge that somebody else used up does not end it",
          "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors, SOCK_DGRAM);
    int polled = -2;
    test::run_fibers({[&] {
                          pollfd look{pair.near, POLLIN, 0};
                          polled = ::poll(&look, 1, -1);
                          CHECK(read_some(pair.near, 8) == "b");
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::send(pair.far, "a", 1, 0);
                          // Ahead of the poller in the round in which the edge makes it ready.
                          fibers::kernel::give_way(fibers::kernel::OnCancel::ignores);
                          CHECK(read_some(pair.near, 8) == "a");
                          test::let_fibers_wait();
                          CHECK(polled == -2);
                          ::send(pair.far, "b", 1, 0);
                      }});
    CHECK(polled == 1);
}

TEST_CASE("SO_RCVLOWAT: a read does not take less", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    test::set_option(pair.near, SO_RCVLOWAT, 10);
    test::run_fibers({[&] {
                          ::send(pair.far, "01234", 5, 0);
                          test::let_fibers_wait();
                          ::send(pair.far, "56789", 5, 0);
                      },
                      [&] { CHECK(read_some(pair.near, 100) == "0123456789"); }});
}

TEST_CASE("a read of nothing returns at once, only recv waits", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::tcp_pair(descriptors);
    char byte = 0;
    iovec nothing{&byte, 0};
    bool received = false;
    test::run_fibers({[&] {
                          CHECK_FALSE(test::waits("read", [&] { CHECK(::read(pair.near, &byte, 0) == 0); }));
                          CHECK_FALSE(
                              test::waits("readv", [&] { CHECK(::readv(pair.near, &nothing, 1) == 0); }));
                          CHECK(::recv(pair.near, &byte, 0, 0) == 0);
                          received = true;
                      },
                      [&] {
                          test::let_fibers_wait();
                          CHECK_FALSE(received);
                          ::send(pair.far, "x", 1, 0);
                      }});
    CHECK(received);
}

TEST_CASE("close wakes readers, writers and pollers before the number is used again",
          "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::dup(pair.near);
    test::run_fibers({[&] { CHECK(read_some(near, 1) == "error EBADF"); },
                      [&] {
                          const std::string bytes(8 << 20, 'x');
                          const ssize_t sent = ::write(near, bytes.data(), bytes.size());
                          CHECK((sent > 0 && sent < (8 << 20)));
                          CHECK(answer([&] { return ::write(near, "x", 1); }) == Answer{-1, EINVAL});
                      },
                      [&] {
                          pollfd look{near, POLLPRI, 0};
                          CHECK(::poll(&look, 1, -1) == 1);
                          CHECK(look.revents == POLLNVAL);
                      },
                      [&] {
                          test::let_fibers_wait();
                          ::close(near);
                          CHECK(::eventfd(0, EFD_NONBLOCK) == near);
                      }});
    ::close(near);
}

TEST_CASE("dup2 over a number wakes its waiters", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const Pair other = test::unix_pair(descriptors);
    const int near = ::dup(pair.near);
    test::run_fibers(
        {[&] { CHECK(read_some(near, 1) == "error EBADF"); },
         [&] {
             test::let_fibers_wait();
             CHECK(answer([&] { return ::dup2(test::closed_number(), near); }) == Answer{-1, EBADF});
             test::let_fibers_wait();
             CHECK(::dup2(other.near, near) == near);
             ::send(other.far, "n", 1, 0);
             CHECK(read_some(near, 1) == "n");
         }});
    ::close(near);
}

TEST_CASE("close_range wakes waiters", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::fcntl(pair.near, F_DUPFD, 200);
    test::run_fibers(
        {[&] { CHECK(read_some(near, 1) == "error EBADF"); },
         [&] {
             test::let_fibers_wait();
             CHECK(::close_range(static_cast<unsigned>(near), static_cast<unsigned>(near) + 50, 0) == 0);
         }});
}

TEST_CASE("a close by another thread wakes a fiber's read", "[netpatch][lost-wakeup]") {
    Descriptors descriptors;
    const Pair pair = test::unix_pair(descriptors);
    const int near = ::dup(pair.near);
    std::promise<void> waiting;
    std::thread closer([&] {
        waiting.get_future().wait();
        ::usleep(10'000);
        test::close_in_use(near);
    });
    test::run_fibers({[&] { CHECK(read_some(near, 1) == "error EBADF"); }, [&] { waiting.set_value(); }});
    closer.join();
}

TEST_CASE("a number that was closed and used again answers for its new file only",
          "[netpatch][lost-wakeup]") {
    int rounds = 0;
    test::run_fibers({[&] {
        for (int i = 0; i < 2000; ++i) {
            std::array<int, 2> ends{};
            if (i % 3 == 0) {
                REQUIRE(::pipe(ends.data()) == 0);
            } else {
                REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
            }
            // Half of them wait, so that the loop watches some and not others.
            if (i % 2) {
                pollfd look{ends[0], POLLIN, 0};
                REQUIRE(::poll(&look, 1, 1) == 0);
            }
            REQUIRE(::write(ends[1], "x", 1) == 1);
            REQUIRE(read_some(ends[0], 8) == "x");
            if (i % 5 == 0) {
                REQUIRE(::fclose(::fdopen(ends[0], "r")) == 0);
            } else {
                ::close(ends[0]);
            }
            ::close(ends[1]);
            ++rounds;
        }
    }});
    CHECK(rounds == 2000);
}
