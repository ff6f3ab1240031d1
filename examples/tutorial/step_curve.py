# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""When each of twenty GETs is answered: default pool, twenty workers, no threads. The curve of the first has steps."""
import asyncio
import urllib.request
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor

from support.pace import Stopwatch
from support.web import Session, slow_page


async def measure(name: str, get: Callable[[], Awaitable]) -> None:
    watch = Stopwatch()

    async def timed() -> float:
        await get()
        return watch.seconds()

    for number, time in enumerate(sorted(await asyncio.gather(*(timed() for _ in range(20))))):
        print(f"{name}: {number + 1} answered after {time:.2f} seconds")


def blocking_get() -> None:
    with urllib.request.urlopen(slow_page(1)) as response:
        response.read()


def on(executor: Executor | None) -> Callable[[], Awaitable]:
    return lambda: asyncio.get_running_loop().run_in_executor(executor, blocking_get)


async def main() -> None:
    await measure("default pool", on(None))
    with ThreadPoolExecutor(max_workers=20) as executor:
        await measure("20 workers", on(executor))
    async with Session() as session:
        await measure("no threads", lambda: session.get(slow_page(1)))


asyncio.run(main())
