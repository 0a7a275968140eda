"""threading.Lock and threading.RLock of Python. Setting: "Lock" or "RLock"."""

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

BATCH = 1_000


def take_and_give_back(lock):
    for _ in range(BATCH):
        with lock:
            pass


def uncontended(duration, setting):
    lock = {"Lock": threading.Lock, "RLock": threading.RLock}[setting]()
    return contender.measure(duration, lambda: take_and_give_back(lock), BATCH)


if __name__ == "__main__":
    contender.main(uncontended)
