"""What Ctrl-C does to a program: it dies by SIGINT itself and in silence if it lets KeyboardInterrupt pass, and else does as it likes."""

import os
import signal
import subprocess
import unittest


class Program:
    """One that runs, with what it prints; `press` is Ctrl-C."""

    def __init__(self, what, **options):
        # Without a buffer: what one has read beyond a line, communicate() would not find.
        self.process = subprocess.Popen([os.environ["TANDEM_INTERRUPTS"], what], bufsize=0, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def line(self):
        return self.process.stdout.readline().decode().rstrip("\n")

    def press(self):
        self.process.send_signal(signal.SIGINT)

    def end(self):
        """Exit code, and what had not been read yet of stdout and stderr."""
        try:
            out, err = self.process.communicate(timeout=30)
        finally:
            self.process.kill()  # nothing if it has ended
        return self.process.returncode, out.decode(), err.decode()


class Interrupts(unittest.TestCase):
    def died_in_silence(self, what, rest=""):
        program = Program(what)
        self.assertEqual(program.line(), "ready")
        program.press()
        self.assertEqual(program.end(), (-signal.SIGINT, rest, ""))

    def test_who_lets_it_pass_dies_by_sigint(self):
        self.died_in_silence("passes", rest="from a stream\nfrom stdio\n")

    def test_threads_and_pools_do_not_hold_that_up(self):
        self.died_in_silence("passes_in_company")

    def test_nor_does_noexcept(self):
        self.died_in_silence("passes_through_noexcept")

    def test_nor_does_a_handler_that_throws_on(self):
        self.died_in_silence("passes_after_a_look", rest="seen\n")

    def test_who_catches_it_goes_on(self):
        program = Program("catches_and_goes_on")
        for _ in range(3):
            self.assertEqual(program.line(), "ready")
            program.press()
            self.assertEqual(program.line(), "KeyboardInterrupt")
        self.assertEqual(program.end(), (0, "done\n", ""))

    def test_a_pool_with_work_for_an_hour_ends_at_once(self):
        program = Program("catches_outside_a_pool")
        self.assertEqual(program.line(), "ready")
        program.press()
        self.assertEqual(program.end(), (0, "stopped\n", ""))

    def test_the_second_one_ends_a_program_that_does_not_listen(self):
        program = Program("computes")
        self.assertEqual(program.line(), "ready")
        program.press()
        self.assertEqual(program.line(), "still here")
        program.press()
        self.assertEqual(program.end(), (-signal.SIGINT, "", ""))

    def test_ignored_at_the_start_it_stays_ignored(self):
        program = Program("waits_for_a_word", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        self.assertEqual(program.line(), "ready")
        for _ in range(3):
            program.press()
        program.process.stdin.write(b"go\n")
        self.assertEqual(program.end(), (0, "undisturbed\n", ""))

    def test_other_exceptions_end_a_program_as_ever(self):
        code, _, err = Program("throws_something_else").end()
        self.assertEqual(code, -signal.SIGABRT)
        self.assertIn("something else", err)


if __name__ == "__main__":
    unittest.main()
