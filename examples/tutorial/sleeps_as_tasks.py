# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Two sleeps of two seconds, each a task of its own, take two."""
import asyncio

from support.pace import Stopwatch, seconds


async def main() -> None:
    watch = Stopwatch()
    print(f"started at {watch.seconds():.2f} seconds")
    task1 = asyncio.create_task(asyncio.sleep(seconds(2)))
    task2 = asyncio.create_task(asyncio.sleep(seconds(2)))
    await task1
    await task2
    print(f"finished at {watch.seconds():.2f} seconds")


asyncio.run(main())
