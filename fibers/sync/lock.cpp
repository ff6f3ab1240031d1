// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/lock.hpp"

#include "fibers/error.hpp"

namespace fibers {

void Lock::unlock() {
    if (!locked()) throw RuntimeError("Lock is not acquired.");
    permit_.release();
}

}  // namespace fibers
