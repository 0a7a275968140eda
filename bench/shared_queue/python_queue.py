"""multiprocessing.Queue of Python, for 1,024 items. Settings as in contenders.hpp: "8-1p1c", "1024-2p2c-cpu" ..."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "shared"))
import processes  # noqa: E402

if __name__ == "__main__":
    processes.contender.main(
        lambda duration, setting: processes.flow(duration, setting, lambda: processes.QueueChannel(1024))
    )
