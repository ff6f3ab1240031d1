# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Every program of five asyncio tutorials, in Python and in C++: by name, both are run one after the other."""
import argparse
import shutil
import sys
from pathlib import Path

import page
from programs import CHAPTERS, PROGRAMS, find
from support.stage import BUILT, stage


def show_list() -> None:
    for chapter, title in CHAPTERS.items():
        print(f"{title}:")
        for program in PROGRAMS:
            if program.chapter == chapter:
                print(f"  {program.name:22} {program.words('py').splitlines()[0]}")


def run(name: str, built: Path, scale: float) -> int:
    program = find(name)
    worst = 0
    with stage(program, built, scale) as on:
        for language in ("py", "cpp"):
            print(f"--- {program.name}.{language}", flush=True)
            worst = max(worst, on.run(program, language).returncode)
        for drawing in Path(on.directory).glob("*.svg"):
            if name == "step_curve":
                print(f"The curve: {shutil.copy(drawing, built)}")
    return worst


def main() -> int:
    parser = argparse.ArgumentParser(prog="examples/run tutorial", description=__doc__)
    parser.add_argument("name", nargs="?", help="the program; none: a list of them")
    parser.add_argument("--scale", type=float, default=1, help="real seconds for one of the tutorial's (1)")
    parser.add_argument("--page", action="store_true", help="write all of them side by side into a page")
    parser.add_argument("--built", type=Path, default=BUILT, help="where the programs were built")
    options = parser.parse_args()
    built = options.built.resolve()
    if options.page:
        print(page.write(built, options.scale))
        return 0
    if options.name is None:
        show_list()
        return 0
    if options.name not in (program.name for program in PROGRAMS):
        print(f"There is no program '{options.name}'. There are:", *(program.name for program in PROGRAMS),
              file=sys.stderr)
        return 2
    return run(options.name, built, options.scale)


if __name__ == "__main__":
    sys.exit(main())
