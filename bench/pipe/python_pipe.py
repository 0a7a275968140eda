"""multiprocessing.Pipe of Python: send_bytes, and recv_bytes or recv_bytes_into. Settings as in contenders.hpp, and which: "at_once-bytes", "65536-1p1c-into"."""

import multiprocessing
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "shared"))
import processes  # noqa: E402

BATCH = 20
LARGE = 10_000_000
NUMBER = 8


class Bytes:
    """A new object each time."""

    def __init__(self, size):
        self._reader, self._writer = multiprocessing.Pipe(duplex=False)
        self.put = self._writer.send_bytes
        self.get = self._reader.recv_bytes

    def flush(self):
        pass


class Into(Bytes):
    """Into the same place each time."""

    def __init__(self, size):
        super().__init__(size)
        self._place = bytearray(size)
        self.get = self._get

    def _get(self):
        assert self._reader.recv_bytes_into(self._place) == len(self._place)
        return self._place


def packed(number):
    return number.to_bytes(NUMBER, "little")


def unpacked(message):
    return int.from_bytes(message[:NUMBER], "little")


def let_sleep():
    time.sleep(0.0001)


def answer_at_once(seat, pings, pongs):
    while unpacked(message := pings.get()) != processes.LAST:
        pongs.put(packed(unpacked(message)))
    return 0


def answer_sleeper(seat, pings, pongs):
    """See answer_sleeper() in bench/support/shared/ping_pong.hpp."""
    while (sent := unpacked(pings.get())) != processes.LAST:
        under_way = time.monotonic_ns() - sent
        let_sleep()
        pongs.put(packed(time.monotonic_ns() - under_way))
    return 0


def ask_and_measure(duration, crew, setting, pings, pongs):
    def lap():
        let_sleep()
        pings.put(packed(time.monotonic_ns()))
        sent = unpacked(pongs.get())
        return time.monotonic_ns() - sent

    def batch():
        for number in range(1, BATCH + 1):
            pings.put(packed(number))
            pongs.get()

    large = bytearray(LARGE)

    def question():
        large[:NUMBER] = large[-NUMBER:] = packed(1)
        pings.put(large)
        pongs.get()

    crew.begin()
    if setting == "asleep":
        figure = processes.contender.measure_laps(duration, lap)
    elif setting == "at_once":
        figure = processes.contender.measure(duration, batch, BATCH)
    else:
        figure = processes.contender.measure(duration, question, 1)
    pings.put(bytes(LARGE if setting == "10000000-answered" else NUMBER))
    crew.join()
    return figure


def exercise(duration, setting):
    setting, _, kind = setting.rpartition("-")
    make = {"bytes": Bytes, "into": Into}[kind]
    if setting.endswith("1p1c"):
        size = int(setting.partition("-")[0])
        return processes.flow(duration, setting, lambda: make(size))
    pings, pongs = make(LARGE if setting == "10000000-answered" else NUMBER), make(NUMBER)
    with processes.Crew() as crew:
        crew.add(answer_sleeper if setting == "asleep" else answer_at_once, pings, pongs)
        return ask_and_measure(duration, crew, setting, pings, pongs)


if __name__ == "__main__":
    processes.contender.main(exercise)
