"""The command itself: help, version, and arguments that make no sense."""

import os
import re
import unittest
from pathlib import Path

from harness import TestCase, tandem


class Command(TestCase):
    def test_version_is_the_project_s(self):
        cmake = Path(os.environ["TANDEM_SOURCE"], "CMakeLists.txt").read_text()
        version = re.search(r"project\(tandem VERSION ([\d.]+)", cmake)[1]
        done = tandem("--version")
        self.assertEqual((done.code, done.stderr), (0, ""))
        self.assertRegex(done.stdout, rf"^(tandem )?{re.escape(version)}\n$")

    def test_help_names_every_program(self):
        done = tandem("--help")
        self.assertEqual((done.code, done.stderr), (0, ""))
        for name in ("crawl", "http", "demo"):
            self.assertRegex(done.stdout, rf"(?m)^\s+{name}\b")

    def test_help_of_each_program(self):
        for arguments, options in {
            ("crawl",): ("--db", "--depth", "--scope", "--fetchers", "--parsers", "--max-pages", "--max-bytes", "--parse-timeout", "--parse-memory"),
            ("http",): ("serve",),
            ("http", "serve"): ("--bind",),
            ("demo",): ("--fetchers", "--parsers"),
        }.items():
            done = tandem(*arguments, "--help")
            self.assertEqual((done.code, done.stderr), (0, ""), arguments)
            for option in options:
                self.assertIn(option, done.stdout)

    def test_wrong_usage(self):
        for arguments in ([], ["nonsense"], ["--nonsense"], ["crawl"], ["crawl", "--nonsense"], ["http"], ["http", "serve"],
                          ["crawl", "http://127.0.0.1/", "--fetchers"]):
            with self.subTest(arguments=arguments):
                done = tandem(*arguments, cwd=self.folder)
                self.assertEqual(done.code, 2, done.all)
                self.assertTrue(done.stderr.strip())
                self.assertEqual(done.stdout, "")
                self.assertRegex(done.stderr, r"--help|(?i:usage)")
                self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
