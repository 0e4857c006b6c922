"""What a deal's reminders come to, read from the rules once more: what was said is a list, not a date.

Deliberately plain and slow; it is held beside dialogs.agenda over years of invented life.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from dialogs.agenda import Facts, Kind, Meeting
from dialogs.cadence import SUGGESTED, Cadence
from dialogs.levels import Level
from tests.calendar_clock import Opening, minutes

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
SPANS: dict[Kind, tuple[timedelta, ...]] = {
    "deadline": (WEEK, DAY, 2 * HOUR),
    "notice": (WEEK, DAY),
    "offer_ends": (DAY, 2 * HOUR),
    "plan_b_ends": (DAY, 2 * HOUR),
}
ASKS: tuple[Kind, ...] = ("check_in", "unfinished", "digest")
NINE, MONDAY = 9 * 60, 0
LOOKED_BACK = 45  # days


@dataclass(frozen=True)
class Thing:
    """One thing to say: from when, until when, and which it is, so that it is said once."""

    kind: Kind
    due: datetime
    key: tuple[object, ...]
    ends: datetime | None = None
    put_off: bool = False


class Reading:
    """The reminders of one deal."""

    def __init__(self, facts: Facts) -> None:
        self.cadence, self.fresh = SUGGESTED, facts.opened
        self.talk: Meeting | None = None
        self.notices: tuple[datetime, ...] = ()
        self.offer_ends: datetime | None = None
        self.said = set[tuple[object, ...]]()
        self.upto = dict[str, datetime]()  # of each kind, when it was last asked for, answered or passed over
        self.put_off = dict[Kind, datetime]()
        self.never = set[str]()
        self.unanswered = 0
        self.know(facts)

    def know(self, facts: Facts) -> None:
        """What else is so now."""
        self.facts = facts
        self.open = Opening(facts.terms.hours, facts.terms.zone)

    # ---------------------------------------------------------------- what happens

    def spoke(self, now: datetime) -> tuple[set[Kind], list[Kind]]:
        """The kinds to say now, in one message, and those that came too late; they are through."""
        late = [(thing, self.sayable(thing, now)) for thing in self.things() if thing.due <= now]
        over = [thing for thing, at in late if thing.ends is not None and at >= thing.ends]
        said = [thing for thing, at in late if at <= now and thing not in over]
        for thing in (*said, *over):
            self.put_off.pop(thing.kind, None)
            if thing.put_off:
                continue
            self.said.add(thing.key)
            if thing.kind in (*ASKS, "reader_waits"):
                self.upto[thing.kind] = now
            if thing.kind == "pause_over":
                self.upto["check_in"] = now
                self.put_off = {kind: at for kind, at in self.put_off.items() if kind not in ASKS}
        kinds = {thing.kind for thing in said}
        self.unanswered += any(
            thing.kind in ("check_in", "unfinished") and not thing.put_off for thing in said
        )
        return kinds, sorted(thing.kind for thing in over)

    def checked_in(self, now: datetime) -> None:
        if self.talk is not None and self.talk.at <= now:
            self.talk = None
        for kind in ASKS:
            self.upto[kind] = now
            self.put_off.pop(kind, None)
        self.unanswered = 0

    def changed(self, cadence: Cadence, now: datetime) -> None:
        self.cadence, self.fresh, self.unanswered = cadence, now, 0
        self.upto["check_in"] = self.upto["unfinished"] = now

    def arranged(self, talk: Meeting | None) -> None:
        self.talk = talk
        self.upto.pop("brief", None)
        self.put_off.pop("brief", None)

    def snoozed(self, kind: Kind, until: datetime) -> None:
        self.put_off[kind] = until
        self.unanswered = 0

    def skipped(self, kind: Kind, now: datetime) -> None:
        ahead = self.planned(now).get(kind)
        self.unanswered = 0
        if self.put_off.pop(kind, None) is None:
            self.upto[kind] = max(self.upto.get(kind, now), ahead or now, now)

    # ---------------------------------------------------------------- what is to come

    def planned(self, now: datetime) -> dict[Kind, datetime]:
        """The next moment of every kind that has one."""
        found = dict[Kind, datetime]()
        for thing in self.things():
            at = self.sayable(thing, now)
            found[thing.kind] = min(at, found.get(thing.kind, at))
        return found

    def sayable(self, thing: Thing, now: datetime) -> datetime:
        at, facts = max(thing.due, now), self.facts
        begun = facts.paused
        if thing.kind == "pause_over" and begun is not None and thing.key[1] - begun <= 4 * HOUR:  # type: ignore[operator]
            return at
        any_hour = thing.kind in ("deadline", "notice") and facts.terms.hours.break_through
        at = at if any_hour else self.open.onward(at)
        if self.talk is not None and self.talk.at <= at < self.talk.until and thing.kind != "brief":
            after = self.talk.until if any_hour else self.open.onward(self.talk.until)
            cannot_wait = any_hour and thing.ends is not None and after >= thing.ends
            return at if cannot_wait else after
        return at

    def things(self) -> list[Thing]:
        """All that is to be said now or later, the next one of each."""
        found = [
            *self._dates(),
            *self._brief(),
            *self._pause(),
            *self._passed(),
            *self._reader(),
            *self._later(),
        ]
        if not self._rests():
            found += self._asks()
        return [thing for thing in found if thing.kind not in self.never]

    def _upto(self, *kinds: str) -> datetime:
        return max(self.upto.get(kind, self.facts.opened) for kind in kinds)

    def _rests(self) -> bool:
        until = self.facts.paused_until
        told = ("pause_over", until) in self.said or "pause_over" in self.never
        told = told or (until is not None and until <= self._upto("pause_over"))
        return self.facts.paused is not None and not (told and until is not None)

    def _dates(self) -> Iterator[Thing]:
        facts = self.facts
        dates: dict[Kind, tuple[datetime | None, ...]] = {
            "deadline": (facts.terms.deadline,),
            "notice": self.notices,
            "offer_ends": (self.offer_ends,),
            "plan_b_ends": (facts.plan_b_ends,),
        }
        for kind, moments in dates.items():
            for ends in (moment for moment in moments if moment is not None):
                for span in SPANS[kind]:
                    any_hour = kind in ("deadline", "notice") and facts.terms.hours.break_through
                    wanted = ends - span
                    due = wanted if any_hour else self.open.in_time(wanted, ends, facts.opened)
                    said = any((kind, ends, other) in self.said for other in SPANS[kind] if other <= span)
                    if due is None or said or wanted <= facts.opened or due <= self._upto(kind):
                        continue
                    yield Thing(kind, due, (kind, ends, span), ends)

    def _brief(self) -> Iterator[Thing]:
        talk = self.talk
        if talk is not None and ("brief", talk.at) not in self.said:
            due = self.open.in_time(talk.at - HOUR, talk.at, talk.told)
            if due is not None and due > max(talk.told, self._upto("brief")):
                yield Thing("brief", due, ("brief", talk.at), talk.at)

    def _pause(self) -> Iterator[Thing]:
        until = self.facts.paused_until
        if self.facts.paused is None or until is None or until <= self._upto("pause_over"):
            return
        if ("pause_over", until) not in self.said:
            yield Thing("pause_over", until, ("pause_over", until))

    def _passed(self) -> Iterator[Thing]:
        ends = self.facts.terms.deadline
        if ends is not None and ("passed", ends) not in self.said and ends > self._upto("deadline_passed"):
            yield Thing("deadline_passed", ends, ("passed", ends))

    def _reader(self) -> Iterator[Thing]:
        since = self.facts.reader_since
        if since is not None and since > self._upto("reader_waits"):
            yield Thing("reader_waits", self.open.working_day(since, 1, NINE), ("reader", since))

    def _later(self) -> Iterator[Thing]:
        dates: dict[Kind, datetime | None] = {
            "deadline": self.facts.terms.deadline,
            "notice": max(self.notices, default=None),
            "offer_ends": self.offer_ends,
            "plan_b_ends": self.facts.plan_b_ends,
            "brief": self.talk.at if self.talk else None,
        }
        left_open, rests = self.facts.touched is not None, self._rests()
        holds: dict[Kind, bool] = {
            "pause_over": self.facts.paused is not None,
            "deadline_passed": self.facts.terms.deadline is not None,
            "reader_waits": self.facts.reader_since is not None,
            "unfinished": left_open and not rests,
            "check_in": not left_open and not rests,
            "digest": not rests,
        }
        for kind, at in self.put_off.items():
            ends = dates.get(kind)
            if holds.get(kind) or (ends is not None and ends > at):
                yield Thing(kind, at, (kind, ends or at), ends, put_off=True)

    def _asks(self) -> Iterator[Thing]:
        touched = self.facts.touched
        if touched is not None and touched >= self._upto("unfinished"):
            since = max(touched, self._upto("check_in"))
            yield Thing("unfinished", self.open.working_day(since, 1, NINE), ("unfinished", touched))
        elif self.talk is not None and self.talk.until > self._upto("check_in", "unfinished"):
            yield Thing("check_in", self.talk.until, ("after", self.talk.at))
        elif self.cadence.kind != "never":
            yield from self._by_cadence()

    def _by_cadence(self) -> Iterator[Thing]:
        cadence, deadline = self.cadence, self.facts.terms.deadline
        word = max(self._upto(*ASKS), self.facts.paused_until or self._upto(*ASKS))
        if self.unanswered >= 2 or self.facts.paused is not None:
            weekly = Cadence("weekly", weekdays=(MONDAY,), beyond=cadence.beyond)
            digest = self._turn(weekly, word, replaced=False)
            last_week = deadline - WEEK - timedelta(seconds=1) if deadline and word < deadline else None
            if last_week is None or ("digest" not in self.never and digest and digest <= last_week > word):
                if digest is not None:
                    yield Thing("digest", digest, ("digest", digest))
                return
            word = max(word, last_week)
        due = self._turn(cadence, word, replaced=word not in (self.facts.opened, self.fresh))
        if cadence.kind not in ("shares", "before") and deadline and timedelta(0) <= deadline - word < DAY:
            due = None if self.unanswered else self._in_hours(word, deadline)
            if due is None and cadence.beyond:
                due = self._turn(cadence, deadline, replaced=False)
        if due is not None:
            yield Thing("check_in", due, ("check_in", due), None if cadence.beyond else deadline)

    def _in_hours(self, word: datetime, deadline: datetime) -> datetime | None:
        wait = min(3 * HOUR, (deadline - word) / 2)
        return None if wait < HOUR / 2 else self.open.in_time(word + wait, deadline, word)

    def _turn(self, cadence: Cadence, word: datetime, *, replaced: bool) -> datetime | None:
        """The next one, past those that the last word came near to."""
        deadline = None if cadence.beyond else self.facts.terms.deadline
        for due, near in self._turns(cadence, word):
            if deadline is not None and due >= deadline:
                return None
            if due > word and not (replaced and word >= near):
                return due
        return None

    def _turns(self, cadence: Cadence, word: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Moments in order, each with the moment from which on a word takes its place."""
        at, terms = minutes(cadence.at), self.facts.terms
        if cadence.kind in ("suggested", "every"):
            calm = cadence.kind == "every" or terms.level is Level.STAY
            due = self.open.onward(self.open.working_day(word, cadence.days if calm else 1, at))
            late = terms.deadline is not None and due >= terms.deadline and not cadence.beyond
            if cadence.kind == "suggested" and late:
                due = self.open.onward(self.open.working_day(word, 1, at))
            yield due, due
        elif cadence.kind in ("daily", "weekly"):
            yield from _halfway(self._slots(cadence, word, at))
        elif terms.deadline is not None and cadence.kind == "shares":
            spent = terms.deadline - self.facts.opened
            wanted = [self.facts.opened + spent * share / 100 for share in cadence.shares]
            found = [self.open.in_time(each, terms.deadline, self.facts.opened) for each in wanted]
            yield from _halfway(iter([self.facts.opened, *sorted({each for each in found if each})]))
        elif terms.deadline is not None:
            end, start = terms.deadline, self.facts.opened
            points = [(self.open.in_time(end - span, end, start), span / 2) for span in cadence.spans
                      if span < end - start]  # fmt: skip
            yield from sorted((due, due - half) for due, half in points if due is not None)

    def _slots(self, cadence: Cadence, word: datetime, at: int) -> Iterator[datetime]:
        day, last = self.open.clock.day(word) - LOOKED_BACK, None
        while True:
            if cadence.kind == "daily" or (day + 3) % 7 in cadence.weekdays:
                found = self.open.placed(day, at)
                if last is None or found > last:
                    last = found
                    yield found
            day += 1


def _halfway(moments: Iterator[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Each but the first with the middle of the way to it."""
    for before, due in pairwise(moments):
        yield due, before + (due - before) / 2
