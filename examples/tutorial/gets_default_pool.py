# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Twenty GETs that block, on the default executor: min(32, CPUs + 4) threads, so they come in steps."""
import asyncio
import urllib.request

from support.pace import Stopwatch
from support.web import slow_page


def get(number: int, watch: Stopwatch) -> None:
    with urllib.request.urlopen(slow_page(1)) as response:
        response.read()
        # The end of the line belongs to the text: print() writes its own separately, and other threads come between.
        print(f"GET {number} [{response.status}] after {watch.seconds():.2f} seconds\n", end="")


async def main() -> None:
    loop, watch = asyncio.get_running_loop(), Stopwatch()
    await asyncio.gather(*(loop.run_in_executor(None, get, number, watch) for number in range(20)))


asyncio.run(main())
