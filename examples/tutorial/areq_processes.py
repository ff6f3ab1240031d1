# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""areq with its parsing in a pool of processes: what computes long must not hold the loop up."""
import asyncio
from concurrent.futures import ProcessPoolExecutor
from urllib.parse import urljoin

from support.web import HttpError, Session, hrefs


def parse(url: str, html: str) -> list[str]:
    return sorted({urljoin(url, link) for link in hrefs(html)})


async def find_links(url: str, session: Session, processes: ProcessPoolExecutor) -> list[str]:
    resp = await session.get(url)
    try:
        resp.raise_for_status()
    except HttpError as e:
        print(f"{url}: {e}")
        return []
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(processes, parse, resp.url, resp.text())


async def main(urls: list[str]) -> None:
    with ProcessPoolExecutor(2) as processes:
        async with Session() as session:
            found = await asyncio.gather(*(find_links(url, session, processes) for url in urls))
    for url, links in zip(urls, found):
        print(f"{url}: {len(links)} links")
        for link in links:
            print(f"    {link}")


if __name__ == "__main__":
    with open("urls.txt") as infile:
        asyncio.run(main(infile.read().split()))
