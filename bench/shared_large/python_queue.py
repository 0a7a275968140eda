"""multiprocessing.Queue of Python, for as many items as in C++, and multiprocessing.Pipe. Settings as in contenders.hpp, and which: "65536-1p1c-Pipe"."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "shared"))
import processes  # noqa: E402


def flow(duration, setting):
    flow_setting, _, kind = setting.rpartition("-")
    capacity = 4 if int(flow_setting.partition("-")[0]) > 64 * 1024 else 16
    make = {"Queue": lambda: processes.QueueChannel(capacity), "Pipe": processes.PipeChannel}[kind]
    return processes.flow(duration, flow_setting, make)


if __name__ == "__main__":
    processes.contender.main(flow)
