# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Two callbacks of one task; functools.partial gives the second one an argument of its own."""
import asyncio
from functools import partial

from support.pace import seconds


async def f1() -> str:
    await asyncio.sleep(seconds(2))
    return "f1"


def callback1(future: asyncio.Future) -> None:
    print(future.result())
    print("this is callback1")


def callback2(t1: str, future: asyncio.Future) -> None:
    print(t1)
    print(future.result())


async def main() -> None:
    task1 = asyncio.create_task(f1())
    task1.add_done_callback(callback1)
    task1.add_done_callback(partial(callback2, "this is param t1"))
    await asyncio.wait([task1])


asyncio.run(main())
