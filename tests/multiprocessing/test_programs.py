"""Whole programs: init missing or misused, a fork server that is killed, a program that is killed, the end of a program."""

import os
import signal
import subprocess
import time
import unittest

PROGRAM = os.environ["PROGRAM"]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, seconds):
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.005)
    return True


class Programs(unittest.TestCase):
    method = "forkserver"

    def setUp(self):
        os.environ["TEST_START_METHOD"] = self.method

    def run_program(self, what, timeout=60):
        done = subprocess.run([PROGRAM, what], capture_output=True, text=True, timeout=timeout, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout, done.stderr

    def lines(self, what):
        return dict(line.split(": ", 1) for line in self.run_program(what)[0].splitlines() if ": " in line)

    def test_without_init_the_error_says_what_to_do(self):
        said = self.lines("no-init")
        for call in ("start", "pool"):
            self.assertIn("tandem::init(argc, argv)", said[call])
            self.assertIn("first line of main", said[call])

    def test_init_twice(self):
        out, _ = self.run_program("init-twice")
        self.assertIn("called twice", out)
        self.assertTrue(out.endswith("\n2\n"), "the first one still holds")

    def test_init_after_threads(self):
        self.assertRegex(self.lines("init-after-threads")["init"], "2 threads.*first line of main")

    def test_a_killed_fork_server_is_a_clear_error(self):
        begin = time.monotonic()
        out, err = self.run_program("zygote-killed")
        said = dict(line.split(": ", 1) for line in out.splitlines() if ": " in line)
        self.assertIn("the fork server has died", said["exitcode"])
        self.assertIn("SIGKILL", said["running"])
        for call in ("queued", "submit", "start", "pool"):
            self.assertIn("fork server", said[call])
        self.assertLess(time.monotonic() - begin, 20, "no hang")
        self.assertEqual(err, "")
        words = out.splitlines()[0].split()
        for pid in (int(words[1]), int(words[3])):
            self.assertFalse(alive(pid), "nobody is left without a parent")

    def test_a_killed_program_leaves_no_daemon_and_no_worker(self):
        program = subprocess.Popen([PROGRAM, "killed"], stdout=subprocess.PIPE, text=True)
        server, daemon, one, two, stays = map(int, program.stdout.readline().split())
        program.kill()
        program.wait()
        program.stdout.close()
        self.assertTrue(wait_until(lambda: not any(map(alive, (daemon, one, two))), 1), "they go on without their program")
        self.assertTrue(alive(stays), "one that is no daemon goes on")
        self.assertTrue(alive(server), "and somebody will wait for it")
        self.assertTrue(wait_until(lambda: not alive(stays) and not alive(server), 20))

    def test_at_exit_children_are_joined_and_daemons_ended(self):
        self.assertEqual(self.run_program("at-exit")[0], "main is done\njoined\n")

    def test_exit_in_a_child_runs_its_handlers_and_flushes(self):
        self.assertEqual(self.run_program("exit-in-child")[0], "unflushedhandler of the child\n 9\n")

    def test_nothing_is_printed_twice(self):
        out, _ = self.run_program("buffers")
        self.assertEqual(sorted(out.split()), sorted("before once and once child end".split()))

    def test_closed_standard_descriptors_are_no_obstacle(self):
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            def close(fds=closed):
                for fd in fds:
                    os.close(fd)

            program = subprocess.run([PROGRAM, "init-twice"], preexec_fn=close, timeout=60, check=False)
            self.assertEqual(program.returncode, 0, f"without {closed}")

    def test_signal_dispositions_at_the_start_reach_the_children(self):
        # As under nohup: a child must go on ignoring what the program was started to ignore.
        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

        program = subprocess.Popen([PROGRAM, "killed"], stdout=subprocess.PIPE, text=True, preexec_fn=ignore)
        daemon = int(program.stdout.readline().split()[1])
        with open(f"/proc/{daemon}/status", encoding="utf-8") as status:
            ignored = next(int(line.split()[1], 16) for line in status if line.startswith("SigIgn"))
        program.kill()
        program.wait()
        program.stdout.close()
        self.assertTrue(ignored & (1 << (signal.SIGHUP - 1)))
        self.assertFalse(ignored & (1 << (signal.SIGTERM - 1)), "what only the fork server ignores is not passed on")
        self.assertFalse(ignored & (1 << (signal.SIGINT - 1)))


class SpawnedPrograms(Programs):
    """The same, where processes execute the program anew."""

    method = "spawn"

    def test_a_program_that_does_not_call_init_again_says_so(self):
        out, err = self.run_program("spawn-no-init")
        self.assertIn("exit code: 1\n", out)
        self.assertRegex(err, "come to its end and not to tandem::init: .*first line of main")

    def test_a_pool_of_a_program_that_does_not_call_init_again_is_broken_soon(self):
        out, err = self.run_program("spawn-pool-no-init")
        self.assertRegex(out, "3 workers of the pool .* ended before they were ready: .*tandem::init")
        self.assertRegex(err, "come to its end and not to tandem::init: .*first line of main")

    def test_a_program_that_calls_init_late_is_ended(self):
        program = subprocess.Popen([PROGRAM, "spawn-late"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        pid = int(program.stdout.readline().split()[1])
        # Half a minute is long for a test: the same signal comes now. Until the program has begun, it only ends it.
        self.assertTrue(wait_until(lambda: self.catches(pid, signal.SIGALRM), 20))
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            blocked = next(int(line.split()[1], 16) for line in status if line.startswith("SigBlk"))
        self.assertFalse(blocked & (1 << (signal.SIGALRM - 1)))
        os.kill(pid, signal.SIGALRM)
        out, err = program.communicate(timeout=20)
        self.assertEqual(out, "exit code: 1\n")
        self.assertRegex(err, "not come to tandem::init within 30 s: .*first line of main")

    def test_a_shared_object_before_init_is_refused(self):
        out, err = self.run_program("spawn-shared-before")
        self.assertIn(f"exit code: {-signal.SIGABRT}\n", out)
        self.assertIn("a shared object was made before tandem::init", err)

    @staticmethod
    def catches(pid, number):
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            return any(line.startswith("SigCgt") and int(line.split()[1], 16) & (1 << (number - 1)) for line in status)


class ForkedPrograms(Programs):
    """The same, where processes are copies of the program."""

    method = "fork"

    def test_a_killed_fork_server_is_a_clear_error(self):
        begin = time.monotonic()
        out, err = self.run_program("zygote-killed-under-fork")
        said = dict(line.split(": ", 1) for line in out.splitlines())
        self.assertIn("the fork server", said["start"])
        self.assertEqual(said["alive"], "1 1 7", "they are the program's own")
        self.assertEqual(said["joined"], "0")
        self.assertEqual(said["killed"], "-9")
        self.assertLess(time.monotonic() - begin, 20, "no hang")
        self.assertEqual(err, "")


if __name__ == "__main__":
    unittest.main()
