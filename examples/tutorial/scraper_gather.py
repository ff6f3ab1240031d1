# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The same scraper with gather(): all pages first, then the work on them, in the order of the list."""
import asyncio
import re

from support.web import Session, page, slow_page


async def fetch(session: Session, url: str) -> tuple[str, str]:
    return url, (await session.get(url)).text()


def extract_data(url: str, html: str) -> str:
    title = re.search("<title>(.*?)</title>", html)
    return f"{url.removeprefix(page('')).split('?')[0]}: {title[1] if title else 'no title'}"


async def main() -> None:
    urls = [slow_page(3, "/"), slow_page(1, "/docs/"), slow_page(2, "/docs/plain.txt")]
    async with Session() as session:
        for result in await asyncio.gather(*(fetch(session, url) for url in urls)):
            print(extract_data(*result))


asyncio.run(main())
