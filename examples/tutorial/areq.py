# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Gets the links out of many pages at once and writes them to foundurls.txt: the tutorial's full program.

Links of a page that redirected are relative to where it led to.
"""
import asyncio
import logging
import sys
from urllib.parse import urljoin

from support.web import ConnectionBroken, HttpError, Session, hrefs

logging.basicConfig(format="%(levelname)s:%(name)s: %(message)s", level=logging.INFO, stream=sys.stdout)
logger = logging.getLogger("areq")


async def fetch_html(url: str, session: Session):
    resp = await session.get(url)
    resp.raise_for_status()
    logger.info("Got response [%s] for URL: %s", resp.status, url)
    return resp


async def parse(url: str, session: Session) -> set[str]:
    try:
        resp = await fetch_html(url, session)
    except HttpError as e:
        logger.error("HTTP exception for %s [%s]: %s", url, e.status, e.message)
        return set()
    except ConnectionBroken as e:
        logger.error("Non-HTTP exception for %s: %s", url, e)
        return set()
    found = {urljoin(resp.url, link) for link in hrefs(resp.text())}
    logger.info("Found %d links for %s", len(found), url)
    return found


async def write_one(file: str, url: str, session: Session) -> None:
    res = await parse(url, session)
    if not res:
        return
    with open(file, "a") as f:
        for p in res:
            f.write(f"{url}\t{p}\n")
    logger.info("Wrote results for source URL: %s", url)


async def bulk_crawl_and_write(file: str, urls: set[str]) -> None:
    async with Session() as session:
        await asyncio.gather(*(write_one(file, url, session) for url in urls))


if __name__ == "__main__":
    with open("urls.txt") as infile:
        urls = set(map(str.strip, infile))
    with open("foundurls.txt", "w") as outfile:
        outfile.write("source_url\tparsed_url\n")
    asyncio.run(bulk_crawl_and_write("foundurls.txt", urls))
    with open("foundurls.txt") as outfile:
        print(outfile.read(), end="")
