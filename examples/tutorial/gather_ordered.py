# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Answers arrive in any order; gather() hands them out in the order they were asked for.

So nobody needs the list of one's own that the tutorial fills in.
"""
import asyncio

from support.web import Session, slow_page


async def fetch(session: Session, number: int) -> str:
    response = await session.get(slow_page(4 - number, f"/data/{number}.json"))
    print(f"arrived: {number}")
    return response.text().strip()


async def main() -> None:
    async with Session() as session:
        for text in await asyncio.gather(*(fetch(session, number) for number in (1, 2, 3))):
            print(text)


asyncio.run(main())
