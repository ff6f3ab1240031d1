# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""all_tasks() names those that are not done: main itself and the five it made.

It is a function of the module; Task.all_tasks() of the tutorial is gone since Python 3.9.
"""
import asyncio

from support.pace import seconds


async def my_task() -> None:
    await asyncio.sleep(seconds(1))
    print("Processing Task")


async def main() -> None:
    tasks = [asyncio.create_task(my_task(), name=f"my-task-{i}") for i in range(5)]
    for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name):
        print(f"{task.get_name()}: {'done' if task.done() else 'pending'}")
    await asyncio.wait(tasks)
    print(f"left: {len(asyncio.all_tasks())}")


asyncio.run(main())
print("Completed All Tasks")
