# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""wait_for(shield(task)) gives up after one second; the task, which takes two, goes on.

The TimeoutError is raised as ever: what the shield keeps away from the task is the cancellation.
"""
import asyncio

from support.pace import seconds


async def delay(number: int) -> int:
    print(f"start sleep {number}")
    await asyncio.sleep(seconds(number))
    print("end sleep")
    return number


async def main() -> None:
    delay_task = asyncio.create_task(delay(2))
    try:
        result = await asyncio.wait_for(asyncio.shield(delay_task), seconds(1))
        print(f"return value: {result}")
    except asyncio.TimeoutError:
        print("timeout")
        print(f"whether the task is cancelled: {delay_task.cancelled()}")
        print(f"return value: {await delay_task}")


asyncio.run(main())
