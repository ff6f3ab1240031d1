# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A session that nobody closed is reported with the line that made it: debug mode remembers that."""
import asyncio
import inspect

from support.web import Session, page

marked = 0


def on_report(_, context: dict) -> None:
    what, place = context["message"].split(", made at ")
    print(f"{what}, made in the marked line: {place.endswith(f'unclosed_session.py:{marked}')}")


async def main() -> None:
    global marked
    asyncio.get_running_loop().set_exception_handler(on_report)
    marked = inspect.currentframe().f_lineno + 1
    session = Session()
    response = await session.get(page("/about.html"))
    print(f"Got {response.status}, and nobody closes the session")


asyncio.run(main(), debug=True)
