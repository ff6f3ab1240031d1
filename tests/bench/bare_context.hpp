// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

namespace bench {

/// Nanoseconds for one jump around a ring of `contexts` bare Boost contexts that keep nothing but registers.
double bare_switch(int contexts, int rounds);

/// Nanoseconds to make a bare context on a stack that is there already, jump into it and back.
double bare_spawn(int spawns);

}  // namespace bench
