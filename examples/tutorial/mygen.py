# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A generator that waits between two of its values, and the lists that comprehensions make of it."""
import asyncio

from support.pace import Stopwatch, seconds


async def mygen(u: int = 10):
    """Yields powers of 2."""
    for i in range(u):
        yield 2 ** i
        await asyncio.sleep(seconds(0.5))


async def main() -> None:
    watch = Stopwatch()
    g = [i async for i in mygen()]
    f = [j async for j in mygen() if not (j // 3 % 5)]
    print(g)
    print(f)
    print(f"one after the other: {watch.seconds():.1f} seconds")


asyncio.run(main())
