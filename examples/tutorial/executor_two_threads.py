# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Ten calls that block, on a pool of two threads: five rounds of one second."""
import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from support.pace import Stopwatch, seconds


def download_img(number: int) -> None:
    # The end of the line belongs to the text: print() writes its own separately, and other threads come between.
    print(f"Downloading:{number}\n", end="")
    time.sleep(seconds(1))
    print(f"Downloaded:{number}\n", end="")


async def main() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as executor:
        await asyncio.gather(*(loop.run_in_executor(executor, download_img, i) for i in range(10)))


watch = Stopwatch()
asyncio.run(main())
print(f"took {watch.seconds():.1f} seconds")
