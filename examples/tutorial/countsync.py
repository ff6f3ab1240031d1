# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The same counts one after the other: three times one second."""
import time

from support.pace import Stopwatch, seconds


def count() -> None:
    print("One")
    time.sleep(seconds(1))
    print("Two")


def main() -> None:
    for _ in range(3):
        count()


if __name__ == "__main__":
    watch = Stopwatch()
    main()
    print(f"countsync executed in {watch.seconds():.2f} seconds.")
