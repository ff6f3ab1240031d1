# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""How not to wait: five requests of one second, awaited in a loop, take five seconds.

A coroutine starts when it is awaited, inside the current task: no task is made for it.
"""
import asyncio

from support.pace import Stopwatch, seconds


async def get_request(url: int) -> int:
    await asyncio.sleep(seconds(1))
    return url


async def main() -> None:
    responses = [get_request(url) for url in range(1, 6)]
    for response in responses:
        print(await response)


watch = Stopwatch()
asyncio.run(main())
print(f"took {watch.seconds():.1f} seconds")
