"""Workers of Python's concurrent.futures.ProcessPoolExecutor and multiprocessing.Pool. Setting: POOL-METHOD- and the rest as in
idle_setting.hpp; POOL is Executor or Pool, METHOD fork, forkserver or spawn."""

import multiprocessing
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

all_came = None  # in the workers


def keep(barrier):
    global all_came
    all_came = barrier


def meet(_number):
    all_came.wait()


def memory_of(process, share):
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    names = ("Pss",) if share == "pss" else ("Private_Clean", "Private_Dirty")
    return sum(int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M)[1]) * 1024 for name in names)


def mean_memory(context, share, workers):
    pids = [child.pid for child in context.active_children()]
    if len(pids) != workers:
        sys.exit("there are more or fewer workers than asked for")
    return sum(memory_of(pid, share) for pid in pids) / workers


def measure(_duration, setting):
    kind, method, workers, parent, share = setting.split("-")
    workers = int(workers)
    context = multiprocessing.get_context(method)
    memory = bytearray(b"x") * (1 << 30) if parent == "big" else None
    barrier = context.Barrier(workers)
    if kind == "Pool":
        with context.Pool(workers, keep, (barrier,)) as pool:
            pool.map(meet, range(workers), 1)
            return mean_memory(context, share, workers)
    with ProcessPoolExecutor(workers, context, keep, (barrier,)) as pool:
        list(pool.map(meet, range(workers)))
        return mean_memory(context, share, workers)


if __name__ == "__main__":
    contender.main(measure)
