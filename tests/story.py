"""One deal told step by step, at the door of the core: what happened goes in, deal and effects come out.

Time passes only when the story says so. It knows no rule of its own, so that a test of one cannot pass by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self, TypeVar

from dialogs import events, reread, roles, timers
from dialogs.agenda import Agenda
from dialogs.deal import Deal, Round
from dialogs.effects import AnyEffect, Ask, Nudge, Pass, Remind
from dialogs.grounds import COUNTED
from dialogs.news import RemindersDue
from dialogs.record import level_of
from dialogs.turn import take
from dialogs.turns import Turn

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
OWNER, COLLEAGUE, STRANGER = "pOwner", "pColleague", "pStranger"
RED_LINES, MUST_HAVES = ("exclusivity", "unlimited liability"), ("net 30", "data stays here", "exit clause")
CALM = {"tone": 0, "movement": 0, "mutual": 0, "pressure": 0, "red_line": 0, "alternative": 0}
_E = TypeVar("_E")


class Story:
    """A deal, the log that made it, and what its last turn came to."""

    def __init__(self, **facts: object) -> None:
        self.now, self.count, self.log = MONDAY, 0, list[events.DealEvent]()
        self.turn = Turn(None)
        told: dict[str, Any] = {
            "red_lines": RED_LINES,
            "must_haves": MUST_HAVES,
            "colleagues": (COLLEAGUE,),
            **facts,
        }
        self.does(events.Opened, deal="d1", name="DynamicTech renewal", counterpart="DynamicTech", **told)

    @property
    def deal(self) -> Deal:
        assert self.turn.deal is not None
        return self.turn.deal

    @property
    def round(self) -> Round:
        assert self.deal.check_in is not None
        return self.deal.check_in

    @property
    def level(self) -> str:
        return level_of(self.deal).key

    @property
    def total(self) -> float:
        return round(self.deal.coach.grounds.total, 2)

    @property
    def weights(self) -> dict[str, float]:
        return {ground: self.deal.coach.grounds[ground] for ground in (*COUNTED, "S")}

    @property
    def told(self) -> list[str]:
        """The keys of the few words said in the last turn."""
        return [effect.key for effect in self.turn.effects if hasattr(effect, "key")]

    def heard(self, kind: type[_E]) -> _E:
        """The one effect of this kind in the last turn."""
        (found,) = self.all(kind)
        return found

    def all(self, kind: type[_E]) -> list[_E]:
        return [effect for effect in self.turn.effects if isinstance(effect, kind)]

    @property
    def reminded(self) -> list[str]:
        """The kinds of reminders that the owner is to read after the last turn."""
        passed = [effect.event for effect in self.all(Pass)]
        return [kind for event in passed if isinstance(event, RemindersDue) for kind in event.kinds]

    @property
    def clock(self) -> datetime | None:
        """When the agenda rings next, as the last turn set it."""
        return [effect.due for effect in self.all(Remind) if effect.purpose == timers.AGENDA][-1]

    def rings(self, purpose: str = timers.AGENDA) -> Self:
        return self.does(events.ReminderDue, by="", purpose=purpose, due=self.now)

    def takes(self, event: events.DealEvent) -> Self:
        deal = self.turn.deal
        if deal is not None and reread.needs_log(event, deal) and roles.may(deal, event):
            self.turn = reread.taken(deal, self.log, event)
        else:
            self.turn = take(deal, event)
        self.log.extend(self.turn.entries)
        return self

    def does(self, kind: type[Any], *, by: str = OWNER, **fields: object) -> Self:
        self.count += 1
        return self.takes(kind(id=f"e{self.count}", at=self.now, by=by, **fields))

    def later(self, **span: float) -> Self:
        self.now += timedelta(**span)
        return self

    def answers(self, **given: int | None) -> Self:
        for question, answer in given.items():
            self.does(events.Answered, question=question, answer=answer)
        return self

    def checks_in(self, **given: int | None) -> Self:
        """One whole check-in on the record, two days after whatever came before."""
        return self.later(days=2).answers(**given).does(events.CheckedIn)

    def stays_calm_but(self, **given: int | None) -> Self:
        return self.checks_in(**{**CALM, **given})

    def returns_from_a_pause(self) -> Self:
        self.does(events.Paused, until=self.now + timedelta(days=1)).later(days=1)
        return self.does(events.Returned, conditions=("new_information", "another_person"))

    def starts(self, *, by: str = OWNER) -> Self:
        """A check-in as a conversation."""
        return self.does(events.CheckInStarted, by=by)

    def taps(self, answer: int | None = None, **fields: Any) -> Self:  # noqa: ANN401
        return self.does(events.Tapped, answer=answer, **fields)

    def says(self, text: str) -> Self:
        return self.does(events.Worded, text=text)

    def picks(self, choice: str) -> Self:
        return self.does(events.Chosen, choice=choice)

    def skips(self) -> Self:
        return self.does(events.Skipped)

    def goes_back(self) -> Self:
        return self.does(events.WentBack)

    def answers_calmly_until(self, question: str) -> Self:
        """Zeros until this question is on the screen."""
        while self.heard(Ask).question != question:
            self.calmly()
        return self

    def calmly(self) -> Self:
        if self.round.stage != "answer":
            return self.skips()
        if self.round.open == "must_haves":
            return self.taps(terms=("met",) * len(self.deal.must_haves))
        if self.round.open == "offer":
            return self.taps(amount=Decimal(70))
        return self.taps(0)

    def finishes_calmly(self) -> Self:
        while self.deal.check_in is not None:
            self.calmly()
        return self

    def edits(self, check_in: int, question: str, answer: int | None, note: str = "") -> Self:
        self.count += 1
        event = events.Edited(
            id=f"e{self.count}", at=self.now, by=OWNER, check_in=check_in, question=question, answer=answer,
            note=note,
        )  # fmt: skip
        return self.takes(event)

    @property
    def nudged(self) -> bool:
        """Whether the last turn ended in a nudge."""
        return self.turn.nudge

    @property
    def nudge(self) -> Nudge:
        return self.heard(Nudge)


def nudges(story: Story, *steps: dict[str, int | None]) -> Iterator[bool]:
    """Whether each of these check-ins, otherwise calm, ended in a nudge."""
    for step in steps:
        yield story.stays_calm_but(**step).nudged


def effects_but(turn: Turn, *kinds: type[AnyEffect]) -> tuple[AnyEffect, ...]:
    return tuple(effect for effect in turn.effects if not isinstance(effect, kinds))


def without_screen(deal: Deal) -> Deal:
    """The deal as its log knows it: what is on a screen, and its reminders, left out."""
    return replace(deal, check_in=None, next_check_in=None, agenda=Agenda(), draft=None, shares=())
