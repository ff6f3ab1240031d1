# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""One of two inner gathers is cancelled; the outer one takes that for a result and waits for the other."""
import asyncio

from support.pace import seconds


async def f1() -> str:
    await asyncio.sleep(seconds(2))
    return "f1"


async def f2() -> str:
    await asyncio.sleep(seconds(2))
    return "f2"


async def main() -> None:
    group1 = asyncio.gather(f1(), f1())
    group2 = asyncio.gather(f2(), f2())
    group1.cancel()
    for group in await asyncio.gather(group1, group2, return_exceptions=True):
        print("CancelledError" if isinstance(group, asyncio.CancelledError) else group)


asyncio.run(main())
