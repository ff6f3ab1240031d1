// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/net/resolver_query.hpp"

#include <utility>

#include "fibers/cancel.hpp"
#include "fibers/net/resolver_channel.hpp"

namespace fibers::net {

std::string Asker::describe() const {
    return "the name servers' answer about " + question_.subject;
}

void Asker::unlink() noexcept {
    for (Query* const query : queries) {
        if (query) query->channel.leave(*query);
    }
}

Replies ask_servers(const Question& question, kernel::OnCancel on_cancel) {
    auto& channels = kernel::running_fiber().scheduler.part<Channels>();
    Asker asker(question, on_cancel);
    channels.current(question.config).ask(asker);
    Replies result;
    if (asker.outstanding == 0) return result;
    const kernel::Wake wake = kernel::park(asker);
    if (wake != kernel::Wake::ready && on_cancel == kernel::OnCancel::throws) kernel::throw_cancelled();
    result.cancelled = wake != kernel::Wake::ready;
    result.each = std::move(asker.replies);
    return result;
}

}  // namespace fibers::net
