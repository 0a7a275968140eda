"""A function over many items with Python's pools of two processes. Setting: HOW-ITEMS or HOW-ITEMS-CHUNKSIZE; HOW is Pool, Executor,
or loop, which is no pool at all. Figure as in contenders.hpp. The function computes the same kind of numbers as the C++ one, for
about as long: in fewer steps."""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

WORKERS = 2
STEPS = 8  # take about 1 us


def work(item):
    state = item
    for _ in range(STEPS):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return state


def check(results, items):
    step = max(len(items) // 1000, 1)
    if len(results) != len(items) or any(results[i] != work(items[i]) for i in range(0, len(items), step)):
        sys.exit("an item has another's result")


def map_many(duration, cores, items, map_all):
    check(map_all(items), items)
    return contender.measure(duration, lambda: map_all(items), len(items)) * cores


def measure(duration, setting):
    how, count, *chunksize = setting.split("-")
    items = list(range(int(count)))
    cores = min(WORKERS, len(os.sched_getaffinity(0)))
    if how == "loop":
        return map_many(duration, 1, items, lambda all: [work(item) for item in all])
    if how == "Pool":
        with multiprocessing.Pool(WORKERS) as pool:
            return map_many(duration, cores, items, lambda all: pool.map(work, all, *map(int, chunksize)))
    if how == "Executor":
        with ProcessPoolExecutor(WORKERS) as pool:
            return map_many(duration, cores, items, lambda all: list(pool.map(work, all, chunksize=int(*chunksize))))
    sys.exit(f"'{how}' is none of loop, Pool, Executor")


if __name__ == "__main__":
    contender.main(measure)
