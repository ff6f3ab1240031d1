# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Twenty pages in batches of ten, so that the server never has more than ten to answer.

The tutorial computes one batch too many where the number of pages is a multiple of the batch's.
"""
import asyncio

from support.pace import Stopwatch
from support.web import Session, slow_page


async def fetch(session: Session, number: int) -> str:
    response = await session.get(slow_page(1, f"/data/{number % 3 + 1}.json"))
    return response.json()["occupation"]


async def main(numbers: list[int], batch_size: int = 10) -> None:
    responses = []
    async with Session() as session:
        for start in range(0, len(numbers), batch_size):
            batch = numbers[start:start + batch_size]
            watch = Stopwatch()
            responses += await asyncio.gather(*(fetch(session, number) for number in batch))
            print(f"a batch of {len(batch)} in {watch.seconds():.2f} seconds")
    print(*responses)


asyncio.run(main(list(range(20))))
