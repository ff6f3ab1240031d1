# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Redirections are followed, up to ten; a broken connection, or a server that is busy, is tried three times."""
import asyncio
import os

from support.pace import seconds
from support.web import ConnectionBroken, HttpError, Session, page


async def get(session: Session, path: str) -> str:
    for attempt in range(1, 4):
        try:
            response = await session.get(page(path))
            response.raise_for_status()
            return f"[{response.status}] from {response.url.removeprefix(page(''))}, attempt {attempt}"
        except (ConnectionBroken, HttpError) as error:
            outcome = f"{error}, attempt {attempt}"
            if isinstance(error, HttpError) and error.status != 503:
                break
            await asyncio.sleep(seconds(1))
    return outcome


async def main() -> None:
    paths = {"a redirection": "/-/redirect?to=/about.html", "a redirection in a circle": "/-/redirect-loop",
             "a reset": "/-/reset", "a busy server": f"/-/flaky/2/{os.getpid()}", "no such page": "/-/status/404"}
    async with Session() as session:
        results = await asyncio.gather(*(get(session, path) for path in paths.values()))
    for name, result in zip(paths, results):
        print(f"{name}: {result.replace(str(os.getpid()), 'KEY')}")


asyncio.run(main())
