/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * A plugin that knows nothing of the library. */
#include "read_bytes.h"

__attribute__((visibility("default"))) int read_there(int fd);
int read_there(int fd) {
    return read_bytes(fd);
}
