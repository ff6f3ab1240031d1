# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A crawler that makes three requests in any two seconds, however fast the answers come."""
import asyncio
from collections import deque

from support.pace import Stopwatch, seconds
from support.web import Session, page


class RateLimiter:
    def __init__(self, entries: int, period: float) -> None:
        self._period, self._turn = period, asyncio.Lock()
        self._free_at = deque([0.0] * entries)

    async def acquire(self) -> None:
        async with self._turn:
            now = asyncio.get_running_loop().time
            await asyncio.sleep(max(0.0, self._free_at.popleft() - now()))
            self._free_at.append(now() + self._period)


async def fetch(session: Session, limiter: RateLimiter, watch: Stopwatch, number: int) -> None:
    await limiter.acquire()
    started = watch.seconds()
    response = await session.get(page("/about.html"))
    print(f"request {number} [{response.status}] started after {started:.2f} seconds")


async def main() -> None:
    limiter, watch = RateLimiter(3, seconds(2)), Stopwatch()
    async with Session() as session:
        await asyncio.gather(*(fetch(session, limiter, watch, number) for number in range(8)))


asyncio.run(main())
