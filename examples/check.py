#!/usr/bin/env python3
"""Runs an example and compares what it prints with the comments at the end of its source.

    check.py SOURCE PROGRAM [ARGUMENT...]

The source ends with one or more of these, each followed by the lines that it speaks of, as comments indented by two:

    // Output:                               these lines, in this order
    // Output, in any order:                 these lines, which threads print as they come
    // Output, in order per first word:      lines that begin alike come in this order, others fall between them as they like
    // Output, among others:                 these lines in this order, and any others before, between and behind them

Each takes as many lines of the output as it has, the last kind all that are left. In a line, {number} stands for a whole number,
{at least 100} for one that is not smaller, {...} for anything. The program must exit with 0 and print nothing to stderr.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

HEADING = re.compile(r"// Output(?:, ([a-z ]+))?:")
PLACEHOLDER = re.compile(r"(\{number\}|\{at least \d+\}|\{\.\.\.\})")


class Mismatch(Exception):
    """What was printed is not what the comments say."""


def blocks_of(source):
    """[(kind, lines)] of all headings in the source."""
    blocks = []
    open_block = False
    for line in source.splitlines():
        heading = HEADING.fullmatch(line)
        if heading:
            blocks.append((heading[1] or "in order", []))
            open_block = True
        elif open_block and line.startswith("//   "):
            blocks[-1][1].append(line[len("//   ") :])
        else:
            open_block = False
    if not blocks or not all(lines for _, lines in blocks):
        raise Mismatch("the source does not say what the program prints: end it with // Output: and its lines")
    return blocks


def matches(wanted, line):
    least = []
    pattern = ""
    for part in PLACEHOLDER.split(wanted):
        if part == "{...}":
            pattern += ".*"
        elif part == "{number}":
            pattern += r"-?\d+"
        elif part.startswith("{at least "):
            pattern += r"(\d+)"
            least.append(int(part[len("{at least ") : -1]))
        else:
            pattern += re.escape(part)
    found = re.fullmatch(pattern, line)
    return found is not None and all(int(number) >= bound for number, bound in zip(found.groups(), least))


def check_in_order(wanted, lines):
    for number, (want, line) in enumerate(zip(wanted, lines), 1):
        if not matches(want, line):
            raise Mismatch(f"line {number} of these should be {want!r}, and is {line!r}")


def check_any_order(wanted, lines):
    left = list(lines)
    for want in wanted:
        line = next((line for line in left if matches(want, line)), None)
        if line is None:
            raise Mismatch(f"{want!r} is not among what is left: {left}")
        left.remove(line)


def by_first_word(lines):
    groups = defaultdict(list)
    for line in lines:
        groups[line.split(" ", 1)[0]].append(line)
    return groups


def check_per_first_word(wanted, lines):
    printed = by_first_word(lines)
    for word, group in by_first_word(wanted).items():
        if len(group) != len(printed[word]):
            raise Mismatch(f"{len(group)} lines should begin with {word!r}, and there are {printed[word]}")
        check_in_order(group, printed[word])


def check_among_others(wanted, lines):
    rest = iter(lines)
    for want in wanted:
        if not any(matches(want, line) for line in rest):
            raise Mismatch(f"{want!r} is missing, or comes too early")


CHECKS = {
    "in order": check_in_order,
    "in any order": check_any_order,
    "in order per first word": check_per_first_word,
    "among others": check_among_others,
}


def check(blocks, output):
    lines = output.splitlines()
    for kind, wanted in blocks:
        if kind not in CHECKS:
            raise Mismatch(f"there is no '// Output, {kind}:', but {', '.join(CHECKS)}")
        count = len(lines) if kind == "among others" else len(wanted)
        if len(lines) < len(wanted):
            raise Mismatch(f"only {len(lines)} lines are left, where there should be {wanted}")
        CHECKS[kind](wanted, lines[:count])
        lines = lines[count:]
    if lines:
        raise Mismatch(f"these lines are too many: {lines}")


def main():
    source, *command = sys.argv[1:]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    try:
        check(blocks_of(Path(source).read_text(encoding="utf-8")), ran.stdout)
        if ran.stderr:
            raise Mismatch("it should print nothing to stderr")
        if ran.returncode != 0:
            raise Mismatch("it should exit with 0")
    except Mismatch as mismatch:
        print(f"{source}: {mismatch}\n--- exit code {ran.returncode}, stdout:\n{ran.stdout}--- stderr:\n{ran.stderr}---")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
