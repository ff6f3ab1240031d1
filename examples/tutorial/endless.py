# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""A generator stops at each yield and goes on from there, also after the loop that took from it was left."""
from itertools import cycle


def endless():
    """Yields 9, 8, 7, 6, 9, 8, 7, 6, ... forever"""
    yield from cycle((9, 8, 7, 6))


e = endless()
total = 0
for i in e:
    if total >= 30:
        print()
        break
    print(i, end=" ")
    total += i

print(next(e), next(e), next(e))
