# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A form is posted, then the same as JSON; the server answers with what it got."""
import asyncio
import json

from support.web import Session, page


def show(response) -> None:
    print(json.dumps(response.json(), sort_keys=True, separators=(",", ":")))


async def main() -> None:
    data = {"name": "John Doe", "occupation": "gardener"}
    async with Session() as client:
        show(await client.post_form(page("/-/echo"), data))
        show(await client.post_json(page("/-/echo"), data))


asyncio.run(main())
