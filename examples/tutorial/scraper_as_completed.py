# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A scraper that works on each page as soon as it is there.

The shield keeps a page's task alive if whoever waits for it is cancelled; await says how it ended.
"""
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
        tasks = {asyncio.create_task(fetch(session, url)) for url in urls}
        for task in asyncio.as_completed(tasks):
            raw_data = await asyncio.shield(task)
            print(extract_data(*raw_data))


asyncio.run(main())
