"""Runs the tests that leak on purpose and sees that the fixture reports each leak, and nothing where all was cleaned up."""

import os
import re
import subprocess
import unittest

LEAKY = os.environ["TANDEM_LEAKY"]


def run(test, *options):
    return subprocess.run(
        [LEAKY, f"--gtest_filter={test}", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )


class LeakCheck(unittest.TestCase):
    def assert_reports(self, test, pattern):
        done = run(test)
        self.assertEqual(done.returncode, 1, f"{test} should have failed:\n{done.stdout}")
        self.assertRegex(done.stdout, re.compile(rf"left behind:\n(  .*\n)*  {pattern}", re.M))
        leaks = re.findall(r"^  (child|descriptor|thread|\d+ parked).*$", done.stdout, re.M)
        return leaks

    def test_child(self):
        self.assertEqual(self.assert_reports("Leaky.Child", r"child process \d+ \(.+, alive in state \w\)"), ["child"])

    def test_zombie(self):
        self.assertEqual(self.assert_reports("Leaky.Zombie", r"child process \d+ \(.+, a zombie: .*\)"), ["child"])

    def test_descriptor(self):
        self.assertEqual(self.assert_reports("Leaky.Descriptor", r"descriptor \d+ -> /dev/null"), ["descriptor"])

    def test_shared_object(self):
        self.assert_reports("Leaky.SharedObject", r"1 object\(s\) in shared memory")

    def test_thread(self):
        self.assertEqual(self.assert_reports("Leaky.Thread", r'thread \d+ "sleeper"'), ["thread"])

    def test_waiter(self):
        self.assertIn("1 parked", self.assert_reports("Leaky.Waiter", r"1 parked waiter"))

    def test_suite(self):
        self.assert_reports("LeakySuite.*", r"descriptor \d+ -> /dev/zero")

    def test_what_cleans_up_passes(self):
        done = run("Tidy.*", "--gtest_repeat=50")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("left behind", done.stdout)
        self.assertIn("[  PASSED  ] 4 tests.", done.stdout)

    def test_one_leak_does_not_fail_the_tests_behind_it(self):
        done = run("Leaky.Descriptor:Tidy.Thread")
        self.assertRegex(done.stdout, r"\[  PASSED  \] 1 test\.")
        self.assertRegex(done.stdout, r"\[  FAILED  \] 1 test, ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
