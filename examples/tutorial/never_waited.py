# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Nobody waits for the tasks: when main is over, run() cancels what is left.

In the tutorial the tasks still ended, because each held the whole loop up with time.sleep(): see simple_example.
"""
import asyncio

from support.pace import seconds


async def my_task(number: int) -> None:
    try:
        await asyncio.sleep(seconds(1))
        print("Processing Task")
    except asyncio.CancelledError:
        print(f"task {number} was cancelled")
        raise


async def main() -> None:
    for i in range(5):
        asyncio.create_task(my_task(i))
    await asyncio.sleep(0)


asyncio.run(main())
print("Completed All Tasks")
