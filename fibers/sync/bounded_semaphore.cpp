// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/sync/bounded_semaphore.hpp"

#include <stdexcept>

namespace fibers {

void BoundedSemaphore::release() {
    if (permits() >= bound_) throw std::invalid_argument("BoundedSemaphore released too many times");
    Semaphore::release();
}

}  // namespace fibers
