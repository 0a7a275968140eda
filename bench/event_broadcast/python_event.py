"""threading.Event of Python with 1,000 threads that wait for it. No setting."""

import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

CROWD = 1_000


class Countdown:
    """Counts 1,000 threads down; one thread waits until all have been counted."""

    def __init__(self):
        self.lock = threading.Lock()
        self.left = CROWD
        self.all = threading.Semaphore(0)

    def count(self):
        with self.lock:
            self.left -= 1
            if self.left == 0:
                self.left = CROWD
                self.all.release()

    def wait(self):
        self.all.acquire()


class Broadcast:
    def __init__(self):
        self.events = [threading.Event(), threading.Event()]  # in turn
        self.here, self.ran = Countdown(), Countdown()
        self.lap = 0
        self.over = False

    def attend(self):
        lap = 0
        while not self.over:
            self.here.count()
            self.events[lap % 2].wait()
            lap += 1
            self.ran.count()

    def announce(self):
        """Gives how long it took until all had run."""
        self.here.wait()
        begin = time.perf_counter_ns()
        self.events[(self.lap + 1) % 2].clear()
        self.events[self.lap % 2].set()
        self.ran.wait()
        self.lap += 1
        return time.perf_counter_ns() - begin

    def end(self):
        self.over = True
        self.events[0].set()
        self.events[1].set()


def broadcast(duration, _setting):
    everybody = Broadcast()
    threads = [threading.Thread(target=everybody.attend) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    figure = contender.measure_laps(duration, everybody.announce)
    everybody.end()
    for thread in threads:
        thread.join()
    return figure


if __name__ == "__main__":
    contender.main(broadcast)
