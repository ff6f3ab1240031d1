# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Several processes, each with an event loop of its own; the errors of its tasks are collected, not raised."""
import asyncio
from concurrent.futures import ProcessPoolExecutor

from support.pace import seconds


async def single(sleep_time: int, number: int) -> None:
    await asyncio.sleep(seconds(sleep_time))
    if number > sleep_time:
        raise ValueError(f"task {number} of {sleep_time} failed")


async def entrypoint(sleep_time: int) -> list[str]:
    tasks = [asyncio.create_task(single(sleep_time, number)) for number in range(3)]
    errors = []
    for completed_task in asyncio.as_completed(tasks):
        try:
            await completed_task
        except Exception as ex:
            errors.append(f"Error: {ex}")
    return sorted(errors)


def wrapper(sleep_time: int) -> list[str]:
    return asyncio.run(entrypoint(sleep_time))


def main() -> None:
    sleep_times = range(4)
    with ProcessPoolExecutor() as executor:
        for sleep_time, errors in zip(sleep_times, executor.map(wrapper, sleep_times)):
            print(f"sleep_time: {sleep_time}, got return: {', '.join(errors) or 'no errors'}")


if __name__ == "__main__":
    main()
