# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""compare_test.py BUILT: the comparer finds what is not the same. Differences are planted: in what programs print, and
by putting one program into another's place."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import compare  # noqa: E402
from programs import Program  # noqa: E402

BUILT = Path(sys.argv.pop(1)).resolve()
SAME = Program("some", "000")
FREE = Program("some", "000", order="free")
PRINTED = "One\nOne\nTwo\ntook 3.01 seconds\n"


class CompareTest(unittest.TestCase):
    def test_the_same_is_the_same(self):
        for program in (SAME, FREE):
            self.assertEqual(compare.difference(program, PRINTED, PRINTED), "")

    def test_a_word_that_differs_is_shown_in_a_diff(self):
        for program in (SAME, FREE):
            diff = compare.difference(program, PRINTED, PRINTED.replace("Two", "Tow"))
            self.assertIn("-Two", diff)
            self.assertIn("+Tow", diff)

    def test_a_line_that_is_missing_or_comes_once_too_often_differs_in_any_order(self):
        for program in (SAME, FREE):
            self.assertTrue(compare.difference(program, PRINTED, PRINTED.replace("One\n", "", 1)))
            self.assertTrue(compare.difference(program, PRINTED, "One\n" + PRINTED))

    def test_another_order_differs_unless_it_is_free(self):
        other = "Two\nOne\nOne\ntook 3.01 seconds\n"
        self.assertTrue(compare.difference(SAME, PRINTED, other))
        self.assertEqual(compare.difference(FREE, PRINTED, other), "")

    def test_durations_are_whole_seconds(self):
        for program in (SAME, FREE):
            self.assertEqual(compare.difference(program, PRINTED, PRINTED.replace("3.01", "3.38")), "")
            self.assertTrue(compare.difference(program, PRINTED, PRINTED.replace("3.01", "3.51")))
            self.assertTrue(compare.difference(program, PRINTED, PRINTED.replace("3.01", "1.01")))

    def test_other_numbers_are_compared_as_they_are(self):
        self.assertTrue(compare.difference(SAME, "pi 3.14\n", "pi 3.15\n"))

    def compare_with(self, name: str, script: str) -> subprocess.CompletedProcess:
        """Compares with a program that was put into the place of the one that was built."""
        with tempfile.TemporaryDirectory(prefix="planted-") as directory:
            planted = Path(directory, name)
            planted.write_text("#!/bin/sh\n" + script)
            planted.chmod(0o755)
            command = [sys.executable, "-B", compare.__file__, directory, name]
            return subprocess.run(command, capture_output=True, text=True)

    def test_the_right_program_passes_and_another_one_in_its_place_does_not(self):
        self.assertEqual(self.compare_with("sleeping", f"exec {BUILT}/sleeping").returncode, 0)
        other = self.compare_with("sleeping", f"exec {BUILT}/countasync")
        self.assertEqual(other.returncode, 1)
        self.assertIn("+One", other.stdout)
        self.assertIn("-sleeping for 1 second(s)", other.stdout)

    def test_a_program_that_fails_or_says_nothing_does_not_pass(self):
        failed = self.compare_with("sleeping", f"{BUILT}/sleeping; exit 3")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("ended with 3", failed.stdout)
        self.assertEqual(self.compare_with("sleeping", "true").returncode, 1)


if __name__ == "__main__":
    unittest.main()
