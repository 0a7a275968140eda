"""How a program ends whose threads were started as temporaries: they are asked to stop and joined, and the exit code is main's."""

import os
import subprocess
import unittest


def run(what):
    return subprocess.run([os.environ["TANDEM_EXITS"], what], capture_output=True, text=True, timeout=30)


class Exits(unittest.TestCase):
    def check(self, what, stdout, exit_code=0):
        done = run(what)
        self.assertEqual(done.returncode, exit_code, done.stderr)
        self.assertEqual(done.stdout.splitlines(), stdout)
        return done.stderr

    def test_kept_threads_are_stopped_and_joined(self):
        self.assertEqual(self.check("joined", ["main returns", "ended", "ended", "ended"]), "")

    def test_they_are_stopped_all_at_once(self):
        self.check("side_by_side", ["ended", "ended"])

    def test_statics_made_before_them_outlive_them(self):
        self.check("uses_older_statics", ["whole"])

    def test_a_thread_may_start_another_while_it_is_being_joined(self):
        for _ in range(20):  # what goes wrong here may go unnoticed once
            self.check("starts_another_at_exit", ["late"] * 6)

    def test_an_exception_at_exit_is_printed(self):
        stderr = self.check("throws_at_exit", [])
        self.assertIn("Exception in thread last: std::runtime_error: too late", stderr)

    def test_a_kept_thread_may_call_exit(self):
        self.check("exits_itself", [], exit_code=7)

    def test_a_timer_that_nobody_holds_fires_before_the_end(self):
        self.check("timer_fires", ["main returns", "fired"])

    def test_a_timer_that_main_holds_is_cancelled_with_it(self):
        self.check("named_timer", ["main returns"])

    def test_a_daemon_is_not_waited_for(self):
        self.check("daemon_is_left", ["main returns"])

    def test_the_main_thread_can_be_joined(self):
        self.check("joins_main", ["main returns", "main has ended"])

    def test_an_object_of_a_derived_class_is_kept(self):
        self.check("made_temporary", ["made, and kept"])


if __name__ == "__main__":
    unittest.main()
