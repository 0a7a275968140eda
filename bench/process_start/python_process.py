"""multiprocessing.Process of Python. Setting: START_METHOD-small or START_METHOD-big."""

import multiprocessing
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402


def nothing():
    pass


def start_and_join(context):
    process = context.Process(target=nothing)
    process.start()
    process.join()
    if process.exitcode != 0:
        sys.exit("a Process did not end well")


def start(duration, setting):
    method, size = setting.split("-")
    context = multiprocessing.get_context(method)
    stop = threading.Event()
    if size == "big":
        memory = bytearray(b"x") * (1 << 30)
        threads = [threading.Thread(target=stop.wait) for _ in range(8)]
        for thread in threads:
            thread.start()
    figure = contender.measure(duration, lambda: start_and_join(context))
    stop.set()
    return figure


if __name__ == "__main__":
    contender.main(start)
