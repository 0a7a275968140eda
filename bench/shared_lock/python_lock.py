"""multiprocessing.Lock of Python. Settings as in contenders.hpp, but in a turn nothing is done but to count it."""

import multiprocessing
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "shared"))
import processes  # noqa: E402

BATCH = 1_000
GREEDY = 2_600  # nanoseconds under the lock


def take_and_give_back(lock):
    for _ in range(BATCH):
        with lock:
            pass


def take_turns(seat, lock, turns, counts):
    while seat.goes_on():
        with lock:
            turns[0] += 1
        seat.did_one()
    return 0


def be_greedy(seat, lock, turns, counts):
    longest = 0
    while seat.goes_on():
        before = time.perf_counter_ns()
        with lock:
            now = time.perf_counter_ns()
            if now - before > longest and counts[0]:
                longest = now - before
            turns[0] += 1
            while time.perf_counter_ns() < now + GREEDY:
                pass
        seat.did_one()
    return longest


def share(duration, setting):
    lock = multiprocessing.Lock()
    if setting == "uncontended":
        return processes.contender.measure(duration, lambda: take_and_give_back(lock), BATCH)
    figure, number = setting.split("-")
    work = {"turns": take_turns, "wait": be_greedy}[figure]
    turns, counts = multiprocessing.RawArray("Q", 1), multiprocessing.RawArray("B", 1)
    with processes.Crew() as crew:
        seats = [crew.add(work, lock, turns, counts) for _ in range(int(number))]

        def done():
            crew.check_all()
            return sum(seat.done() for seat in seats)

        crew.begin()
        if figure == "turns":
            result = processes.contender.measure_running(duration, done)
        else:
            time.sleep(duration / 10 / 1e9)
            counts[0] = 1
            time.sleep(duration / 1e9)
        for seat in seats:
            seat.stop()
        crew.join()
    if turns[0] != sum(seat.done() for seat in seats):
        sys.exit("two processes held the lock at the same time")
    return result if figure == "turns" else max(seat.result() for seat in seats)


if __name__ == "__main__":
    processes.contender.main(share)
