"""On what was measured: a figure without that says nothing."""

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _output(*command):
    """What a command prints, or nothing if it is not there or fails."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _text(path):
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _first_match(pattern, text):
    found = re.search(pattern, text, re.M)
    return found[1] if found else ""


def _cached(build, name):
    """A variable of the build folder's CMake cache."""
    return _first_match(rf"^{name}:\w+=(.*)$", _text(Path(build) / "CMakeCache.txt"))


def facts(build):
    compiler = _cached(build, "CMAKE_CXX_COMPILER")
    build_type = _cached(build, "CMAKE_BUILD_TYPE")
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "commit": _output("git", "rev-parse", "HEAD") or "unknown",
        "uncommitted_changes": bool(_output("git", "status", "--porcelain")),
        "cpu": _first_match(r"^model name\s*: (.*)$", _text("/proc/cpuinfo")) or platform.machine(),
        "cpus_allowed": sorted(os.sched_getaffinity(0)),
        "hypervisor": _text("/sys/hypervisor/type") or ("yes" if " hypervisor" in _text("/proc/cpuinfo") else "no"),
        "governor": _text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") or "unknown",
        "memory_kib": int(_first_match(r"^MemTotal:\s*(\d+)", _text("/proc/meminfo")) or 0),
        "huge_pages": _text("/sys/kernel/mm/transparent_hugepage/enabled") or "unknown",
        "kernel": platform.release(),
        "compiler": _output(compiler, "--version").partition("\n")[0] if compiler else "unknown",
        "build_type": build_type or "unknown",
        "compiler_flags": f"{_cached(build, 'CMAKE_CXX_FLAGS')} {_cached(build, f'CMAKE_CXX_FLAGS_{build_type.upper()}')}".strip(),
        "python": platform.python_version(),
        "load_average_before": os.getloadavg()[0],
    }


def summary(known):
    changes = " with uncommitted changes" if known["uncommitted_changes"] else ""
    return (
        f"{known['cpu']}, {len(known['cpus_allowed'])} CPUs allowed, {known['memory_kib'] // 1024**2} GiB; Linux {known['kernel']}\n"
        f"{known['compiler']}, {known['build_type']} ({known['compiler_flags']}); Python {known['python']}\n"
        f"commit {known['commit'][:12]}{changes}, {known['date']}"
    )


def warnings(known):
    """What makes figures doubtful."""
    if known["build_type"] != "Release":
        yield f"the build is {known['build_type']} and not Release"
    if "-fsanitize" in known["compiler_flags"]:
        yield "the build has a sanitizer in it"
    if len(known["cpus_allowed"]) < 2:
        yield "there is one CPU only: 'two cores' is the same as 'one core'"
    if known["load_average_before"] > 0.5:
        yield f"the machine was busy before it began (load average {known['load_average_before']:.2f}): expect a wide spread"
