# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A crawler of one site: three workers take pages from a queue and put the links there that nobody has seen yet."""
import asyncio
from urllib.parse import urldefrag, urljoin

from support.web import Session, hrefs, page


async def work(session: Session, q: asyncio.Queue, seen: set[str]) -> None:
    while True:
        url = await q.get()
        response = await session.get(url)
        links = hrefs(response.text()) if response.status == 200 else []
        print(f"{url.removeprefix(page(''))}: {response.status}, {len(links)} links")
        for link in links:
            found = urldefrag(urljoin(url, link)).url
            if found.startswith(page("/")) and found not in seen:
                seen.add(found)
                q.put_nowait(found)
        q.task_done()


async def main() -> None:
    q: asyncio.Queue = asyncio.Queue()
    seen = {page("/")}
    q.put_nowait(page("/"))
    async with Session() as session:
        workers = [asyncio.create_task(work(session, q, seen)) for _ in range(3)]
        await q.join()
        for worker in workers:
            worker.cancel()
    print(f"{len(seen)} pages")


asyncio.run(main())
