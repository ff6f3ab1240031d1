# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Producers and consumers that know a queue and not each other.

Nobody tells the consumers that nothing more will come: main waits until all is eaten, then cancels them. With this
seed no two of them wake in the same second.
"""
import argparse
import asyncio
import random

from support.pace import Stopwatch, seconds


async def randsleep(caller: str) -> None:
    i = random.randint(0, 10)
    print(f"{caller} sleeping for {i} seconds.")
    await asyncio.sleep(seconds(i))


async def produce(name: int, q: asyncio.Queue) -> None:
    for _ in range(random.randint(1, 3)):
        await randsleep(f"Producer {name}")
        i = f"{random.getrandbits(40):010x}"
        await q.put((i, Stopwatch()))
        print(f"Producer {name} added <{i}> to queue.")


async def consume(name: int, q: asyncio.Queue) -> None:
    while True:
        await randsleep(f"Consumer {name}")
        i, age = await q.get()
        print(f"Consumer {name} got element <{i}> in {age.seconds():.5f} seconds.")
        q.task_done()


async def main(nprod: int, ncon: int) -> None:
    q: asyncio.Queue = asyncio.Queue()
    producers = [asyncio.create_task(produce(n, q)) for n in range(nprod)]
    consumers = [asyncio.create_task(consume(n, q)) for n in range(ncon)]
    await asyncio.gather(*producers)
    await q.join()
    for c in consumers:
        c.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("-p", "--nprod", type=int, default=2)
    parser.add_argument("-c", "--ncon", type=int, default=3)
    parser.add_argument("-s", "--seed", type=int, default=1256)
    args = parser.parse_args()
    random.seed(args.seed)
    watch = Stopwatch()
    asyncio.run(main(args.nprod, args.ncon))
    print(f"Program completed in {watch.seconds():.5f} seconds.")
