"""The driver of the benchmarks, with contenders of our own that say what we want them to say."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import measure  # noqa: E402
import question  # noqa: E402


def table(text):
    return question.read("some", text).tables[0]


TWO = """
program = "p"
[[table]]
title = "T"
peer = "a"
contenders = [{ name = "a", run = "a" }, { name = "b", run = "b" }]
"""


class RunOnce(unittest.TestCase):
    def run_python(self, code, cpus=None):
        return measure.run_once([sys.executable, "-c", code], cpus or os.sched_getaffinity(0))

    def test_the_figure_is_what_was_printed(self):
        self.assertEqual(self.run_python("print(12.5)"), 12.5)

    def test_it_runs_where_it_is_to_run(self):
        cpu = max(os.sched_getaffinity(0))
        self.assertEqual(self.run_python("import os; print(*(cpu + 1 for cpu in os.sched_getaffinity(0)))", [cpu]), cpu + 1)

    def test_no_core_dumps(self):
        code = "import resource; print(1 + max(resource.getrlimit(resource.RLIMIT_CORE)))"
        self.assertEqual(self.run_python(code), 1)

    def test_what_a_failed_contender_says_is_shown(self):
        with self.assertRaisesRegex(measure.Failed, "(?s)ended with 3.*no luck"):
            self.run_python("import sys; print('no luck', file=sys.stderr); print(1); sys.exit(3)")

    def test_what_is_no_time_is_refused(self):
        for code in ("print('soon')", "print(0)", "print(-1)", "print('inf')", "print('nan')", "print(1); print(2)", ""):
            with self.assertRaisesRegex(measure.Failed, "not one positive number"):
                self.run_python(code)


class Rounds(unittest.TestCase):
    def test_contenders_take_turns_and_the_order_moves_on(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            commands = {
                name: [sys.executable, "-c", f"open({str(log)!r}, 'a').write('{name}'); print({figure})"]
                for name, figure in (("a", 10), ("b", 20))
            }
            figures = measure.run_rounds(table(TWO), commands, os.sched_getaffinity(0), 3, lambda text: None)
            self.assertEqual(log.read_text(), "abbaab")
        self.assertEqual(figures, {"a": [10] * 3, "b": [20] * 3})


class Tables(unittest.TestCase):
    def test_ratios_are_of_the_same_round(self):
        figures = {"a": [100.0, 200.0, 400.0], "b": [200.0, 400.0, 800.0]}
        self.assertEqual(measure.ratios(figures, "b", "a"), [2, 2, 2])
        _, _, a, b = measure.lines_of_table(table(TWO), figures)
        self.assertEqual([cell.strip() for cell in a.split("|")[1:-1]], ["a", "200 ns", "150 ns - 300 ns", "5,000,000", "1", ""])
        self.assertEqual(
            [cell.strip() for cell in b.split("|")[1:-1]], ["b", "400 ns", "300 ns - 600 ns", "2,500,000", "2.00", "2.00 - 2.00"]
        )

    def test_what_is_no_operation_has_no_rate(self):
        head, _, a, _ = measure.lines_of_table(table(TWO + "rate = false"), {"a": [100.0], "b": [150.0]})
        self.assertEqual([cell.strip() for cell in head.split("|")[1:-1]], ["", "median", "quartiles", "x a", "quartiles"])
        self.assertEqual([cell.strip() for cell in a.split("|")[1:-1]], ["a", "100 ns", "100 ns - 100 ns", "1", ""])

    def test_memory_is_told_in_bytes(self):
        asked = table(TWO + 'rate = false\nmeasures = "memory"')
        self.assertEqual((asked.unit, table(TWO).unit), ("bytes", "nanoseconds"))
        _, _, a, _ = measure.lines_of_table(asked, {"a": [2048.0], "b": [4096.0]})
        self.assertEqual([cell.strip() for cell in a.split("|")[1:-1]], ["a", "2.00 KiB", "2.00 KiB - 2.00 KiB", "1", ""])

    def test_sizes(self):
        for count, text in ((1, "1.00 B"), (999.4, "999 B"), (1024, "1.00 KiB"), (12_345_678, "11.8 MiB"), (3 * 2**30, "3.00 GiB")):
            self.assertEqual(measure.memory_text(count), text)

    def test_goals(self):
        figures = {"a": [100.0], "b": [150.0]}
        goal = 'goals = [{ contender = "b", beside = "a", at_most = %s }]'
        self.assertTrue(next(measure.lines_of_goals(table(TWO + goal % 1.5), figures)).startswith("goal met: b takes 1.5 x a"))
        self.assertTrue(next(measure.lines_of_goals(table(TWO + goal % 1.4), figures)).startswith("goal MISSED: b takes 1.5 x a"))

    def test_times(self):
        for nanoseconds, text in ((1.234, "1.23 ns"), (999.4, "999 ns"), (999.6, "1.00 us"), (12_345, "12.3 us"), (3.2e9, "3.20 s")):
            self.assertEqual(measure.time_text(nanoseconds), text)


class Questions(unittest.TestCase):
    def test_those_of_the_project_can_be_read_and_their_python_files_exist(self):
        known = question.all_questions()
        self.assertIn("process_start", known)
        for each in known.values():
            for contender in (contender for one in each.tables for contender in one.contenders):
                if contender.run.endswith(".py"):
                    self.assertTrue((each.folder / contender.run).is_file(), contender)

    def test_mistakes_are_refused(self):
        for text in (
            TWO.replace('peer = "a"', 'peer = "c"'),
            TWO.replace('run = "b"', 'runs = "b"'),
            TWO.replace('program = "p"', ""),
            TWO + 'placements = ["three cores"]',
            TWO + 'rate = false\nmeasures = "weight"',
            TWO + 'measures = "memory"',
            TWO + 'goals = [{ contender = "b", beside = "c", at_most = 1 }]',
        ):
            with self.assertRaises(question.BadQuestion):
                table(text)


if __name__ == "__main__":
    unittest.main()
