# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""page_test.py BUILT: the table holds every program in both languages, the page shows all of them, and the curve."""
import sys
import unittest
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import page  # noqa: E402
from programs import CHAPTERS, HERE, PROGRAMS  # noqa: E402

BUILT = Path(sys.argv.pop(1)).resolve()
LANGUAGES = ("py", "cpp")
OURS = {"main.py", "page.py", "programs.py"}  # what lies beside the programs and is none


class Reader(HTMLParser):
    """The texts of the <pre> elements by their ids, what is linked to, and how many dots the curve has."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.dots = 0
        self.loads: list[str] = []
        self._current = ""

    def handle_starttag(self, tag, attrs) -> None:
        attributes = dict(attrs)
        self.ids.add(attributes.get("id", ""))
        self.dots += tag == "circle"
        self.loads += [attributes["src"]] if "src" in attributes else []
        if tag == "a":
            self.links.add(attributes["href"])
        if tag == "pre":
            self._current = attributes["id"]
            self.texts[self._current] = ""

    def handle_endtag(self, tag) -> None:
        if tag == "pre":
            self._current = ""

    def handle_data(self, data) -> None:
        if self._current:
            self.texts[self._current] += data


class TableTest(unittest.TestCase):
    def test_every_file_is_a_program_of_the_table_and_every_program_has_its_files(self):
        for language in LANGUAGES:
            files = {path.name for path in HERE.glob(f"*.{language}")} - OURS
            self.assertEqual(files, {f"{program.name}.{language}" for program in PROGRAMS})

    def test_names_are_unique_and_chapters_and_opposites_exist(self):
        names = [program.name for program in PROGRAMS]
        self.assertEqual(len(names), len(set(names)))
        for program in PROGRAMS:
            self.assertIn(program.chapter, CHAPTERS)
            self.assertIn(program.order, ("same", "free"))
            self.assertIn(program.unlike or program.name, names)


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.path = page.write(BUILT, 0.1)
        cls.reader = Reader()
        cls.reader.feed(cls.path.read_text())

    def test_the_page_holds_every_pair_as_it_stands_in_the_files(self):
        for program in PROGRAMS:
            for language in LANGUAGES:
                shown = self.reader.texts[f"{program.name}.{language}"]
                source = program.source(language).read_text()
                self.assertTrue(source.endswith(shown), f"{program.name}.{language}")
                self.assertGreater(len(shown), len(source) / 3)

    def test_links_lead_to_places_on_the_page_and_nothing_is_loaded(self):
        for link in self.reader.links:
            self.assertIn(link.removeprefix("#"), self.reader.ids)
        self.assertEqual(self.reader.loads, [])
        self.assertNotIn("{{", self.path.read_text().split("<h2")[0])

    def test_the_curve_has_a_dot_for_each_request_of_each_kind(self):
        self.assertEqual(self.reader.dots, 60)


if __name__ == "__main__":
    unittest.main()
