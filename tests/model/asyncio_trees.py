#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Runs the trees of the model test with asyncio itself, on virtual time.

Reads lines [tree, trace] from the file given and says which trees go another way than their trace.
"""
import asyncio
import itertools
import json
import sys
from asyncio import CancelledError

from asyncio_rules import Loop, OrderedTaskGroup, Semaphore, timeout, wait_for

LOCKS, PERMITS, QUEUE_SIZES, PATIENCE, ROUNDS = 2, (1, 2), (0, 1), 1000, 100
SWALLOW, SWALLOW_AND_UNCANCEL, RETHROW, FAIL = range(4)
OUTCOMES, FIRST_TWICE, WITH_BODY = 2, 4, 8
FOR_TASK, FOR_CALLABLE, FOR_SHIELD = range(3)


class Boom(Exception):
    pass


def text_of(error):
    if isinstance(error, CancelledError):
        return "cancelled"
    if isinstance(error, BaseExceptionGroup):
        return "group(" + " ".join(map(text_of, error.exceptions)) + ")"
    if isinstance(error, TimeoutError):
        return "timeout"
    return str(error) if isinstance(error, Boom) else "runtime error"


class Interpreter:
    """What library.cpp does, in Python. A node is [kind, id, number, mode, children]."""

    def __init__(self, loop):
        self.loop = loop
        self.trace = []
        self.tasks = {}
        self.locks = [asyncio.Lock() for _ in range(LOCKS)]
        self.semaphores = [Semaphore(permits) for permits in PERMITS]
        self.queues = [asyncio.Queue(size) for size in QUEUE_SIZES]

    async def main(self, roots):
        for root in roots:
            self.start(root)
        for _ in range(ROUNDS):
            if all(task.done() for task in self.tasks.values()):
                break
            await asyncio.sleep(PATIENCE)
            for _, task in sorted(self.tasks.items()):
                task.cancel()
        for number, task in sorted(self.tasks.items()):
            how = "left" if not task.done() else "cancelled" if task.cancelled() else "value"
            if how == "value" and task.exception():
                how = text_of(task.exception())
            self.trace.append(f"task {number} {how} cancelling {task.cancelling()}")

    def say(self, node, what):
        self.trace.append(f"{self.loop.time()} {node[1]} {what}")

    def start(self, root, group=None):
        if group:
            coro = self.run(root, None, group)
            try:
                task = group.create_task(coro)
            except RuntimeError:
                coro.close()
                raise
        else:
            task = self.loop.create_task(self.run(root))
        self.tasks[root[1]] = task
        return task

    async def run(self, node, deadline=None, group=None):
        self.say(node, "starts")
        try:
            value = await getattr(self, node[0])(node, deadline, group)
        except CancelledError:
            self.say(node, "cancelled")
            raise
        except Exception as e:
            self.say(node, "throws " + text_of(e))
            raise
        self.say(node, "returns " + value)
        return value

    async def value(self, node, *scope):
        return "v"

    async def sleep(self, node, *scope):
        await asyncio.sleep(node[2])
        return "slept"

    async def boom(self, node, *scope):
        raise Boom(f"boom{node[1]}")

    async def seq(self, node, *scope):
        value = ""
        for step in node[4]:
            value = await self.run(step, *scope)
        return value

    async def timeout(self, node, deadline, group):
        async with timeout(node[2]) as inner:
            try:
                return await self.run(node[4][0], inner, group)
            finally:
                self.say(node, "expired" if inner.expired() else "not expired")

    async def reschedule(self, node, deadline, group):
        if deadline is None:
            return "none"
        deadline.reschedule(self.loop.time() + node[2])
        return "moved"

    async def group(self, node, deadline, group):
        async with OrderedTaskGroup() as inner:
            for child in node[4][:-1]:
                self.start(child, inner)
            value = await self.run(node[4][-1], deadline, inner)
        return locals().get("value", "")

    async def gather(self, node, *scope):
        mode, children = node[3], list(node[4])
        body = children.pop() if mode & WITH_BODY else None
        tasks = [self.start(child) for child in children]
        if mode & FIRST_TWICE:
            tasks.append(tasks[0])
        gathering = asyncio.gather(*tasks, return_exceptions=bool(mode & OUTCOMES))
        if body:
            await self.run(body, *scope)
        values = await gathering
        return "[" + " ".join(each if isinstance(each, str) else text_of(each) for each in values) + "]"

    async def shield(self, node, *scope):
        task = self.start(node[4][0])
        try:
            return await asyncio.shield(task)
        except CancelledError:
            if node[3]:
                self.say(node, "waited: " + await task)
            raise

    async def wait_for(self, node, *scope):
        child = node[4][0]
        if node[3] == FOR_CALLABLE:
            return await wait_for(self.run(child, *scope), node[2])
        task = self.start(child)
        return await wait_for(asyncio.shield(task) if node[3] == FOR_SHIELD else task, node[2])

    async def on_cancel(self, node, *scope):
        try:
            return await self.run(node[4][0], *scope)
        except CancelledError:
            value = await self.run(node[4][1], *scope) if len(node[4]) > 1 else "swallowed"
            if node[3] == SWALLOW_AND_UNCANCEL:
                self.say(node, str(asyncio.current_task().uncancel()))
            if node[3] == RETHROW:
                raise
            if node[3] == FAIL:
                raise Boom(f"boom{node[1]}")
            return value

    async def guard(self, node, *scope):
        try:
            return await self.run(node[4][0], *scope)
        except Exception as e:
            return "caught " + text_of(e)

    async def finally_(self, node, *scope):
        try:
            return await self.run(node[4][0], *scope)
        finally:
            await self.run(node[4][1], *scope)

    async def lock(self, node, *scope):
        async with self.locks[node[2]]:
            return await self.run(node[4][0], *scope)

    async def semaphore(self, node, *scope):
        async with self.semaphores[node[2]]:
            return await self.run(node[4][0], *scope)

    async def release(self, node, *scope):
        self.semaphores[node[2]].release()
        return "released"

    async def put(self, node, *scope):
        await self.queues[node[2]].put(node[1])
        return "put"

    async def get(self, node, *scope):
        return f"got {await self.queues[node[2]].get()}"

    async def spawn(self, node, deadline, group):
        self.start(node[4][0], group if node[3] else None)
        return "spawned"

    async def join(self, node, *scope):
        task = self.tasks.get(node[2])
        return "none" if task is None else "joined " + await task

    async def cancel(self, node, *scope):
        task = self.tasks.get(node[2])
        return "none" if task is None else str(task.cancel()).lower()

    async def uncancel(self, node, *scope):
        return str(asyncio.current_task().uncancel())


setattr(Interpreter, "finally", Interpreter.finally_)


def trace_of(tree):
    loop = Loop()
    interpreter = Interpreter(loop)
    loop.create_task(interpreter.main(tree))
    loop.run()
    return interpreter.trace


def main():
    trees = differences = 0
    with open(sys.argv[1]) as lines:
        for line in lines:
            tree, expected = json.loads(line)
            trees += 1
            trace = trace_of(tree)
            if trace == expected:
                continue
            differences += 1
            if differences == 1:
                print(f"Tree {trees} differs: {json.dumps(tree)}")
                for ours, theirs in itertools.zip_longest(expected, trace, fillvalue=""):
                    print(f"{'  ' if ours == theirs else '! '}{ours:50} asyncio: {theirs}")
    print(f"{trees} trees, {differences} differences, Python {sys.version.split()[0]}")
    return 1 if differences or not trees else 0


if __name__ == "__main__":
    sys.exit(main())
