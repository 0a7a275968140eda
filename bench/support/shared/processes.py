"""What process_crew.hpp and flow.hpp are to C++: processes that all begin at the same moment, and messages that flow between them."""

import multiprocessing
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import contender  # noqa: E402

_STATE, _DONE, _RESULT, _CPU_TIME = range(4)
_COMING, _READY, _BEGUN, _STOPPED, _FINISHED = range(5)

LAST = 0  # tells a consumer that it is over
_NUMBER = 8  # bytes


def _cpu_time():
    """What this process has used up to now, all its threads, in nanoseconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int((used.ru_utime + used.ru_stime) * 1e9)


class Seat:
    """What one process of a crew and the one that measures tell each other."""

    def __init__(self):
        self._shared = multiprocessing.RawArray("Q", 4)

    def begin(self):
        self._shared[_STATE] = _READY
        while self._shared[_STATE] == _READY:
            time.sleep(0.001)
        self._began = _cpu_time()

    def goes_on(self):
        return self._shared[_STATE] != _STOPPED

    def did_one(self):
        self._shared[_DONE] += 1

    def finish(self, result):
        self._shared[_RESULT] = result
        self._shared[_CPU_TIME] = _cpu_time() - self._began
        self._shared[_STATE] = _FINISHED

    def is_ready(self):
        return self._shared[_STATE] != _COMING

    def is_finished(self):
        return self._shared[_STATE] == _FINISHED

    def let_begin(self):
        self._shared[_STATE] = _BEGUN

    def stop(self):
        self._shared[_STATE] = _STOPPED

    def done(self):
        return self._shared[_DONE]

    def result(self):
        return self._shared[_RESULT]

    def cpu_time(self):
        return self._shared[_CPU_TIME]


def _sit(work, seat, *args):
    seat.begin()
    seat.finish(work(seat, *args))


class Crew:
    """Processes that each do a work, all from the same moment on."""

    def __init__(self):
        self._processes = []
        self._seats = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for process in self._processes:
            process.kill()
            process.join()

    def add(self, work, *args):
        """One more process, which calls `work(seat, *args)`, whose result, a number, is the seat's."""
        seat = Seat()
        process = multiprocessing.Process(target=_sit, args=(work, seat, *args))
        process.start()
        self._seats.append(seat)
        self._processes.append(process)
        return seat

    def begin(self):
        self.wait_until(lambda: all(seat.is_ready() for seat in self._seats))
        for seat in self._seats:
            seat.let_begin()

    def check_all(self):
        if failed := [process.name for process in self._processes if process.exitcode]:
            sys.exit(f"these processes failed: {', '.join(failed)}")

    def wait_until(self, predicate):
        while not predicate():
            self.check_all()
            time.sleep(0.0001)

    def join(self):
        for process in self._processes:
            process.join()
        self.check_all()


def _produce(seat, channel, size):
    rest = b"x" * (size - _NUMBER)
    number = total = 0
    while seat.goes_on():
        number += 1
        channel.put(number.to_bytes(_NUMBER, "little") + rest)
        total += number
        seat.did_one()
    channel.flush()
    return total


def _consume(seat, channel, size):
    total = 0
    while True:
        message = channel.get()
        assert len(message) == size
        number = int.from_bytes(message[:_NUMBER], "little")
        if number == LAST:
            return total
        total += number
        seat.did_one()


def flow(duration, setting, make_channel):
    """Settings as in flow.hpp. A channel has put(), get() and flush(), which waits until what was put is on its way."""
    size, pairs, *figure = setting.split("-")
    size, pairs = int(size), {"1p1c": 1, "2p2c": 2}[pairs]
    channel = make_channel()
    with Crew() as crew:
        consumers = [crew.add(_consume, channel, size) for _ in range(pairs)]
        producers = [crew.add(_produce, channel, size) for _ in range(pairs)]
        crew.begin()

        def done(side):
            crew.check_all()
            return sum(seat.done() for seat in side)

        time_of_one = contender.measure_running(duration, lambda: done(consumers))
        for seat in producers:
            seat.stop()
        crew.wait_until(lambda: all(seat.is_finished() for seat in producers) and done(consumers) == done(producers))
        for _ in consumers:
            channel.put(LAST.to_bytes(_NUMBER, "little") + b"x" * (size - _NUMBER))
        crew.join()
    if sum(seat.result() for seat in producers) != sum(seat.result() for seat in consumers):
        sys.exit("what came out is not what went in")
    if figure == ["cpu"]:
        return sum(seat.cpu_time() for seat in (*producers, *consumers)) / done(consumers)
    return time_of_one


class QueueChannel:
    """multiprocessing.Queue."""

    def __init__(self, maxsize):
        self._queue = multiprocessing.Queue(maxsize)
        self.put = self._queue.put
        self.get = self._queue.get

    def flush(self):
        self._queue.close()
        self._queue.join_thread()


class PipeChannel:
    """One end of multiprocessing.Pipe in each process."""

    def __init__(self):
        reader, writer = multiprocessing.Pipe(duplex=False)
        self.put = writer.send
        self.get = reader.recv

    def flush(self):
        pass
