"""A whole program with a busy pool is killed, by the death of its main process or of all at once: nothing is left of it."""

import os
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "pains"))
from pain_16_nothing_left import NothingLeft  # noqa: E402  the same, with another program


class WithExecutor(NothingLeft):
    def start(self, *arguments):
        return super().start("ProcessPoolExecutor", *arguments)


class WithPool(NothingLeft):
    def start(self, *arguments):
        return super().start("Pool", *arguments)


del NothingLeft  # or else it would run once more

if __name__ == "__main__":
    unittest.main()
