# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The tutorials wait for whole seconds; TUTORIAL_SCALE=0.1 makes theirs a tenth of ours, here and in pace.hpp."""
import os
import time

SCALE = float(os.environ.get("TUTORIAL_SCALE", "1"))


def seconds(number: float) -> float:
    """So many of the tutorial's seconds, in real ones: what the sleeping calls want."""
    return number * SCALE


class Stopwatch:
    """Counts the tutorial's seconds from when it is made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        return (time.perf_counter() - self._start) / SCALE
