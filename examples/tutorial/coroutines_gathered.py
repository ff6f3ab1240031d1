# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Coroutines do not run before gather() makes tasks of them: two seconds of other work, then one second."""
import asyncio

from support.pace import Stopwatch, seconds


async def get_request(url: int) -> int:
    await asyncio.sleep(seconds(1))
    return url


async def main() -> None:
    responses = [get_request(url) for url in range(1, 6)]
    print(f"Number of tasks: {len(asyncio.all_tasks())}")
    await asyncio.sleep(seconds(2))
    print(await asyncio.gather(*responses))


watch = Stopwatch()
asyncio.run(main())
print(f"took {watch.seconds():.1f} seconds")
