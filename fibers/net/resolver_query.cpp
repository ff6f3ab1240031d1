// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_query.hpp"

#include <netdb.h>

#include <cerrno>

#include "fibers/cancel.hpp"
#include "fibers/net/resolver_channel.hpp"

namespace fibers::net {

std::string Asker::describe() const {
    return "the name servers' answer about " +
           (question_.host ? to_text(*question_.host) : "'" + question_.name + "'");
}

void Asker::unlink() noexcept {
    if (query) channel_.leave(*query);
}

HostList ask_servers(const Question& question, kernel::OnCancel on_cancel) {
    auto& channel = kernel::running_fiber().scheduler.part<Channel>();
    while (true) {
        Asker asker(channel, question, on_cancel);
        channel.ask(question, asker);
        const kernel::Wake wake = kernel::park(asker);
        if (wake == kernel::Wake::ready) return std::move(asker.answer);
        if (wake == kernel::Wake::interrupted) continue;  // getaddrinfo knows no EINTR
        if (on_cancel == kernel::OnCancel::throws) kernel::throw_cancelled();
        HostList cancelled;
        cancelled.eai = EAI_SYSTEM;
        cancelled.sys_errno = ECANCELED;
        return cancelled;
    }
}

}  // namespace fibers::net
