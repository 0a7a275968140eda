"""subprocess.Popen of Python. Setting: small or big."""

import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import contender  # noqa: E402


def start_and_wait():
    if subprocess.Popen(["/bin/true"]).wait() != 0:
        sys.exit("/bin/true did not end well")


def start(duration, setting):
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
