"""Years of an invented life with one deal after another, driven as the engine drives them.

One timer a deal; at it either of two workers rings, some time late, some twice, some dying on the way; clocks
jump; what is stored is written and read again. Two readings of the rules are held side by side.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from bot.codec import registry
from dialogs import agenda as core
from dialogs.agenda import KINDS, Agenda, Due, Facts, Kind, Meeting, Reminder
from dialogs.cadence import Cadence, Terms, working_morning
from dialogs.hours import Hours
from dialogs.levels import Level
from tests.calendar_clock import QUARTER, Opening, begins, quarter
from tests.calendar_reading import Reading

FROM, TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
CODEC = registry(Agenda, Facts)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LEASE = 30 * SECOND
ASKS = (*core.PROMPTS, "digest")
ANY_TIME: frozenset[Kind] = frozenset({"deadline", "notice"})
RECESS = 4 * HOUR


@dataclass
class Tally:
    """What happened in a life, and what was wrong with it."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Life:
    """One person in one zone, from 2026 to 2030."""

    agenda: Agenda
    facts: Facts
    reading: Reading
    timer: datetime | None
    acts: datetime  # when somebody does something next

    def __init__(self, zone: str, seed: int, zones: Sequence[str], years: timedelta = TO - FROM) -> None:
        self.name = f"{zone} {seed}"
        self.chance = random.Random(self.name)
        self.zone, self.zones, self.ends = zone, zones, FROM + years
        self.tally = Tally()
        self.now, self.jumped = FROM + self.chance.randrange(10_000) * SECOND, FROM
        self.hours = _hours(self.chance)
        self.down_until = FROM
        self.rung = set[datetime]()
        self.opened(self.now)

    # ---------------------------------------------------------------- the engine

    def lived(self) -> Tally:
        """All of it."""
        while self.now < self.ends and not self.tally.wrong:
            rings = None if self.timer is None else max(self.timer, self.down_until, self.now)
            if rings is not None and rings <= self.acts:
                self.passes(rings)
                self.ring()
            else:
                self.passes(self.acts)
                self.act()
        self.tally.counts["days"] += (self.now - FROM).days
        return self.tally

    def passes(self, until: datetime) -> None:
        """Time goes on; now and then a clock jumps, or no worker is there for a while."""
        self.now = max(self.now, until) + self.chance.choice((0, 0, 1, 40)) * timedelta(milliseconds=7)
        if self.now - self.jumped > self.chance.randrange(5, 90) * DAY:
            self.jumped = self.now
            self.tally.counts["clock jumps"] += 1
            self.now += self.chance.choice((-1, 1)) * _span(self.chance)
            self.acts = min(self.acts, self.now + 3 * DAY)
            self.rung = {due for due in self.rung if due < self.now}
        if self.chance.random() < 0.04:
            self.tally.counts["outages"] += 1
            self.down_until = self.now + _span(self.chance)

    def ring(self) -> None:
        due = self.timer
        if due is None:
            return
        if due in self.rung:
            self.wrong(
                f"the timer of {due} rings for the second time: taken for a redelivery, it would be lost"
            )
        self.tally.counts["rings"] += 1
        self.stored()
        skew = self.chance.randrange(-300, 300) * timedelta(milliseconds=1)
        now = max(self.now + skew, due)
        if self.chance.random() < 0.05:  # a worker dies before it commits
            core.due(self.agenda, self.facts, now)
            self.tally.counts["worker deaths"] += 1
            now += LEASE
        found = core.due(self.agenda, self.facts, now)
        expected, over = self.reading.spoke(now)
        if {one.kind for one in found.said} != expected or sorted(one.kind for one in found.dropped) != over:
            self.wrong(f"said {found}, expected {expected} and too late {over}, at {now}")
        self.seen(found, now)
        self.agenda = core.spoken(self.agenda, found, now)
        self.rung.add(due)
        self.now = max(self.now, now)
        self.planned(now)
        if self.chance.random() < 0.2:
            self.tally.counts["redeliveries"] += 1  # known by its id: nothing happens
        self.now += SECOND
        for one in found.said:
            self.heard(one.kind)

    def stored(self) -> None:
        """A restart: what was kept is read again."""
        if self.chance.random() < 0.3:
            self.agenda = cast("Agenda", CODEC.unpack(CODEC.pack(self.agenda)))
            self.know(cast("Facts", CODEC.unpack(CODEC.pack(self.facts))))
            self.tally.counts["restarts"] += 1

    def planned(self, now: datetime) -> None:
        ahead = {kind: at for kind, at in core.planned(self.agenda, self.facts, now).items() if at}
        expected = self.reading.planned(now)
        other = [kind for kind in KINDS if ahead.get(kind) != expected.get(kind)]
        for kind in other:
            self.wrong(f"at {now} {kind} is planned for {ahead.get(kind)}, expected {expected.get(kind)}")
        self.timer = min(ahead.values(), default=None)

    def wrong(self, what: str) -> None:
        self.tally.wrong.append(f"{self.name}: {what}; {self.agenda}; {self.facts}")

    # ---------------------------------------------------------------- the witness

    def seen(self, found: Due, now: datetime) -> None:
        """Each once, never in quiet hours, never in a talk or a pause: whatever the two readings say."""
        for one in found.dropped:
            self.tally.counts["dropped as too late"] += 1
            self.once(one)
        for one in (*found.said, *found.besides):
            self.once(one)
        for one in found.said:
            self.tally.counts[f"said {one.kind}"] += 1
            recess = (
                one.kind == "pause_over" and self.facts.paused and one.about - self.facts.paused <= RECESS
            )
            any_time = recess or (one.kind in ANY_TIME and self.hours.break_through)
            if not any_time and not self.opening.may(now):
                self.wrong(f"{one} in quiet hours, at {now}")
            talk = self.agenda.meeting
            if talk is not None and talk.at <= now < talk.until and not any_time:
                self.wrong(f"{one} during a talk, at {now}")
            if one.kind in self.agenda.never or one.due > now:
                self.wrong(f"{one} is not wanted, or not due, at {now}")

    def once(self, one: Reminder) -> None:
        if one.again:  # was put off to here, perhaps to the very moment of the next one, which is another
            return
        key = (one.kind, one.about, one.meant or one.due)
        if key in self.known:
            self.wrong(f"{one} once more")
        self.known[key] = self.now

    # ---------------------------------------------------------------- what people do

    def opened(self, now: datetime) -> None:
        """A new deal."""
        chance = self.chance
        deadline = _aligned(now + chance.randrange(1, 120 * 24) * HOUR) if chance.random() < 0.7 else None
        terms = Terms(self.zone, self.hours, now, deadline)
        self.agenda, self.facts = Agenda(), Facts(terms=terms, opened=now)
        self.known, self.rung = dict[tuple[object, ...], datetime](), set[datetime]()
        self.reading = Reading(self.facts)
        self.closes = (deadline or now + 90 * DAY) + chance.randrange(-200, 300) * HOUR
        self.cadence(now)
        self.tally.counts["deals"] += 1
        self.know(self.facts)
        self.planned(now)
        self.acts = now + chance.randrange(1, 100) * HOUR

    def know(self, facts: Facts) -> None:
        self.facts = facts
        self.opening = Opening(self.hours, self.zone)
        self.reading.know(facts)

    def act(self) -> None:
        """Somebody does something, and the timer is set anew."""
        now = self.now
        if now >= self.closes:
            self.facts = replace(self.facts, live=False)
            if any(core.planned(self.agenda, self.facts, now).values()):
                self.wrong("a closed deal has letters to come")
            self.opened(now)
            return
        for key in [key for key, at in self.known.items() if key[0] in ASKS and at > now]:
            del self.known[key]  # the clock was turned back, and from this on the cadence counts anew
        doings: tuple[Callable[[datetime], None], ...] = (
            self.checks_in, self.leaves_open, self.cadence, self.arranges, self.dates, self.pauses,
            self.moves, self.wants, self.skips, self.level, self.asks_reader,
        )  # fmt: skip
        weights = (30, 8, 4, 16, 10, 8, 8, 4, 6, 6, 4)
        (doing,) = self.chance.choices(doings, weights)
        doing(now)
        self.tally.counts[doing.__name__] += 1
        self.stored()
        self.planned(now)
        self.acts = now + timedelta(minutes=self.chance.randrange(1, 8 * 24 * 60))

    def heard(self, kind: Kind) -> None:
        """A reminder was read: it is answered soon, put off, or ignored."""
        roll, now = self.chance.random(), self.now
        if roll < 0.35:
            self.acts = now + self.chance.randrange(1, 300) * timedelta(minutes=1)
        elif roll < 0.5:
            hours = self.chance.choice((0, 1, 3, 24))
            until = now + hours * HOUR if hours else working_morning(now, self.zone, 1, self.hours)
            self.agenda = core.snoozed(self.agenda, kind, until)
            self.reading.snoozed(kind, until)
            self.tally.counts["snoozed"] += 1
            self.planned(now)

    def checks_in(self, now: datetime) -> None:
        self.agenda = core.checked_in(self.agenda, now)
        self.reading.checked_in(now)
        self.know(replace(self.facts, touched=None))

    def leaves_open(self, now: datetime) -> None:
        if self.facts.paused is None:
            self.know(replace(self.facts, touched=now))

    def cadence(self, now: datetime) -> None:
        cadence = _cadence(self.chance)
        self.agenda = core.changed(self.agenda, cadence, now)
        self.reading.changed(cadence, now)

    def arranges(self, now: datetime) -> None:
        talk, chance = None, self.chance
        if chance.random() < 0.85:
            at = _aligned(now + chance.randrange(20, 12 * 24 * 60) * timedelta(minutes=1))
            talk = Meeting(at, at + chance.choice((1, 2, 4, 32)) * 2 * QUARTER, now)
        self.agenda = core.arranged(self.agenda, talk)
        self.reading.arranged(talk)

    def dates(self, now: datetime) -> None:
        moment = _aligned(now + self.chance.randrange(1, 30 * 24) * HOUR)
        kind = self.chance.choice(("deadline", "notice", "offer_ends", "plan_b_ends"))
        self.agenda = core.learnt(self.agenda, cast("Kind", kind), now)
        self.reading.upto[kind] = now
        if kind == "deadline":
            self.know(replace(self.facts, terms=replace(self.facts.terms, deadline=moment)))
            self.closes = moment + self.chance.randrange(-50, 300) * HOUR
        elif kind == "plan_b_ends":
            self.know(replace(self.facts, plan_b_ends=moment))
        elif kind == "offer_ends":
            self.agenda = replace(self.agenda, offer_ends=moment)
            self.reading.offer_ends = moment
        else:
            known = tuple(dict.fromkeys((*(each for each in self.agenda.notices if each > now), moment)))[-3:]
            self.agenda = replace(self.agenda, notices=known)
            self.reading.notices = known

    def pauses(self, now: datetime) -> None:
        if self.facts.paused is not None:
            self.checks_in(now)
            self.know(replace(self.facts, paused=None, paused_until=None))
            return
        until = _aligned(now + self.chance.choice((1, 2, 30, 100, 200)) * HOUR)
        self.know(replace(self.facts, paused=now, paused_until=until if self.chance.random() < 0.9 else None))

    def moves(self, now: datetime) -> None:
        """To another zone, to other hours, or out of office."""
        roll = self.chance.random()
        if roll < 0.3:
            self.zone = self.chance.choice(self.zones)
        elif roll < 0.6:
            self.hours = _hours(self.chance)
        else:
            until = working_morning(now, self.zone, self.chance.randrange(1, 12))
            self.hours = replace(self.hours, away_since=now, away_until=until if roll < 0.9 else None)
        self.know(replace(self.facts, terms=replace(self.facts.terms, zone=self.zone, hours=self.hours)))

    def wants(self, now: datetime) -> None:
        if self.agenda.never:
            kind = cast("Kind", self.agenda.never[0])
            self.agenda = core.wanted(self.agenda, kind, now)
            self.reading.upto[kind] = max(self.reading.upto.get(kind, now), now)
            self.reading.never.discard(kind)
        else:
            kind = self.chance.choice(KINDS)
            self.agenda = core.unwanted(self.agenda, kind)
            self.reading.never.add(kind)
            self.reading.unanswered = 0

    def skips(self, now: datetime) -> None:
        kind = self.chance.choice(KINDS)
        ahead = core.planned(self.agenda, self.facts, now)[kind]
        self.agenda = core.skipped(self.agenda, kind, ahead, now)
        self.reading.skipped(kind, now)

    def level(self, _: datetime) -> None:
        self.know(
            replace(self.facts, terms=replace(self.facts.terms, level=self.chance.choice(tuple(Level))))
        )

    def asks_reader(self, now: datetime) -> None:
        self.know(replace(self.facts, reader_since=None if self.facts.reader_since else now))


