# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""What print(task) shows of a task's life: pending, then finished with a value or an exception, or cancelled.

Of the rest of the line, each language says what it knows: here only the state and the name are printed.
"""
import asyncio

from support.pace import seconds


async def sleeper() -> int:
    await asyncio.sleep(seconds(1))
    return 7


async def failing() -> None:
    raise ValueError("no such thing")


def show(task: asyncio.Task) -> None:
    text = str(task)
    state = text.removeprefix("<Task ").split()[0]
    print(f"{task.get_name()}: {state}{' result=7' if 'result=7' in text else ''}")


async def main() -> None:
    made = {name: asyncio.create_task(f(), name=name)
            for name, f in [("value", sleeper), ("error", failing), ("cancelled", sleeper)]}
    for task in made.values():
        show(task)
    made["cancelled"].cancel()
    await asyncio.wait(made.values())
    for task in made.values():
        show(task)
    print(f"exception: {made['error'].exception()}")


asyncio.run(main())
