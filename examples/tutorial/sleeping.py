# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Two sleeps at once; their words come in the order in which they end."""
import asyncio

from support.pace import seconds


async def sleep_for(number: int) -> None:
    print(f"sleeping for {number} second(s)")
    await asyncio.sleep(seconds(number))
    print(f"done sleeping for {number} second(s)")


async def main() -> None:
    await asyncio.gather(sleep_for(1), sleep_for(2))


asyncio.run(main())
