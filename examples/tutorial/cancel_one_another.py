# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Whoever ends first cancels all the others, itself among them: that one's cancellation comes too late to matter.

The tutorial cancels main as well, which had ended; here main waits, so it is left out.
"""
import asyncio

from support.pace import seconds


async def my_task(number: int, main_task: asyncio.Task) -> None:
    await asyncio.sleep(seconds(number))
    print(f"Processing Task {number}")
    for task in sorted(asyncio.all_tasks() - {main_task}, key=asyncio.Task.get_name):
        accepted = task.cancel()
        print(f"{task.get_name()}: cancel() gives {accepted}, cancelling() {task.cancelling()}")


async def main() -> None:
    me = asyncio.current_task()
    tasks = [asyncio.create_task(my_task(n, me), name=f"task-{n}") for n in range(1, 6)]
    await asyncio.wait(tasks)
    for task in tasks:
        print(f"{task.get_name()} was cancelled: {task.cancelled()}")


asyncio.run(main())
print("Completed All Tasks")
