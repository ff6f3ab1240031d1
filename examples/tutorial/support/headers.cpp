// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Nothing of its own: CMake precompiles for it what the programs include.
