# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Three producers draw numbers until one is high enough; whoever waits holds up nobody else.

Each has random numbers of its own, so that what it draws does not hang on whose turn it happened to be; and waits a
tenth of the tutorial's times.
"""
import asyncio
import random

from support.pace import seconds


async def makerandom(idx: int, threshold: int) -> int:
    numbers = random.Random(444 + idx)
    print(f"Initiated makerandom({idx}).")
    while (i := numbers.randint(0, 10)) <= threshold:
        print(f"makerandom({idx}) == {i} too low; retrying.")
        await asyncio.sleep(seconds(idx + 1) / 10)
    print(f"---> Finished: makerandom({idx}) == {i}")
    return i


async def main() -> list[int]:
    return await asyncio.gather(*(makerandom(i, 9 - i) for i in range(3)))


if __name__ == "__main__":
    r1, r2, r3 = asyncio.run(main())
    print()
    print(f"r1: {r1}, r2: {r2}, r3: {r3}")
