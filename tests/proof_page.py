"""The figures of a proof as a page for people."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.reminders_kill import Outcome

KILLS = "kills of a "
PAGE = Path(__file__).with_name("data") / "proof.md"


@dataclass(slots=True)
class Found:
    """What one chapter came to."""

    chapter: str
    rounds: int = 0
    did: Counter[str] = field(default_factory=Counter)  # what was done to it
    saw: Counter[str] = field(default_factory=Counter)  # what people did, and what came of it
    longest_calm: float = 0.0  # seconds from when everybody had been answered until all was done
    problems: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """For machines."""
        return {
            name: dict(getattr(self, name)) if name in ("did", "saw") else getattr(self, name)
            for name in self.__slots__
        }

    @property
    def kills(self) -> int:
        """Of all kinds of process."""
        return sum(count for what, count in self.did.items() if what.startswith(KILLS))


def page(found: Sequence[Found], reminders: Outcome | None, seconds: float, seed: int) -> str:
    """The page, in Markdown."""
    return PAGE.read_text("utf-8").format(
        minutes=seconds / 60,
        cores=os.cpu_count(),
        day=f"{datetime.now(UTC):%-d %B %Y}",
        seed=seed,
        verdict=_verdict(found, reminders),
        rows="\n".join(_row(each) for each in found),
        reminders=_of_reminders(reminders),
    )


def _verdict(found: Sequence[Found], reminders: Outcome | None) -> str:
    problems = [*_problems(found), *(reminders.problems if reminders else ())]
    if problems:
        return "NOT PROVEN: " + "; ".join(problems)
    kills = sum(each.kills for each in found) + (reminders.killed if reminders else 0)
    doubles = sum(each.saw["doubles"] for each in found) + (reminders.doubles if reminders else 0)
    return (
        f"{kills:,} processes were killed. Nothing that was acknowledged was lost, nothing counted twice,"
        f" nothing went backwards; {doubles:,} messages stand twice, all of the admitted kind, all counted."
    )


def _problems(found: Sequence[Found]) -> Iterator[str]:
    for each in found:
        yield from (f"{each.chapter}: {problem}" for problem in each.problems)


def _row(found: Found) -> str:
    done = ", ".join(f"{count:,} {what}" for what, count in sorted(found.did.items())) or "–"
    saw = found.saw
    figures = (
        f"{saw['notes']:,}", f"{saw['answers']:,}", f"{saw['deliveries']:,} ({saw['refused']:,})",
        f"{saw['messages']:,}", f"{saw['found']:,}", f"{saw['repeated']:,}", f"{saw['doubles']:,}",
        f"{found.longest_calm:.1f} s",
    )  # fmt: skip
    return f"| {found.chapter} | {done} | " + " | ".join(figures) + " |"


def _of_reminders(told: Outcome | None) -> str:
    if told is None:
        return ""
    return (
        "## Reminders, all at once\n\n"
        f"{told.plan.deals:,} reminders of {told.people:,} people fell due at one moment; of four workers"
        f" {told.killed:,} were killed meanwhile.\n{told.posted:,} messages were posted, each reminder in"
        f" one of them and each deal's in order; {told.doubles:,} stand twice\nwhere nobody could look"
        f" ({told.repeated:,} were counted as repeated), {told.found:,} more were in doubt and found.\n\n"
    )
