"""What would change the level: conditions tried by the same rules, each true when it happens.

It promises nothing it has not tried, and looks no farther ahead than helps anybody. The time stands still
meanwhile: a condition holds for what is known now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dialogs import bids, grounds, levels
from dialogs.deal import Deal
from dialogs.effect import Change
from dialogs.events import RedLineCured
from dialogs.grounds import COUNTED, Ground
from dialogs.levels import Level
from dialogs.questions import QUESTIONS
from dialogs.record import by_ground, facts_of, level_of, recorded

MOST_CHANGES = 3
LOOK_AHEAD, LOOK_AHEAD_TOGETHER = 3, 8  # check-ins: farther off, one thing alone is no help to anybody
WORRYING = 2


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where the deal's rows stand, now or after something imagined."""

    facts: levels.Facts
    latches: levels.Latches
    returned: bool = False  # there was a return

    @property
    def level(self) -> Level:
        """The level there."""
        return levels.level(self.latches, self.facts)


def would_change(deal: Deal) -> tuple[Change, ...]:
    """Up to three things that would change the level: first what lowers it, the nearest first.

    What would raise it fills the places left. Empty at stay, and where nothing within reach changes it.
    """
    if level_of(deal) is Level.STAY:
        return ()
    now = _now(deal)
    lowering = sorted(_lowering(deal, now), key=lambda change: (change.check_ins, change.level))
    return tuple((*lowering, *_raising(now))[:MOST_CHANGES])


def _lowering(deal: Deal, now: Outlook) -> Iterator[Change]:
    yield from _cured(deal, now)
    yield from bids.lowering(deal, now.facts, now.level)
    worrying = _worrying(deal)
    together = _together(now, worrying)
    alone = list(_alone(now, worrying, together))
    yield from alone
    if (found := _returned(now)) is not None and not any(_as_good(one, found) for one in alone):
        yield found
    lowest = together is not None and all(together.level < one.level for one in alone)
    if together is not None and lowest and len(alone) < max(len(worrying), 1):
        yield together


def _together(now: Outlook, worrying: tuple[str, ...]) -> Change | None:
    """All that worries calm at once; without any, nothing new at all."""
    name = worrying[0] if len(worrying) == 1 else "all" if worrying else "quiet"
    return _calmer(now, worrying, name, LOOK_AHEAD_TOGETHER, now.level)


def _alone(now: Outlook, worrying: tuple[str, ...], together: Change | None) -> Iterator[Change]:
    """Each thing that worries, calm by itself: none helps sooner than all of them together."""
    if together is None or together.check_ins > LOOK_AHEAD:
        return
    for key in worrying:
        if (found := _calmer(now, (key,), key, LOOK_AHEAD, now.level)) is not None:
            yield found


def _as_good(one: Change, other: Change) -> bool:
    """Whether one leads as low as the other, as soon."""
    return one.check_ins <= other.check_ins and one.level <= other.level


def _now(deal: Deal) -> Outlook:
    facts = facts_of(deal, deal.last_event or deal.opened)
    return Outlook(facts, deal.coach.latches, returned=deal.coach.returns > 0)


def _worrying(deal: Deal) -> tuple[str, ...]:
    """The questions whose last answer still speaks against the deal."""
    return tuple(
        q.key
        for q in QUESTIONS
        if q.ground in COUNTED
        and (last := deal.coach.asked.get(q.key)) is not None
        and (last.value or 0) >= WORRYING
    )


def _cured(deal: Deal, now: Outlook) -> Iterator[Change]:
    """A red line whose breach is withdrawn."""
    for index, line in enumerate(deal.red_lines):
        if line.confirmed:
            at = deal.last_event or deal.opened
            lower = level_of(recorded(deal, RedLineCured(id="", at=at, red_line=index)).deal)
            if lower < now.level:
                yield Change("red_line_cured", index, 0, lower)


def _calmer(there: Outlook, keys: tuple[str, ...], name: str, most: int, level: Level) -> Change | None:
    """How many calm answers to these questions running lead below `level`, all else staying as it is."""
    if levels.by_fit(level, there.facts):
        return None  # the prices alone hold it
    answers = by_ground(dict.fromkeys(keys, 0))
    facts = replace(there.facts, suspected=there.facts.suspected and "red_line" not in keys)
    there = replace(there, facts=facts)
    for count in range(1, most + 1):
        before, there = there, _checked_in(there, answers)
        if there.level < level:
            return Change(name, 0, count, there.level)
        if there == before:
            return None  # nothing moves any more
    return None


def _returned(now: Outlook) -> Change | None:
    """A pause, a return, and then so many check-ins without anything new."""
    facts = replace(
        now.facts,
        grounds=grounds.seen_by_fit(grounds.returned(now.facts.grounds), now.facts.p),
        tried=True,
        checked_in_since_return=False,
    )
    back = Outlook(facts, levels.risen(now.latches, facts), returned=True)
    return _calmer(back, (), "return", LOOK_AHEAD, now.level)


def _checked_in(there: Outlook, answers: Mapping[Ground, grounds.Answers]) -> Outlook:
    """One check-in on, with these calm answers and no others."""
    facts = there.facts
    weights = grounds.seen_by_fit(facts.grounds, facts.p)
    facts = replace(
        facts,
        grounds=grounds.updated(weights, answers, fit_speaks=facts.p is not None),
        checked_in_since_return=there.returned,
    )
    return replace(there, facts=facts, latches=levels.checked(there.latches, facts))


def _raising(now: Outlook) -> Iterator[Change]:
    """What would raise the level: something tried that changes nothing, a last offer or a cure refused."""
    for name, facts in (
        ("tried", replace(now.facts, tried=True)),
        ("final_offer_refused", replace(now.facts, final_offer_refused=True, tried=True)),
        ("cure_refused", replace(now.facts, cure_refused=now.facts.confirmed)),
    ):
        there = Outlook(facts, levels.risen(now.latches, facts))
        if there.level > now.level:
            yield Change(name, 0, 0, there.level)
            return
