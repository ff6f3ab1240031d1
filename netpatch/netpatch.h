/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * netpatch for C: one call before fibers_run(), and the blocking calls of this program and of its libraries
 * let other fibers run. netpatch.hpp says more. */
#ifndef NETPATCH_NETPATCH_H
#define NETPATCH_NETPATCH_H

#include <fibers/fibers.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Patches all groups that netpatch::patch_all() patches by default. Never suspends. Any thread, best the main
 * one before anything else. 0; -1 if calls from shared libraries do not reach us (what to do about it is
 * printed): then calls of the program itself may still be cooperative. */
int netpatch_patch_all(void);

#ifdef __cplusplus
}
#endif

#endif
