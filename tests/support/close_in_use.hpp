// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

namespace test {

// Closes a descriptor that another thread uses. TSan calls every such close a race on the descriptor; it is
// told to let these pass, because they are what the test is about.
void close_in_use(int fd);

}  // namespace test
