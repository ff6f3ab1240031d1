/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * The program: reads by itself and through plugin.so beside it. With SCENE_IN_PLUGIN it knows nothing of the
 * library: scene.so does. */
#include <dlfcn.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "read_bytes.h"
#include "scene.h"

static int read_here(int fd) {
    return read_bytes(fd);
}

static void* load(char* program, const char* name, const char* function) {
    char path[4096];
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", program);
    snprintf(path, sizeof path, "%s/%s", dirname(copy), name);
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) fprintf(stderr, "cannot load: %s\n", dlerror());
    return library ? dlsym(library, function) : NULL;
}

int main(int count, char** arguments) {
    (void)count;
    struct reader readers[2] = {{"program", read_here}, {"plugin ", NULL}};
    void* read_there = load(arguments[0], "plugin.so", "read_there");
    if (!read_there) return 2;
    memcpy(&readers[1].read, &read_there, sizeof read_there);
#ifdef SCENE_IN_PLUGIN
    int (*play_there)(const struct reader*, int) = NULL;
    void* found = load(arguments[0], "scene.so", "play");
    if (!found) return 2;
    memcpy(&play_there, &found, sizeof found);
    return play_there(readers, 2);
#else
    return play(readers, 2);
#endif
}
