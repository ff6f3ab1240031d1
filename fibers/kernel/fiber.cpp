// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "fibers/kernel/fiber.hpp"

namespace fibers::kernel {

std::string Fiber::label() const {
    return name ? std::string(name) : "Task-" + std::to_string(id);
}

}  // namespace fibers::kernel
