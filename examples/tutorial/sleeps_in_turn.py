# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Two sleeps of two seconds, waited for one after the other, take four."""
import asyncio

from support.pace import Stopwatch, seconds


async def main() -> None:
    watch = Stopwatch()
    print(f"started at {watch.seconds():.2f} seconds")
    await asyncio.sleep(seconds(2))
    await asyncio.sleep(seconds(2))
    print(f"finished at {watch.seconds():.2f} seconds")


asyncio.run(main())
