"""Reads a transcript: prose, and lines that say who does what and what the coach answers.

## Tuesday 10:00              the clocks move on to the next such moment
Maya types: /deal checkin     a message or a command, in her chat with the coach
Maya taps: All met            a button or a menu's entry, by its text
Maya fills in: Say which      a button that opens a window; what she enters follows, indented
Coach: two | phrases          one of the messages this brought about (or changed) has both
Coach to Tom: a phrase        the same, in Tom's chat
Coach without: a | b          no message this brought about has any of them
Coach is silent.              nothing was said or changed
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
_LINE = re.compile(r"(?P<who>Maya|Tom) (?P<what>types|taps|fills in): (?P<words>.+)")
_COACH = re.compile(r"Coach(?: to (?P<who>Maya|Tom))?(?P<without> without)?: (?P<words>.+)")
_FIELD = re.compile(r" {4}(?P<field>\w+): (?P<value>.+)")


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something; `fields` by key, for a window."""

    who: str
    what: str
    words: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks move on."""

    when: str


@dataclass(frozen=True, slots=True)
class Expect:
    """What the coach says to `who`, or (`without`) does not say; no phrases: nothing at all."""

    who: str
    phrases: tuple[str, ...]
    without: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """For the reader."""

    text: str


Step = Act | Clock | Expect | Prose


@dataclass(frozen=True, slots=True)
class Transcript:
    """A title and its steps."""

    name: str
    title: str
    steps: tuple[Step, ...]


def names() -> list[str]:
    """The transcripts there are."""
    return sorted(path.stem for path in HERE.glob("*.md"))


def read(name: str) -> Transcript:
    """One transcript. Raises ValueError for a line that looks like a step and is none."""
    title, *lines = (HERE / f"{name}.md").read_text("utf-8").splitlines()
    return Transcript(name, title.removeprefix("# "), tuple(_steps(lines)))


def _steps(lines: list[str]) -> Iterator[Step]:
    rest = [line.rstrip() for line in lines]
    while rest:
        line = rest.pop(0)
        fields: dict[str, str] = {}
        while rest and (entered := _FIELD.fullmatch(rest[0])):
            fields[entered["field"]] = entered["value"]
            rest.pop(0)
        step = _step(line, fields) if line else None
        while isinstance(step, Prose) and rest and rest[0]:
            step = Prose(f"{step.text}\n{rest.pop(0)}")
        if step:
            yield step


def _step(line: str, fields: dict[str, str]) -> Step:
    if line.startswith("## "):
        return Clock(line[3:])
    if line == "Coach is silent.":
        return Expect("Maya", ())
    if act := _LINE.fullmatch(line):
        return Act(act["who"].lower(), act["what"], act["words"], fields)
    if said := _COACH.fullmatch(line):
        phrases = tuple(phrase.strip() for phrase in said["words"].split(" | "))
        return Expect((said["who"] or "Maya").lower(), phrases, without=bool(said["without"]))
    if line.startswith(("Maya ", "Tom ", "Coach")) and ":" in line:
        raise ValueError(f"not a step: {line}")
    return Prose(line)
