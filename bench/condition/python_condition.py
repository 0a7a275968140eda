"""threading.Condition of Python. Setting: the lock under it, and as in contenders.hpp: "Lock-each", "RLock-shared" ..."""

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402

BATCH = 20
PING, PONG, OVER = range(3)


class PingPong:
    def __init__(self, lock, one_for_both):
        self.lock = lock
        self.pings = threading.Condition(lock)
        self.pongs = self.pings if one_for_both else threading.Condition(lock)
        self.turn = PING

    def answer(self):
        with self.lock:
            while True:
                self.pongs.wait_for(lambda: self.turn != PING)
                if self.turn == OVER:
                    return
                self.turn = PING
                self.pings.notify()

    def ask(self):
        with self.lock:
            for _ in range(BATCH):
                self.turn = PONG
                self.pongs.notify()
                self.pings.wait_for(lambda: self.turn == PING)

    def end(self):
        with self.lock:
            self.turn = OVER
            self.pongs.notify()


def ping_pong(duration, setting):
    lock, conditions = setting.split("-")
    both = PingPong({"Lock": threading.Lock, "RLock": threading.RLock}[lock](), {"shared": True, "each": False}[conditions])
    other = threading.Thread(target=both.answer)
    other.start()
    figure = contender.measure(duration, both.ask, BATCH)
    both.end()
    other.join()
    return figure


if __name__ == "__main__":
    contender.main(ping_pong)
