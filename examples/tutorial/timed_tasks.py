# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""One task for each page; their answers are printed as JSON, and how long all of it took."""
import asyncio
import json

from support.pace import Stopwatch
from support.web import Session, slow_page


async def asynchronous(urls: list[str]) -> None:
    async with Session() as session:
        tasks = []
        for url in urls:
            tasks.append(asyncio.create_task(session.get(url)))
        for response in await asyncio.gather(*tasks):
            print(json.dumps(response.json(), sort_keys=True, separators=(",", ":")))


watch = Stopwatch()
asyncio.run(asynchronous([slow_page(2, f"/data/{i}.json") for i in (1, 2, 3)]))
print(f"{watch.seconds():.2f} seconds")
