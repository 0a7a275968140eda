"""A multiprocessing.Queue of Python for each direction. Settings as in contenders.hpp: "at_once", "asleep"."""

import multiprocessing
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "shared"))
import processes  # noqa: E402

BATCH = 20


def let_sleep():
    time.sleep(0.0001)


def answer_at_once(seat, pings, pongs):
    while (number := pings.get()) != processes.LAST:
        pongs.put(number)
    return 0


def answer_sleeper(seat, pings, pongs):
    """See answer_sleeper() in bench/support/shared/ping_pong.hpp."""
    while (sent := pings.get()) != processes.LAST:
        under_way = time.monotonic_ns() - sent
        let_sleep()
        pongs.put(time.monotonic_ns() - under_way)
    return 0


def ping_pong(duration, setting):
    pings, pongs = multiprocessing.Queue(), multiprocessing.Queue()

    def lap():
        let_sleep()
        pings.put(time.monotonic_ns())
        sent = pongs.get()
        return time.monotonic_ns() - sent

    def batch():
        for number in range(1, BATCH + 1):
            pings.put(number)
            pongs.get()

    with processes.Crew() as crew:
        crew.add({"at_once": answer_at_once, "asleep": answer_sleeper}[setting], pings, pongs)
        crew.begin()
        if setting == "asleep":
            figure = processes.contender.measure_laps(duration, lap)
        else:
            figure = processes.contender.measure(duration, batch, BATCH)
        pings.put(processes.LAST)
        crew.join()
    return figure


if __name__ == "__main__":
    processes.contender.main(ping_pong)
