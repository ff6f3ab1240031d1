# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""wait() stops waiting after two seconds and says who is done and who is not; it cancels nobody.

It wants tasks: bare coroutines, as in the tutorial, are refused since Python 3.11.
"""
import asyncio

from support.pace import seconds


async def my_worker(number: int) -> None:
    await asyncio.sleep(seconds(number))
    print("Hello World")


async def main() -> None:
    workers = [asyncio.create_task(my_worker(i), name=f"worker {i}") for i in (0, 1, 5)]
    done, pending = await asyncio.wait(workers, timeout=seconds(2))
    print("done:", *sorted(task.get_name() for task in done))
    print("pending:", *sorted(task.get_name() for task in pending))


asyncio.run(main())
