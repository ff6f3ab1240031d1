# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Each chain waits twice, one part for what the other returned; the chains do not wait for each other."""
import asyncio
import random
import sys

from support.pace import Stopwatch, seconds


async def part1(n: int) -> str:
    i = random.randint(0, 10)
    print(f"part1({n}) sleeping for {i} seconds.")
    await asyncio.sleep(seconds(i))
    result = f"result{n}-1"
    print(f"Returning part1({n}) == {result}.")
    return result


async def part2(n: int, arg: str) -> str:
    i = random.randint(0, 10)
    print(f"part2({n}, '{arg}') sleeping for {i} seconds.")
    await asyncio.sleep(seconds(i))
    result = f"result{n}-2 derived from {arg}"
    print(f"Returning part2({n}, '{arg}') == {result}.")
    return result


async def chain(n: int) -> None:
    watch = Stopwatch()
    p1 = await part1(n)
    p2 = await part2(n, p1)
    print(f"-->Chained result{n} => {p2} (took {watch.seconds():.2f} seconds).")


async def main(numbers: list[int]) -> None:
    await asyncio.gather(*(chain(n) for n in numbers))


if __name__ == "__main__":
    random.seed(444)
    watch = Stopwatch()
    asyncio.run(main([int(n) for n in sys.argv[1:]] or [1, 2, 3]))
    print(f"Program finished in {watch.seconds():.2f} seconds.")
