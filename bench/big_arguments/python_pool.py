"""Big arguments and results of Python's ProcessPoolExecutor: bytes and array('d'). Settings as in big_setting.hpp."""

import sys
from array import array
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402


def make_text(size):
    return b"x" * (size - 1) + b"z"


def make_numbers(size):
    numbers = array("d", [0.5]) * (size // 8)
    numbers[-1] = 2.5
    return numbers


def check(value, size):
    ends = (value[0], value[-1])
    if memoryview(value).nbytes != size or ends not in ((0.5, 2.5), (ord("x"), ord("z"))):
        raise RuntimeError("what has come is not what was sent")


def measure(duration, setting):
    direction, kind, size = setting.split("-")
    size = int(size)
    make = {"text": make_text, "numbers": make_numbers}[kind]
    with ProcessPoolExecutor(1) as pool:
        if direction == "result":
            return contender.measure(duration, lambda: check(pool.submit(make, size).result(), size))
        value = make(size)
        return contender.measure(duration, lambda: pool.submit(check, value, size).result())


if __name__ == "__main__":
    contender.main(measure)
