# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The same without create_task(): gather() makes the tasks.

The tutorial hands bare coroutines to asyncio.wait(), which Python has refused since 3.11.
"""
import asyncio

from support.pace import Stopwatch, seconds


async def main() -> None:
    coroutines = [asyncio.sleep(seconds(2)), asyncio.sleep(seconds(2))]
    await asyncio.gather(*coroutines)


watch = Stopwatch()
asyncio.run(main())
print(f"took {watch.seconds():.2f} seconds")
