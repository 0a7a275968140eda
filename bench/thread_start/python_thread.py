"""threading.Thread of Python. No setting."""

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402


def nothing():
    pass


def start_and_join():
    thread = threading.Thread(target=nothing)
    thread.start()
    thread.join()


if __name__ == "__main__":
    contender.main(lambda duration, _setting: contender.measure(duration, start_and_join))
