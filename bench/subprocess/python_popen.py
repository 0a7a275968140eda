"""subprocess.Popen of Python. Setting: small, big, or crowd, as in contenders.hpp."""

import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402


CROWD = 1000
AT_ONCE = 100


def start_and_wait(count=1):
    for program in [subprocess.Popen(["/bin/true"]) for _ in range(count)]:
        if program.wait() != 0:
            sys.exit("/bin/true did not end well")


def start_crowd():
    for _ in range(0, CROWD, AT_ONCE):
        start_and_wait(AT_ONCE)


def start(duration, setting):
    if setting == "crowd":
        return contender.measure(duration, start_crowd, CROWD)
    stop = threading.Event()
    if setting == "big":
        memory = bytearray(b"x") * (1 << 30)
        threads = [threading.Thread(target=stop.wait) for _ in range(8)]
        for thread in threads:
            thread.start()
    figure = contender.measure(duration, start_and_wait)
    stop.set()
    return figure


if __name__ == "__main__":
    contender.main(start)
