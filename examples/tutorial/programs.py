# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The one table of the tutorials' programs: where each comes from, what it needs, and what of it is compared.

What a program prints must be the same in both languages, line by line; "free" order means the same lines, in any
order. Numbers that stand before the word "seconds" are compared as whole numbers of seconds.
"""
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Program:
    name: str
    chapter: str  # see CHAPTERS
    order: str = "same"  # of the lines: "same", or "free" where it hangs on who is served first
    site: bool = False  # whether it asks the site server for pages
    arguments: list[str] = field(default_factory=list)
    unlike: str = ""  # a program whose Python prints the same lines in another order, and must

    def source(self, language: str) -> Path:
        return HERE / f"{self.name}.{language}"

    def words(self, language: str) -> str:
        """What a source says of itself: its docstring or first comment."""
        text = self.source(language).read_text()
        if language == "py":
            return text.split('"""')[1].strip()
        lines = text.splitlines()[3:]
        comment = lines[:next(i for i, line in enumerate(lines) if not line.startswith("//"))]
        return " ".join(line[3:] for line in comment)


CHAPTERS = {
    "002": "Awaitables, tasks and futures",
    "003": "A tour of asynchronous I/O",
    "004": "Tasks",
    "001": "Tips: wait, gather, shield, executors",
    "000": "Executors and scrapers",
}

PROGRAMS = [
    Program("counter", "002", site=True, unlike="counter_blocked"),
    Program("counter_blocked", "002", site=True),
    Program("awaited_in_turn", "002"),
    Program("coroutines_gathered", "002"),
    Program("tasks_gathered", "002"),

    Program("countasync", "003"),
    Program("countsync", "003"),
    Program("rand", "003", order="free"),
    Program("chained", "003", arguments=["9", "6", "3"]),
    Program("asyncq", "003", order="free"),
    Program("endless", "003"),
    Program("mygen", "003"),
    Program("areq", "003", order="free", site=True),
    Program("areq_processes", "003", site=True),
    Program("disconnections", "003", site=True),
    Program("link_graph", "003", site=True),

    Program("simple_example", "004"),
    Program("never_waited", "004", order="free"),
    Program("all_tasks", "004"),
    Program("task_states", "004"),
    Program("cancel_one_another", "004"),
    Program("as_completed_doubles", "004"),
    Program("run_until_complete", "004"),
    Program("wait_timeout", "004"),

    Program("sleeps_in_turn", "001"),
    Program("sleeps_as_tasks", "001"),
    Program("sleeps_gathered", "001"),
    Program("shield_wait_for", "001"),
    Program("cancel_gather", "001"),
    Program("done_callback", "001"),
    Program("download_img", "001", order="free", site=True),
    Program("executor_two_threads", "001", order="free"),
    Program("rate_limit", "001", order="free", site=True),
    Program("queue_crawler", "001", order="free", site=True),
    Program("processes", "001"),
    Program("unclosed_session", "001", site=True),

    Program("sleeping", "000"),
    Program("gets_default_pool", "000", order="free", site=True),
    Program("gets_20_workers", "000", order="free", site=True),
    Program("gets_without_threads", "000", order="free", site=True),
    Program("step_curve", "000", site=True),
    Program("timed_tasks", "000", site=True),
    Program("gather_ordered", "000", site=True),
    Program("gather_batched", "000", site=True),
    Program("scraper_as_completed", "000", site=True),
    Program("scraper_gather", "000", site=True),
    Program("stream_download", "000", site=True),
    Program("async_gets", "000", site=True),
    Program("post", "000", site=True),
    Program("session_kept_open", "000", site=True),
]


def find(name: str) -> Program:
    for program in PROGRAMS:
        if program.name == name:
            return program
    raise KeyError(name)
