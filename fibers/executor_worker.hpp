// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// One worker process: its life, and its parent's end of it.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "fibers/executor_server.hpp"
#include "fibers/executor_wire.hpp"

namespace fibers::detail {

// What a worker is to do: read its arguments, make a call, write the result. The same address in both
// processes, for one is a copy of the other.
using WorkerEntry = void (*)(WireReader& in, WireWriter& out);

// What a worker has answered.
struct WorkerReply {
    std::unique_ptr<char[]> bytes;  // how it stands on the wire
    std::size_t size = 0;           // of that
    bool threw = false;             // it is an exception, not a value
    std::string_view view() const noexcept { return {bytes.get(), size}; }
};

// A worker's life: makes the calls that come through `fd` until that ends.
[[noreturn]] void serve_calls(int fd);

// A worker, as its parent has it. One thread at a time. Its calls block that thread.
class WorkerProcess {
public:
    // Throws as ForkServer::fork_worker().
    explicit WorkerProcess(ForkServer& server);
    // Ends it, if it lives, and waits until it is gone.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    // False once it has ended.
    bool alive() const noexcept;
    // Lets an idle one end. Does not wait for that.
    void dismiss() noexcept;
    // Has it make a call. Throws BrokenProcessPool if it dies meanwhile; after any exception it is good for
    // nothing more.
    WorkerReply call(WorkerEntry entry, std::string_view arguments);

private:
    bool wait(short events) const noexcept;
    void send(const void* bytes, std::size_t size);
    void receive(void* bytes, std::size_t size);
    [[noreturn]] void broken();

    ForkServer& server_;
    OwnedFd socket_;
    ForkedWorker worker_;
};

// The workers of an executor. Any thread.
class WorkerSet {
public:
    WorkerSet() : server_(&serve_calls) {}
    // Ends all of them and waits for that.
    ~WorkerSet();
    WorkerSet(const WorkerSet&) = delete;
    WorkerSet& operator=(const WorkerSet&) = delete;

    // Has an idle worker, or a new one, make a call. Blocks the thread. Throws what the call threw,
    // BrokenProcessPool, ResourceError.
    WorkerReply call(WorkerEntry entry, std::string_view arguments);

private:
    std::unique_ptr<WorkerProcess> take();

    ForkServer server_;
    std::mutex mutex_;                                  // guards the rest
    std::vector<std::unique_ptr<WorkerProcess>> idle_;  // the last one was used last
};

}  // namespace fibers::detail
