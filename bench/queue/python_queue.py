"""The queues of Python, for 1,024 items; SimpleQueue has no limit. Settings as in contenders.hpp, and the class: "2p2c-LifoQueue"."""

import queue
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

LAST = 0


def produce(items, stop):
    item = 1
    while not stop.is_set():
        items.put(item)
        item += 1


def consume(items, counts, number):
    while items.get() != LAST:
        counts[number] += 1


def flow(duration, setting):
    threads, kind = setting.split("-")
    pairs = {"1p1c": 1, "2p2c": 2, "4p4c": 4}[threads]
    items = queue.SimpleQueue() if kind == "SimpleQueue" else getattr(queue, kind)(1024)
    counts = [0] * pairs
    stop = threading.Event()
    consumers = [threading.Thread(target=consume, args=(items, counts, number)) for number in range(pairs)]
    producers = [threading.Thread(target=produce, args=(items, stop)) for _ in range(pairs)]
    for thread in (*consumers, *producers):
        thread.start()
    figure = contender.measure_running(duration, lambda: sum(counts))
    stop.set()
    for thread in producers:
        thread.join()
    for _ in consumers:
        items.put(LAST)  # in a LifoQueue it may overtake others, which nobody takes then
    for thread in consumers:
        thread.join()
    return figure


if __name__ == "__main__":
    contender.main(flow)
