# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Three counts side by side: each sleeps one second, and so do all of them."""
import asyncio

from support.pace import Stopwatch, seconds


async def count() -> None:
    print("One")
    await asyncio.sleep(seconds(1))
    print("Two")


async def main() -> None:
    await asyncio.gather(count(), count(), count())


if __name__ == "__main__":
    watch = Stopwatch()
    asyncio.run(main())
    print(f"countasync executed in {watch.seconds():.2f} seconds.")
