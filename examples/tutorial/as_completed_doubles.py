# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""as_completed() gives results as they come: the last of these is done first."""
import asyncio

from support.pace import seconds


async def my_worker(number: int) -> int:
    await asyncio.sleep(seconds(5 - number))
    return number * 2


async def main() -> None:
    for next_done in asyncio.as_completed([my_worker(i) for i in range(5)]):
        print(await next_done)


asyncio.run(main())
