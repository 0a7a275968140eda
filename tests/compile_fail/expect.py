#!/usr/bin/env python3
"""Compiles a case and looks at what the compiler says.

    expect.py CASE.cpp COMPILER FLAG...

A line `// expect: SENTENCE` in the case demands that it does not compile, that SENTENCE is among what the compiler prints, as the
only error, as is what lines `// says: SENTENCE` hold, and that all of it is short: below 25 lines, or what `// lines: N` says. `// expect nothing` demands that it compiles without a word.
"""

import re
import subprocess
import sys
from pathlib import Path

MOST_LINES = 25


def main():
    case, *command = sys.argv[1:]
    text = Path(case).read_text(encoding="utf-8")
    expected = re.findall(r"^// expect: (.+)$", text, re.M)
    run = subprocess.run([*command, case], capture_output=True, text=True, timeout=100)
    said = run.stdout + run.stderr
    errors = re.findall(r"error: .*", said)
    problems = []
    if not expected:
        if "// expect nothing" not in text:
            problems.append("the case does not say what it expects")
        if run.returncode != 0 or said:
            problems.append("it should compile without a word")
    else:
        if run.returncode == 0:
            problems.append("it should not compile, but does")
        for sentence in expected + re.findall(r"^// says: (.+)$", text, re.M):
            # clang breaks no lines, but puts the text in quotes and escapes those inside.
            if sentence not in said.replace('\\"', '"'):
                problems.append(f"this sentence is missing: {sentence}")
        if len(errors) != len(expected):
            problems.append(f"{len(errors)} errors instead of {len(expected)}")
        most = int((re.findall(r"^// lines: (\d+)$", text, re.M) or [MOST_LINES])[0])
        if len(said.splitlines()) >= most:
            problems.append(f"{len(said.splitlines())} lines are too many, there should be less than {most}")
    if problems:
        print("\n".join([f"{case}:", *problems, "", "what the compiler said:", said]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
