# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Runs the programs: with the site server where they ask for pages, in a directory that is gone afterwards."""
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from programs import HERE, Program

ROOT = HERE.parent.parent
BUILT = ROOT / "build/release/examples/tutorial"


@contextlib.contextmanager
def site_server(server: Path) -> Iterator[str]:
    """The address of a site that lives as long as the block does."""
    child = subprocess.Popen([server, "--root", HERE / "site"], stdout=subprocess.PIPE, text=True)
    try:
        yield child.stdout.readline().split()[-1].rstrip("/")
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


class Stage:
    """Where programs run, one after the other, at so many real seconds for a tutorial's second."""

    def __init__(self, built: Path, scale: float, directory: str, site: str) -> None:
        self.built, self.scale, self.directory, self.site = built, scale, directory, site

    def run(self, program: Program, language: str, **options) -> subprocess.CompletedProcess:
        command = [sys.executable, "-B", program.source("py")] if language == "py" else [self.built / program.name]
        environment = os.environ | {"TUTORIAL_SCALE": str(self.scale), "TUTORIAL_SITE": self.site}
        return subprocess.run([*command, *program.arguments], cwd=self.directory, env=environment, **options)


@contextlib.contextmanager
def stage(program: Program, built: Path = BUILT, scale: float = 1) -> Iterator[Stage]:
    """What this program needs; urls.txt names the pages that the scrapers begin with."""
    with contextlib.ExitStack() as stack:
        server = built.parent / "site_server/site_server"
        site = stack.enter_context(site_server(server)) if program.site else ""
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="tutorial-"))
        urls = (HERE / "site/urls.txt").read_text().split()
        Path(directory, "urls.txt").write_text("".join(f"{site}{path}\n" for path in urls))
        yield Stage(built, scale, directory, site)
