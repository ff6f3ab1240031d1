/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 */
#ifndef SCENE_H
#define SCENE_H

struct reader {
    const char* whose;   /* seven letters */
    int (*read)(int fd); /* waits for data with poll and read; how many bytes */
};

/* 0: every read was cooperative; 3: the library said that calls do not reach it; else something is wrong. */
__attribute__((visibility("default"))) int play(const struct reader* readers, int count);

#endif
