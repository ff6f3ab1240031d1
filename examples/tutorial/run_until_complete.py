# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A loop of one's own, run until a gather is complete; its results come in the order of its arguments, always.

The tutorial makes the gather outside of any loop, and says that results come in any order: only their completion does.
"""
import asyncio

from support.pace import seconds


async def my_worker(number: int) -> str:
    await asyncio.sleep(seconds(3 - number))
    print(f"Hello World {number}")
    return f"result {number}"


async def main() -> list[str]:
    return await asyncio.gather(*[my_worker(i) for i in range(3)])


loop = asyncio.new_event_loop()
try:
    print(*loop.run_until_complete(main()), sep=", ")
    print(*loop.run_until_complete(main()), sep=", ")
finally:
    loop.close()
