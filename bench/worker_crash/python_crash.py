"""The same with Python's ProcessPoolExecutor, which breaks: whoever wants to go on makes a new one. Setting: how many workers."""

import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402


def nothing():
    pass


def crash():
    os.kill(os.getpid(), signal.SIGKILL)


class Pool:
    """One that is made anew after a crash."""

    def __init__(self, workers):
        self.workers = workers
        self.pool = ProcessPoolExecutor(workers)

    def crash_and_go_on(self):
        try:
            self.pool.submit(crash).result()
        except BrokenProcessPool:
            self.pool.shutdown()
            self.pool = ProcessPoolExecutor(self.workers)
            self.pool.submit(nothing).result()
            return
        sys.exit("a task that kills its worker has succeeded")


def use_pool(duration, setting):
    pool = Pool(int(setting))
    figure = contender.measure(duration, pool.crash_and_go_on)
    pool.pool.shutdown()
    return figure


if __name__ == "__main__":
    contender.main(use_pool)
