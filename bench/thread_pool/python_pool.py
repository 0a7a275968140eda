"""concurrent.futures.ThreadPoolExecutor with two threads. Settings as in contenders.hpp."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

IN_FLIGHT = 10_000


def same(number):
    return number


def tasks(duration, setting):
    with ThreadPoolExecutor(2) as pool:

        def one():
            for i in range(100):
                assert pool.submit(same, i).result() == i

        def many():
            futures = [pool.submit(same, i) for i in range(IN_FLIGHT)]
            for i, future in enumerate(futures):
                assert future.result() == i

        return contender.measure(duration, *{"one": (one, 100), "many": (many, IN_FLIGHT)}[setting])


if __name__ == "__main__":
    contender.main(tasks)