def _aligned(moment: datetime) -> datetime:
    return begins(quarter(moment))


def _span(chance: random.Random) -> timedelta:
    return chance.choice((2 * SECOND, 90 * SECOND, 10 * timedelta(minutes=1), HOUR, 9 * HOUR, DAY, 6 * DAY))


def _clock(chance: random.Random) -> time:
    return time(chance.randrange(24), 15 * chance.randrange(4))


def _hours(chance: random.Random) -> Hours:
    """Mostly days as people work them; some shifts, short days, nights, and round the clock."""
    free = tuple(
        sorted(date(2026, 1, 1) + chance.randrange(1826) * DAY for _ in range(chance.choice((0, 60))))
    )
    roll, through = chance.random(), chance.random() < 0.3
    if roll < 0.4:
        return Hours(holidays=free, break_through=through)
    days = tuple(sorted(chance.sample(range(7), chance.randrange(8))))
    begin = time(2, 30) if roll < 0.5 else _clock(chance)
    end = begin if roll > 0.9 else time(2, 30) if roll > 0.8 else _clock(chance)
    return Hours(days, begin, end, holidays=free, break_through=through)


def _cadence(chance: random.Random) -> Cadence:
    at = chance.choice((time(9), time(9, 30), time(2, 30), time(1, 30), time(0), _clock(chance)))
    weekdays = tuple(sorted(chance.sample(range(7), chance.randrange(1, 4))))
    spans = tuple(chance.sample((HOUR, 2 * HOUR, 5 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY), 3))
    beyond = chance.random() < 0.3
    return chance.choice((
        Cadence("suggested", chance.choice((1, 3, 5)), at, beyond=beyond),
        Cadence("every", chance.randrange(1, 8), at, beyond=beyond),
        Cadence("weekly", at=at, weekdays=weekdays, beyond=beyond),
        Cadence("daily", at=at, beyond=beyond),
        Cadence("shares", shares=tuple(sorted(chance.sample(range(5, 100, 5), 4)))),
        Cadence("before", spans=spans),
        Cadence("never"),
    ))  # fmt: skip
