# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The counter ticks on while the request waits: here on a thread of its own, which is what asyncio needs for it."""
import asyncio
import urllib.request

from support.pace import Stopwatch, seconds
from support.web import slow_page


async def counter() -> None:
    print("Started counter")
    for i in range(10):
        watch = Stopwatch()
        await asyncio.sleep(seconds(0.25))
        print(f"{i}: Was asleep for {watch.seconds():.2f} seconds")


async def main() -> None:
    ticking = asyncio.create_task(counter())
    await asyncio.sleep(0)  # let it start
    print("Sending HTTP request")
    with await asyncio.to_thread(urllib.request.urlopen, slow_page(4)) as response:
        print(f"Got HTTP response with status {response.status}")
    await ticking


asyncio.run(main())
