#!/usr/bin/env python3
"""Measures the questions of bench/ and prints tables; bench/run builds first, and starts this.

Each contender is a program that prints one figure, nanoseconds per operation or bytes, and ends. In each round all of them run once, one
after the other, so that what the machine does besides hits all alike; the order moves on by one place from round to round. A ratio
is that of two contenders in the same round; shown are the median and the quartiles over all rounds.
"""

import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
from pathlib import Path

import machine
import question as questions

PATIENCE = 120  # seconds for one run, which is made to take a second at most


class Failed(Exception):
    """A contender that does not work."""


class Summary:
    """Median and quartiles."""

    def __init__(self, figures):
        self.median = statistics.median(figures)
        self.low, _, self.high = statistics.quantiles(figures, n=4, method="inclusive") if len(figures) > 1 else [figures[0]] * 3


def cpus_of(placement):
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[:1] if placement == "one core" else allowed[:2]


def run_once(command, cpus):
    """One run of a contender on these CPUs; all processes that it starts inherit them. Gives its figure."""

    def prepare():
        os.sched_setaffinity(0, cpus)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    shown = " ".join(command)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=prepare, start_new_session=True
    ) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except BaseException as error:  # also Ctrl-C: nothing of it is to stay behind
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise Failed(f"{shown}: nothing after {PATIENCE} s") from None
            raise
    if process.returncode != 0:
        raise Failed(f"{shown}: ended with {process.returncode}\n{err.strip()}")
    try:
        figure = float(out)
    except ValueError:
        figure = 0.0
    if not 0 < figure < float("inf"):
        raise Failed(f"{shown}: printed {out!r} and not one positive number\n{err.strip()}")
    return figure


def run_rounds(table, commands, cpus, rounds, tell):
    """The figures of each contender, by its name, one per round."""
    figures = {contender.name: [] for contender in table.contenders}
    count = len(table.contenders)
    for number in range(rounds):
        for place in range(count):
            contender = table.contenders[(number + place) % count]
            tell(f"round {number + 1}/{rounds}: {contender.name}")
            figures[contender.name].append(run_once(commands[contender.name], cpus))
    return figures


def ratios(figures, contender, peer):
    return [mine / theirs for mine, theirs in zip(figures[contender], figures[peer], strict=True)]


def three_digits(number):
    """12.3, 123 and 1234, never 1.23e+03."""
    decimals = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:.{decimals}f}"


def time_text(nanoseconds):
    for unit, size in (("ns", 1), ("us", 1e3), ("ms", 1e6)):
        if nanoseconds < 999.5 * size:
            return f"{three_digits(nanoseconds / size)} {unit}"
    return f"{three_digits(nanoseconds / 1e9)} s"


def memory_text(count):
    for unit, size in (("B", 1), ("KiB", 1024), ("MiB", 1024**2)):
        if count < 999.5 * size:
            return f"{three_digits(count / size)} {unit}"
    return f"{three_digits(count / 1024**3)} GiB"


TEXTS = {"time": time_text, "memory": memory_text}


def ratio_text(ratio):
    return f"{ratio:.4f}" if ratio < 0.0995 else three_digits(ratio)


def spread_text(summary, text):
    return f"{text(summary.low)} - {text(summary.high)}"


def lines_of_table(table, figures):
    rows = [("", "median", "quartiles", *(["per second"] if table.rate else []), f"x {table.peer}", "quartiles")]
    text = TEXTS[table.measures]
    for contender in table.contenders:
        took = Summary(figures[contender.name])
        ratio = Summary(ratios(figures, contender.name, table.peer))
        is_peer = contender.name == table.peer
        rows.append(
            (
                contender.name,
                text(took.median),
                spread_text(took, text),
                *([f"{1e9 / took.median:,.0f}"] if table.rate else []),
                "1" if is_peer else ratio_text(ratio.median),
                "" if is_peer else spread_text(ratio, ratio_text),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths))]
        yield "| " + " | ".join(cells) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 1) + ("-" if column == 0 else ":") for column, width in enumerate(widths)) + "|"


def lines_of_goals(table, figures):
    for goal in table.goals:
        ratio = statistics.median(ratios(figures, goal.contender, goal.beside))
        verdict = "met" if ratio <= goal.at_most else "MISSED"
        yield f"goal {verdict}: {goal.contender} takes {ratio:.3g} x {goal.beside}; at most {goal.at_most:g} is wanted"


def measure_table(asked, table, options, tell):
    """Measures a table in each of its placements, prints it, and gives what belongs into the results."""
    program = options.build / "bench" / asked.name / asked.program
    commands = {each.name: each.command(asked.folder, program, options.milliseconds) for each in table.contenders}
    measured = []
    for placement in table.placements:
        cpus = cpus_of(placement)
        figures = run_rounds(table, commands, cpus, options.runs, lambda text, where=placement: tell(f"{asked.name}, {where}, {text}"))
        tell("")
        print(f"\n### {table.title} ({placement}, {options.runs} runs)\n", *lines_of_table(table, figures), sep="\n")
        notes = [*([table.note] if table.note else []), *lines_of_goals(table, figures)]
        if notes:
            print("", *(f"- {note}" for note in notes), sep="\n")
        sys.stdout.flush()
        measured.append(
            {
                "question": asked.name,
                "table": table.title,
                "placement": placement,
                "cpus": cpus,
                "peer": table.peer,
                table.unit: figures,
                "median_ratio_to_peer": {name: statistics.median(ratios(figures, name, table.peer)) for name in figures},
            }
        )
    return measured


def show_progress(text):
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def arguments(known):
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__.partition("\n")[0])
    parser.add_argument("question", nargs="*", metavar="question", help=f"any of {', '.join(known)}; all if none is named")
    parser.add_argument("--runs", type=int, default=11, help="rounds in which each contender runs once (%(default)s)")
    parser.add_argument("--milliseconds", type=int, default=300, help="how long a contender repeats its operation (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="one round of 20 ms: does everything work?")
    parser.add_argument("--list", action="store_true", help="name the questions, and end")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, default=questions.FOLDER / "results", help="folder for the results as JSON")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.milliseconds = 1, 20
    if options.runs < 1 or options.milliseconds < 1:
        parser.error("--runs and --milliseconds are at least 1")
    if unknown := [name for name in options.question if name not in known]:
        parser.error(f"there is no question {', '.join(unknown)}; there are {', '.join(known)}")
    return options


def write_results(folder, results):
    folder.mkdir(parents=True, exist_ok=True)
    facts = results["machine"]
    stamp = facts["date"].replace(":", "").partition("+")[0]
    path = folder / f"{stamp}-{facts['commit'][:12]}.json"
    path.write_text(json.dumps(results, indent=1) + "\n")
    return path


def main():
    known = questions.all_questions()
    options = arguments(known)
    if options.list:
        for name, each in known.items():
            print(f"{name}: {'; '.join(table.title for table in each.tables)}")
        return
    facts = machine.facts(options.build)
    print(machine.summary(facts))
    for warning in machine.warnings(facts):
        print(f"warning: {warning}", file=sys.stderr)
    measured = []
    for name in options.question or known:
        for table in known[name].tables:
            measured += measure_table(known[name], table, options, show_progress)
    facts["load_average_after"] = os.getloadavg()[0]
    results = {"machine": facts, "runs": options.runs, "milliseconds": options.milliseconds, "tables": measured}
    print(f"\nresults: {os.path.relpath(write_results(options.results, results))}")


if __name__ == "__main__":
    try:
        main()
    except (Failed, questions.BadQuestion) as error:
        sys.exit(f"\nerror: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
