"""multiprocessing.Semaphore of Python. Settings as in contenders.hpp."""

import multiprocessing
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "shared"))
import processes  # noqa: E402

BATCH = 1_000
ROUND_TRIPS = 20


def take_and_give_back(semaphore):
    for _ in range(BATCH):
        semaphore.acquire()
        semaphore.release()


def answer(seat, pings, pongs):
    while True:
        pongs.acquire()
        if not seat.goes_on():
            return 0
        pings.release()


def share(duration, setting):
    if setting == "uncontended":
        semaphore = multiprocessing.Semaphore(1)
        return processes.contender.measure(duration, lambda: take_and_give_back(semaphore), BATCH)
    if setting != "ping_pong":
        sys.exit(f"'{setting}' is neither uncontended nor ping_pong")
    pings, pongs = multiprocessing.Semaphore(0), multiprocessing.Semaphore(0)

    def there_and_back():
        for _ in range(ROUND_TRIPS):
            pongs.release()
            pings.acquire()

    with processes.Crew() as crew:
        other = crew.add(answer, pings, pongs)
        crew.begin()
        figure = processes.contender.measure(duration, there_and_back, ROUND_TRIPS)
        other.stop()
        pongs.release()
        crew.join()
    return figure


if __name__ == "__main__":
    processes.contender.main(share)
