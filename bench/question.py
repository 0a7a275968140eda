"""What there is to measure: reads the question.toml files."""

import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PLACEMENTS = ("two cores", "one core")
UNITS = {"time": "nanoseconds", "memory": "bytes"}  # what is measured, and in what contenders print it


class BadQuestion(Exception):
    """A question.toml that does not say what it must."""


@dataclass(frozen=True)
class Contender:
    name: str
    run: str  # what the program is told to run, or a .py file beside question.toml
    setting: str = ""

    def command(self, folder, program, milliseconds):
        who = [sys.executable, "-B", str(folder / self.run)] if self.run.endswith(".py") else [str(program), self.run]
        return [*who, str(milliseconds), *([self.setting] if self.setting else [])]


@dataclass(frozen=True)
class Goal:
    contender: str
    beside: str
    at_most: float  # the contender's time, as a multiple of the other one's


@dataclass(frozen=True)
class Table:
    title: str
    peer: str
    contenders: list[Contender]
    goals: list[Goal] = field(default_factory=list)
    note: str = ""
    placements: tuple[str, ...] = PLACEMENTS
    rate: bool = True  # whether the figure is the time of one operation, of which so many are done per second
    measures: str = "time"

    def __post_init__(self):
        names = [contender.name for contender in self.contenders]
        for name in [self.peer, *(goal.contender for goal in self.goals), *(goal.beside for goal in self.goals)]:
            if names.count(name) != 1:
                raise BadQuestion(f"table '{self.title}': '{name}' names {names.count(name)} contenders, not one; there are {names}")
        if unknown := set(self.placements) - set(PLACEMENTS):
            raise BadQuestion(f"table '{self.title}': there is no placement {unknown}; there are {PLACEMENTS}")
        if self.measures not in UNITS:
            raise BadQuestion(f"table '{self.title}': '{self.measures}' is not measured; {list(UNITS)} are")
        if self.rate and self.measures != "time":
            raise BadQuestion(f"table '{self.title}': {self.measures} has no rate: say rate = false")

    @property
    def unit(self):
        return UNITS[self.measures]


@dataclass(frozen=True)
class Question:
    name: str
    program: str
    tables: list[Table]

    @property
    def folder(self):
        return FOLDER / self.name


def _table(raw):
    return Table(
        **raw
        | {
            "contenders": [Contender(**each) for each in raw["contenders"]],
            "goals": [Goal(**each) for each in raw.get("goals", [])],
            "placements": tuple(raw.get("placements", PLACEMENTS)),
        }
    )


def read(name, text):
    raw = tomllib.loads(text)
    try:
        return Question(name, raw["program"], [_table(each) for each in raw["table"]])
    except (KeyError, TypeError) as error:
        raise BadQuestion(f"{name}/question.toml: {error}") from error


def all_questions():
    files = sorted(FOLDER.glob("*/question.toml"))
    return {file.parent.name: read(file.parent.name, file.read_text()) for file in files}
