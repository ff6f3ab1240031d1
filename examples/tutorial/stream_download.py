# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A large file goes to the disk piece by piece: never all of it is in memory."""
import asyncio
import os

from support.web import Session, page


async def main() -> None:
    largest = 0
    async with Session() as session:
        with open("download.img", "wb") as file:
            async for piece in session.stream(page("/-/big?bytes=3000000")):
                file.write(piece)
                largest = max(largest, len(piece))
    print(f"{os.path.getsize('download.img')} bytes in pieces of at most 64 KiB: {largest <= 64 * 1024}")


asyncio.run(main())
