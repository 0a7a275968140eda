"""The same job as in contenders.hpp, up to a smaller number, as an interpreter takes longer. Setting: HOW-WORKERS, where HOW is
Thread, Process, ThreadPoolExecutor or ProcessPoolExecutor; or loop."""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

LIMIT = 60_000
PRIMES_BELOW_LIMIT = 6_057
PIECES = 40


def is_prime(n):
    if n < 3 or n % 2 == 0:
        return n == 2
    divisor = 3
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 2
    return True


def primes_in(piece):
    size = LIMIT // PIECES
    return sum(1 for n in range(size * piece, size * (piece + 1)) if is_prime(n))


def primes_in_every(counts, step, first):
    counts.put(sum(map(primes_in, range(first, PIECES, step))))


def with_workers(make, counts, workers):
    started = [make(target=primes_in_every, args=(counts, workers, first)) for first in range(workers)]
    for worker in started:
        worker.start()
    found = sum(counts.get() for _ in started)
    for worker in started:
        worker.join()
    return found


def speed_up(duration, count_all):
    def job():
        if count_all() != PRIMES_BELOW_LIMIT:
            sys.exit("a wrong number of primes")

    return contender.measure(duration, job)


def measure(duration, setting):
    how, _, workers = setting.partition("-")
    if how == "loop":
        return speed_up(duration, lambda: sum(map(primes_in, range(PIECES))))
    workers = int(workers)
    makers = {"Thread": (Thread, SimpleQueue), "Process": (multiprocessing.Process, multiprocessing.SimpleQueue)}
    if how in makers:
        make, queue = makers[how]
        counts = queue()
        return speed_up(duration, lambda: with_workers(make, counts, workers))
    executors = {"ThreadPoolExecutor": ThreadPoolExecutor, "ProcessPoolExecutor": ProcessPoolExecutor}
    with executors[how](workers) as pool:
        return speed_up(duration, lambda: sum(future.result() for future in [pool.submit(primes_in, piece) for piece in range(PIECES)]))


if __name__ == "__main__":
    contender.main(measure)
