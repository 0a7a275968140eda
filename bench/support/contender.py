"""What bench/support/contender.hpp is to C++: the main function of a contender written in Python."""

import statistics
import sys
import time


def _repeat(duration, batch):
    """How long each repetition took."""
    took = []
    end = time.perf_counter_ns() + duration
    while True:
        begin = time.perf_counter_ns()
        batch()
        now = time.perf_counter_ns()
        took.append(now - begin)
        if now >= end:
            return took


def measure(duration, batch, operations=1):
    """Nanoseconds per operation, of the median batch; `batch` does `operations` of them. `duration` is in nanoseconds."""
    _repeat(duration // 10, batch)
    return statistics.median(_repeat(duration, batch)) / operations


def measure_laps(duration, lap):
    """The same where only a part of what is repeated counts: `lap` says how long that part took, in nanoseconds."""
    took = []
    _repeat(duration // 10, lap)
    _repeat(duration, lambda: took.append(lap()))
    return statistics.median(took)


def measure_running(duration, done):
    """Of threads that run by themselves: looks at `done()`, how many operations they have done, some thirty times."""
    time.sleep(duration / 10 / 1e9)
    took = []
    end = time.perf_counter_ns() + duration
    before, counted = time.perf_counter_ns(), done()
    while True:
        time.sleep(duration / 30 / 1e9)
        total, now = done(), time.perf_counter_ns()
        if total != counted:
            took.append((now - before) / (total - counted))
            before, counted = now, total
        if now >= end and took:
            return statistics.median(took)


def main(contender):
    """`PROGRAM MILLISECONDS [SETTING]` prints what contender(duration, setting) gives."""
    duration = int(sys.argv[1]) * 1_000_000
    print(contender(duration, sys.argv[2] if len(sys.argv) > 2 else ""))
