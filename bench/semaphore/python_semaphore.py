"""threading.Semaphore of Python. Settings as in contenders.hpp: "uncontended", "ping_pong"."""

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402


def uncontended(duration):
    batch = 100
    semaphore = threading.Semaphore(1)

    def take_and_give_back():
        for _ in range(batch):
            semaphore.acquire()
            semaphore.release()

    return contender.measure(duration, take_and_give_back, batch)


def ping_pong(duration):
    batch = 20
    pings, pongs = threading.Semaphore(0), threading.Semaphore(0)
    over = threading.Event()

    def answer():
        while pongs.acquire() and not over.is_set():
            pings.release()

    def ask():
        for _ in range(batch):
            pongs.release()
            pings.acquire()

    other = threading.Thread(target=answer)
    other.start()
    figure = contender.measure(duration, ask, batch)
    over.set()
    pongs.release()
    other.join()
    return figure


if __name__ == "__main__":
    contender.main(lambda duration, setting: {"uncontended": uncontended, "ping_pong": ping_pong}[setting](duration))
