// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/semaphore.hpp"

#include <stdexcept>

namespace fibers {

Semaphore::Semaphore(std::ptrdiff_t permits) : permits_(permits, "a Semaphore") {
    if (permits < 0) throw std::invalid_argument("Semaphore initial value must be >= 0");
}

}  // namespace fibers
