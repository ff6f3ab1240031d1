# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Two pictures are fetched side by side and written to files.

asyncio.wait() is given tasks: it takes nothing else.
"""
import asyncio
import os

from support.web import Session, page


async def download_img(session: Session, url: str) -> None:
    file_name = os.path.basename(url)
    print(f"Downloading:{file_name}")
    response = await session.get(url)
    with open(file_name, mode="wb") as file:
        file.write(response.body)
    print(f"Done:{file_name} {os.path.getsize(file_name)} bytes")


async def main() -> None:
    urls = [page("/img/one.svg"), page("/img/two.svg")]
    async with Session() as session:
        tasks = [asyncio.create_task(download_img(session, url)) for url in urls]
        await asyncio.wait(tasks)


asyncio.run(main())
