# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""compare.py BUILT NAME: runs a program in both languages and compares what they print, as programs.py says.

Both run now: no output is kept anywhere. A tutorial's second lasts 100 ms; what differs then is tried again with 300 ms
and with a whole second, because a machine that stood still for a moment must not count, and what differs for another
reason still does. Ends with 1 and a diff if they differ.
"""
import difflib
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from programs import Program, find  # noqa: E402
from support.stage import Stage, stage  # noqa: E402

DURATION = re.compile(r"\d+\.\d+(?= seconds)")


class Broken(Exception):
    """A program ended with an error: nothing to compare, and nothing to try again."""


def lines_of(output: str) -> list[str]:
    """The lines as they are compared."""
    return [DURATION.sub(lambda number: str(round(float(number[0]))), line) for line in output.splitlines()]


def difference(program: Program, python: str, cpp: str) -> str:
    """How two outputs differ; empty if they do not."""
    ours, theirs = lines_of(cpp), lines_of(python)
    if program.order == "free":
        ours, theirs = sorted(ours), sorted(theirs)
    return "\n".join(difflib.unified_diff(theirs, ours, f"{program.name}.py", f"{program.name}.cpp", lineterm=""))


def without_durations(output: str) -> list[str]:
    return sorted(DURATION.sub("N", line) for line in output.splitlines())


def output_of(program: Program, language: str, on: Stage) -> str:
    done = on.run(program, language, capture_output=True, text=True, timeout=100)
    if done.returncode != 0 or not done.stdout:
        raise Broken(f"{program.name}.{language} ended with {done.returncode} and said:\n{done.stdout}{done.stderr}")
    return done.stdout


def alike(program: Program, cpp: str, on: Stage) -> str:
    """Whether a program does what the other one does that it must not be like: empty if it does not.

    The other's Python prints the same lines, but in another order or with other durations.
    """
    other = find(program.unlike)
    python = output_of(other, "py", on)
    if lines_of(python) == lines_of(cpp):
        return f"{program.name}.cpp does what {other.name}.py does; it should not"
    if without_durations(python) != without_durations(cpp):
        return f"{program.name}.cpp and {other.name}.py do not print the same lines:\n{cpp}\n{python}"
    return ""


def compare(program: Program, built: Path, scale: float) -> str:
    with stage(program, built, scale) as on:
        python, cpp = output_of(program, "py", on), output_of(program, "cpp", on)
        differs = difference(program, python, cpp)
        return differs or (alike(program, cpp, on) if program.unlike else "")


def main() -> int:
    built, program = Path(sys.argv[1]).resolve(), find(sys.argv[2])
    for scale in (0.1, 0.3, 1.0):
        try:
            differs = compare(program, built, scale)
        except Broken as broken:
            print(broken)
            return 1
        if not differs:
            return 0
        print(f"With {scale} real seconds for one of the tutorial's:\n{differs}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
