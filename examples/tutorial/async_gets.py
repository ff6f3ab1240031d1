# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Several GETs at once, each with a session of its own; their texts are printed in the order they were asked for."""
import asyncio

from support.web import Session, page


async def get_async(url: str):
    async with Session() as client:
        return await client.get(url)


async def launch(urls: list[str]) -> None:
    resps = await asyncio.gather(*map(get_async, urls))
    for html in [resp.text() for resp in resps]:
        print(html)


asyncio.run(launch([page("/about.html"), page("/data/1.json")]))
