# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The same twenty GETs with no threads at all: a task for each."""
import asyncio

from support.pace import Stopwatch
from support.web import Session, slow_page


async def get(session: Session, number: int, watch: Stopwatch) -> None:
    response = await session.get(slow_page(1))
    print(f"GET {number} [{response.status}] after {watch.seconds():.2f} seconds")


async def main() -> None:
    watch = Stopwatch()
    async with Session() as session:
        await asyncio.gather(*(get(session, number, watch) for number in range(20)))


asyncio.run(main())
