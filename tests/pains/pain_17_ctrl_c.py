"""Ctrl-C hangs, or prints 40 tracebacks (cpython bpo-8296). Here: one Ctrl-C ends a program with a busy pool within 1 s, quietly, by
SIGINT, and nothing of it is left."""

import os
import signal
import subprocess
import time
import unittest

PROGRAM = os.environ["PROGRAM"]


def processes_of(group):
    """The pids of a process group that are there and no zombies: a terminal's Ctrl-C goes to all of them."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(name))
    return found


def gone_within(group, seconds):
    limit = time.monotonic() + seconds
    while processes_of(group):
        if time.monotonic() > limit:
            return False
        time.sleep(0.005)
    return True


class CtrlC(unittest.TestCase):
    def interrupt(self, where, to_group=True, processes=3):
        program = subprocess.Popen([PROGRAM, where], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(program.stdout.close)
        self.addCleanup(program.stderr.close)
        self.assertEqual(program.stdout.readline(), "busy\n")
        time.sleep(0.2)  # into the wait
        self.assertGreaterEqual(len(processes_of(program.pid)), processes, "the program, the fork server, and somebody who works")
        begin = time.monotonic()
        if to_group:
            os.killpg(program.pid, signal.SIGINT)
        else:
            os.kill(program.pid, signal.SIGINT)
        code = program.wait(timeout=30)
        took = time.monotonic() - begin
        self.assertTrue(gone_within(program.pid, 1), f"left behind: {processes_of(program.pid)}")
        return code, took, program.stdout.read(), program.stderr.read()

    def expect_quiet_end(self, where, to_group=True, processes=3):
        code, took, out, err = self.interrupt(where, to_group, processes)
        self.assertEqual(code, -signal.SIGINT, "the shell shows 130")
        self.assertLess(took, 1)
        self.assertEqual((out, err), ("", ""), "quietly")

    def test_while_it_waits_for_a_result(self):
        self.expect_quiet_end("result")

    def test_while_the_pool_is_destroyed(self):
        self.expect_quiet_end("destructor")

    def test_while_it_maps(self):
        self.expect_quiet_end("map")

    def test_while_it_joins_a_process(self):
        self.expect_quiet_end("join")

    def test_while_a_pool_maps_or_is_joined(self):
        self.expect_quiet_end("pool-map")
        self.expect_quiet_end("pool-join")

    def test_while_a_pool_of_threads_maps(self):
        self.expect_quiet_end("threads-map", processes=2)

    def test_a_program_that_catches_it_outside_its_pool_goes_on_at_once(self):
        for where, processes in ("pool-caught", 3), ("threads-caught", 2):
            code, took, out, err = self.interrupt(where, processes=processes)
            self.assertEqual((code, out, err), (0, "caught\n", ""), where)
            self.assertLess(took, 1, where)

    def test_if_only_the_program_is_told(self):
        self.expect_quiet_end("result", to_group=False)
        self.expect_quiet_end("destructor", to_group=False)

    def test_a_program_may_catch_it_and_its_workers_do_not_notice(self):
        code, _, out, err = self.interrupt("goes-on")
        self.assertEqual((code, out, err), (0, "caught\n42\n", ""))


if __name__ == "__main__":
    unittest.main()
