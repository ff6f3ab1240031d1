/* SPDX-FileCopyrightText: 2026 The fibers authors
 * SPDX-License-Identifier: MIT
 *
 * The library for C, and for whoever reaches it by dlsym: a loop, tasks, joining, cancelling, sleeping.
 * fibers.hpp is the whole of it, for C++. */
#ifndef FIBERS_FIBERS_H
#define FIBERS_FIBERS_H

#ifdef __cplusplus
extern "C" {
#endif

/* What a task runs. It may return at any depth of calls, and must not longjmp out of itself. */
typedef int (*fibers_function)(void* argument);

/* A task that was spawned and not yet joined or detached. */
typedef struct fibers_task fibers_task;

/* Runs function(argument) as the main task of a new loop on this thread, then cancels the tasks that are left
 * and waits for them. Returns what the function returned. Blocks the thread. -1 with errno otherwise: EBUSY
 * (this thread runs a loop already), ENOMEM, EDEADLK (nothing could ever run again; who waits for what is
 * printed), EINTR (Ctrl-C), ECANCELED (the function was cancelled), ENOTRECOVERABLE (it threw a C++
 * exception, which is printed). */
int fibers_run(fibers_function function, void* argument);

/* Makes a task of the running loop that will run function(argument). Never suspends. Null with errno: EPERM
 * outside a loop, ENOMEM. The task must be given to fibers_join or fibers_detach, once, on the same thread.
 * `argument` must live as long as the function uses it. */
fibers_task* fibers_spawn(fibers_function function, void* argument);

/* Waits for the task's end and frees the handle. May suspend; a cancellation of the caller is handed on to
 * the task, whose end is waited for all the same. 0, with what the function returned in *result (which may be
 * null). -1 with errno: EPERM outside a fiber (the handle stays), EDEADLK for the calling task itself (the
 * handle stays), ECANCELED (the task was cancelled), ENOTRECOVERABLE (it threw a C++ exception, which is
 * printed). */
int fibers_join(fibers_task* task, int* result);

/* Frees the handle; the task runs on. Never suspends. */
void fibers_detach(fibers_task* task);

/* Asks for the task's cancellation: the call in which it waits, or the next that would, fails with ECANCELED,
 * and so does, without letting others run, every later one of that task that would wait: do not retry, end.
 * Never suspends. 0 if the task had already ended, else 1. */
int fibers_cancel(fibers_task* task);

/* Lets others run for so many milliseconds; outside fibers it blocks the thread. 0, or -1 with errno: EINVAL
 * (negative), ECANCELED. */
int fibers_sleep_ms(long milliseconds);

#ifdef __cplusplus
}
#endif

#endif
