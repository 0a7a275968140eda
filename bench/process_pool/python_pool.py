"""concurrent.futures.ProcessPoolExecutor of Python with two workers, and multiprocessing.Pool. Settings as in contenders.hpp, "one"
and "many", for the first; "Pool-one" and "Pool-many" for the second."""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

IN_FLIGHT = 500


def nothing():
    pass


def many(submit):
    """submit() gives a function that waits for the result."""
    for result in [submit() for _ in range(IN_FLIGHT)]:
        result()


def measure(duration, how, submit):
    if how == "one":
        return contender.measure(duration, lambda: submit()())
    if how == "many":
        return contender.measure(duration, lambda: many(submit), IN_FLIGHT)
    sys.exit(f"'{how}' is neither one nor many")


def use_pool(duration, setting):
    if setting.startswith("Pool-"):
        with multiprocessing.Pool(2) as pool:
            return measure(duration, setting.removeprefix("Pool-"), lambda: pool.apply_async(nothing).get)
    with ProcessPoolExecutor(2) as pool:
        return measure(duration, setting, lambda: pool.submit(nothing).result)


if __name__ == "__main__":
    contender.main(use_pool)
