"""Shared memory leaks, or is unlinked while in use (cpython gh-82300, tt-umd#693): after kill -9 of everything nothing is left.

The program's memory is one file without a name: it is gone when no process has it open or mapped. /proc knows who has.
"""

import os
import random
import signal
import subprocess
import time
import unittest

PROGRAM = os.environ["PROGRAM"]
SEED = int(os.environ.get("TANDEM_SEED", random.randrange(1 << 32)))


def inode_of_memory(pid):
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as maps:
        for line in maps:
            if "memfd:tandem arena" in line:
                return line.split()[4]
    return None


def is_mapped(pid, inode):
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as maps:
        return any(line.split()[4] == inode and "memfd:" in line for line in maps)


def has_memory(pid, inode):
    """Whether a process has the file mapped or open. One that ends while we look has not.

    Only a copy of the program can have it mapped: executing another one ends all mappings. What a machine runs besides may have
    thousands of them to read, above all under a sanitizer.
    """
    try:
        if os.path.samefile(f"/proc/{pid}/exe", PROGRAM) and is_mapped(pid, inode):
            return True
        for name in os.listdir(f"/proc/{pid}/fd"):
            fd = f"/proc/{pid}/fd/{name}"
            if "memfd:tandem arena" in os.readlink(fd) and str(os.stat(fd).st_ino) == inode:
                return True
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    return False


def holders_of(inode):
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and has_memory(pid, inode)]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # the end of another one, the fork server's for instance, was its end, too


def wait_until(condition, seconds):
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return condition()
        time.sleep(0.005)
    return True


class NothingLeft(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        self.in_shm = sorted(name for name in os.listdir("/dev/shm") if "tandem" in name.lower())

    def start(self, *arguments):
        program = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)
        pids = [int(word) for word in program.stdout.readline().split()]
        self.assertGreaterEqual(len(pids), 5, "the program has not begun")
        inode = inode_of_memory(pids[0])
        self.assertIsNotNone(inode)
        self.assertTrue({str(pid) for pid in pids} <= set(holders_of(inode)), "this test looks in the wrong place")
        return program, pids, inode

    def expect_nothing_left(self, program, pids, inode):
        program.wait(60)
        program.stdout.close()
        self.assertTrue(wait_until(lambda: not any(map(alive, pids)), 30), f"processes are left (TANDEM_SEED={SEED})")
        # Somebody who took the place of one that was killed, and whom this test does not know, may be a moment behind.
        wait_until(lambda: not holders_of(inode), 1)
        self.assertEqual(holders_of(inode), [], f"somebody has the memory still (TANDEM_SEED={SEED})")
        now = sorted(name for name in os.listdir("/dev/shm") if "tandem" in name.lower())
        self.assertEqual(now, self.in_shm, "something is left in /dev/shm")

    def test_everything_is_killed(self):
        for _ in range(10):
            program, pids, inode = self.start()
            time.sleep(self.random.random() * 0.02)
            self.random.shuffle(pids)
            for pid in pids:
                kill(pid)
            self.expect_nothing_left(program, pids, inode)

    def test_the_main_process_is_killed(self):
        for _ in range(10):
            program, pids, inode = self.start("daemons")
            time.sleep(self.random.random() * 0.02)
            program.kill()
            self.expect_nothing_left(program, pids, inode)

    def test_the_fork_server_is_killed(self):
        for _ in range(5):
            program, pids, inode = self.start("daemons")
            time.sleep(self.random.random() * 0.02)
            kill(pids[1])
            program.kill()
            self.expect_nothing_left(program, pids, inode)


if __name__ == "__main__":
    unittest.main()
