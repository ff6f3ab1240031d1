# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""One session across several gathers, closed at the end: the second round finds its connections still open."""
import asyncio

from support.web import Session, slow_page


async def call_url(session: Session, number: int) -> int:
    response = await session.get(slow_page(1, f"/data/{number}.json"))
    return response.json()["id"]


async def main() -> None:
    session = Session()
    for _ in range(2):
        print(await asyncio.gather(*[call_url(session, x) for x in (1, 2, 3)]))
        print(f"connections opened: {session.opened}")
    session.close()


asyncio.run(main())
