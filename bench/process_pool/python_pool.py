"""concurrent.futures.ProcessPoolExecutor of Python with two workers. Settings as in contenders.hpp: "one", "many"."""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

IN_FLIGHT = 500


def nothing():
    pass


def many(pool):
    for future in [pool.submit(nothing) for _ in range(IN_FLIGHT)]:
        future.result()


def use_pool(duration, setting):
    with ProcessPoolExecutor(2) as pool:
        if setting == "one":
            return contender.measure(duration, lambda: pool.submit(nothing).result())
        if setting == "many":
            return contender.measure(duration, lambda: many(pool), IN_FLIGHT)
    sys.exit(f"'{setting}' is neither one nor many")


if __name__ == "__main__":
    contender.main(use_pool)
