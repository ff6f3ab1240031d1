# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Five tasks, which main waits for with a TaskGroup, and which wait without holding each other up.

The tutorial's slept with time.sleep(), so the loop stood still five times; and its main left them to their fate, which
never_waited shows.
"""
import asyncio

from support.pace import Stopwatch, seconds


async def my_task() -> None:
    await asyncio.sleep(seconds(1))
    print("Processing Task")


async def my_task_generator() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(my_task())


watch = Stopwatch()
asyncio.run(my_task_generator())
print(f"Completed All Tasks in {watch.seconds():.1f} seconds")
