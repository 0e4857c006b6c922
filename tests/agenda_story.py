"""One deal's reminders told step by step: what is known goes in, what its owner hears comes out as words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from dialogs import agenda
from dialogs.agenda import Agenda, Facts, Kind, Meeting
from dialogs.cadence import Cadence, Terms

FORM = "%Y %a %d %b %H:%M"
NEVER = Cadence("never")
TICK = timedelta(milliseconds=3)


def on(words: str) -> datetime:
    """`Mon 23 Nov 9:00`, of 2026."""
    return datetime.strptime(f"2026 {words}", FORM).replace(tzinfo=UTC)


class Told:
    """A deal opened on Monday morning, and all that its owner is told, in order."""

    def __init__(self, cadence: Cadence = NEVER, *, deadline: str = "", **terms: Any) -> None:  # noqa: ANN401
        self.now = on("Mon 23 Nov 9:00")
        until = on(deadline) if deadline else None
        self.facts = Facts(Terms(opened=self.now, deadline=until, **{"zone": "UTC", **terms}), self.now)
        self.agenda = agenda.unwanted(agenda.changed(Agenda(), cadence, self.now), "deadline_passed")
        self.dropped: list[str] = []

    def until(self, words: str, *, late: timedelta = TICK) -> list[str]:
        """What is said until then, at the moments the timer rings; no ring may leave things as they were."""
        said, ends = list[str](), on(words)
        while (rings := self.next) is not None and rings + late < ends:
            self.now = max(self.now, rings + late)
            said += self.rings()
            assert self.next is None or self.next > self.now
        self.now = ends
        return said

    def rings(self) -> list[str]:
        found = agenda.due(self.agenda, self.facts, self.now)
        self.agenda = agenda.spoken(self.agenda, found, self.now)
        self.dropped += [one.kind for one in found.dropped]
        return [f"{self.now:%a %-d %b %-H:%M} {one.kind}" for one in found.said]

    @property
    def ahead(self) -> dict[Kind, datetime | None]:
        return agenda.planned(self.agenda, self.facts, self.now)

    @property
    def next(self) -> datetime | None:
        return min((at for at in self.ahead.values() if at is not None), default=None)

    def at(self, words: str) -> Self:
        self.now = on(words)
        return self

    def checks_in(self) -> Self:
        self.agenda = agenda.checked_in(self.agenda, self.now)
        return self.knows(touched=None)

    def talks(self, words: str, hours: float = 1) -> Self:
        talk = Meeting(on(words), on(words) + timedelta(hours=hours), self.now) if words else None
        self.agenda = agenda.arranged(self.agenda, talk)
        return self

    def snoozes(self, kind: Kind, words: str) -> Self:
        self.agenda = agenda.snoozed(self.agenda, kind, on(words))
        return self

    def skips(self, kind: Kind) -> Self:
        self.agenda = agenda.skipped(self.agenda, kind, self.ahead[kind], self.now)
        return self

    def knows(self, **facts: Any) -> Self:  # noqa: ANN401
        self.facts = replace(self.facts, **facts)
        return self

    def has(self, **terms: Any) -> Self:  # noqa: ANN401
        return self.knows(terms=replace(self.facts.terms, **terms))
