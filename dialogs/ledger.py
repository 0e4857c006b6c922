"""The evidence as a ledger: what each answer counted on its day, what is left of it, and how it faded.

It folds the log by the same rules and books every move of a subject, so that all figures can be checked with
a pencil: the parts of a subject always add up to its weight. It decides no weight of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dialogs import seats
from dialogs.deal import Answer, Deal, Evidence
from dialogs.doubts import Booked, Counted, Version, Viewed
from dialogs.events import Answered, CheckedIn, DealEvent, Edited, Returned
from dialogs.grounds import A_STATE, FADE, SUMMED, WEIGHT, Ground
from dialogs.history import (
    KINDS,
    Correction,
    Corrections,
    Folded,
    Key,
    Views,
    answer_after,
    corrections_of,
    first_answers,
    folded,
    standing,
    value_of,
    views_of,
)
from dialogs.questions import QUESTIONS, ground_of

NOTHING = Decimal("0.00")
SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Said:
    """One answer as it was first given, what was made of it since, and what others said of the same talk."""

    key: Key
    answer: Answered
    made: tuple[Correction, ...] = ()
    views: tuple[Viewed, ...] = ()


@dataclass(slots=True)
class Weighed:
    """What every answer of a log counted and counts, by check-in and question, and the subjects' accounts."""

    parts: dict[Ground, dict[Key, float]] = field(default_factory=dict)
    then: dict[Key, Decimal] = field(default_factory=dict)
    eased: dict[Key, int] = field(default_factory=dict)
    halved: dict[Key, int] = field(default_factory=dict)
    shadowed: set[Key] = field(default_factory=set)
    accounts: dict[Ground, list[Booked]] = field(default_factory=dict)
    given: dict[Key, Answer] = field(default_factory=dict)
    deal: Deal | None = None

    def left(self, key: Key) -> Decimal:
        """What is left of one answer's weight."""
        ground = ground_of(key[1])
        return figure(self.parts.get(ground, {}).get(key, 0.0)) if ground else NOTHING


def weighed(log: Iterable[DealEvent]) -> Weighed:
    """The whole log weighed, corrections applied. ValueError unless it opens a deal."""
    found = Weighed()
    for step in folded(log):
        match step.entry:
            case CheckedIn():
                _check_in(found, step)
            case Returned():
                for ground in SUMMED:
                    _halved(found, step, ground)
            case _:
                pass
        found.deal = step.after
    return found


def _check_in(found: Weighed, step: Folded) -> None:
    number = step.after.coach.check_ins
    opened = seats.round_of(step.before, step.entry.by)
    answers = opened.answers if opened else {}
    found.given |= {(number, key): answer for key, answer in answers.items()}
    for ground in SUMMED:
        spoken = {
            q.key: a.value
            for q in QUESTIONS
            if q.ground == ground and (a := answers.get(q.key)) is not None and a.value is not None
        }
        _moved(found, step, ground, number, spoken)
    if (given := answers.get("alternative")) is not None and given.value is not None:
        found.parts["A"] = {(number, "alternative"): A_STATE[given.value]}
        found.then[number, "alternative"] = figure(A_STATE[given.value])


def _moved(found: Weighed, step: Folded, ground: Ground, number: int, spoken: Mapping[str, int]) -> None:
    """One subject at the end of one check-in: faded, then added to, or taken from in proportion."""
    before, after = step.before.coach.grounds[ground], step.after.coach.grounds[ground]
    left = before * FADE[ground]
    worst = max(spoken.values(), default=None)
    parts = found.parts.setdefault(ground, {})
    scaled = after / left if left > SMALL and after < left else 1.0
    for key in parts:
        parts[key] *= FADE[ground] * scaled
        found.eased[key] = found.eased.get(key, 0) + (scaled < 1.0)
    if worst is not None:
        heard = next(key for key, value in spoken.items() if value == worst)
        parts[number, heard] = max(after - left, 0.0)
        found.then[number, heard] = figure(after - left)
        found.shadowed |= {(number, key) for key in spoken if key != heard and WEIGHT[spoken[key]] > 0}
    if before > SMALL or after > SMALL:
        booked = Booked(
            at=step.entry.at,
            check_in=number,
            before=figure(before),
            kept=figure(FADE[ground]),
            added=figure(after - left),
            after=figure(after),
            worst=worst,
        )
        found.accounts.setdefault(ground, []).append(booked)


def _halved(found: Weighed, step: Folded, ground: Ground) -> None:
    before, after = step.before.coach.grounds[ground], step.after.coach.grounds[ground]
    if before <= SMALL or after >= before:
        return
    parts = found.parts.get(ground, {})
    for key in parts:
        parts[key] *= after / before
        found.halved[key] = found.halved.get(key, 0) + 1
    share = figure(after / before)
    booked = Booked(step.entry.at, 0, figure(before), share, NOTHING, figure(after))
    found.accounts.setdefault(ground, []).append(booked)


def entries(log: Iterable[DealEvent]) -> tuple[Counted, ...]:
    """Every answer that speaks, or spoke until it was put right, oldest first."""
    log = tuple(log)
    return tuple(_entries(log, weighed(log), corrections_of(log), views_of(log)))


def _entries(
    log: tuple[DealEvent, ...], weights: Weighed, corrections: Corrections, views: Views
) -> Iterator[Counted]:
    order = {question.key: place for place, question in enumerate(QUESTIONS)}
    first = first_answers(log)
    for key in sorted(first, key=lambda key: (key[0], order.get(key[1], len(order)))):
        ground = ground_of(key[1])
        if ground is None or key not in weights.given:
            continue
        made, seen = corrections.get(key, ()), views.get(key, ())
        if _speaks(first[key], made, seen):
            yield _counted(log, weights, Said(key, first[key], made, seen))


def _speaks(answer: Answered, made: tuple[Correction, ...], views: tuple[Viewed, ...]) -> bool:
    """Whether any version of it says more than that all is well."""
    versions = [answer_after(answer, made[:n], views) for n in range(len(made) + 1)]
    return any(
        (value := value_of(version)) is not None and (value > 0 or version.note) for version in versions
    )


def _counted(log: tuple[DealEvent, ...], weights: Weighed, said: Said) -> Counted:
    key, made = said.key, said.made
    ground, deal = ground_of(key[1]), weights.deal
    if ground is None or deal is None:
        raise ValueError(key)
    edits = tuple(one for one in made if isinstance(one, Edited))
    counts = answer_after(said.answer, edits, said.views)
    last = standing(made) if made else "upheld"
    evidence = Evidence(
        key[1],
        value_of(counts) or 0,
        counts.at,
        counts.told_by or counts.by,
        key[0],
        counts.note,
        counts.added,
        counts.other,
        theirs=seats.colleague(deal, counts.told_by or counts.by),
    )
    return Counted(
        evidence=evidence,
        ground=ground,
        then=weights.then.get(key, NOTHING),
        now=weights.left(key),
        since=deal.coach.check_ins - key[0],
        eased=weights.eased.get(key, 0),
        halved=weights.halved.get(key, 0),
        in_shadow=key in weights.shadowed,
        standing=last if last in ("contested", "withdrawn") else "stands",
        versions=tuple(_versions(log, said)),
        terms=counts.terms,
        red_line=counts.red_line,
        value=value_of(counts),
    )


def _versions(log: tuple[DealEvent, ...], said: Said) -> Iterator[Version]:
    """What each correction found: the answer before it, and what it had counted."""
    key, made = said.key, said.made
    places = [n for n, entry in enumerate(log) if _corrects(entry, key)]
    for place, correction in enumerate(made):
        edits = [one for one in made[:place] if isinstance(one, Edited)]
        before = answer_after(said.answer, edits, said.views)
        later = places[place:]
        counted = weighed(e for n, e in enumerate(log) if n not in later).then.get(key, NOTHING)
        because = "" if isinstance(correction, Edited) else correction.because
        yield Version(
            KINDS[type(correction)],
            correction.at,
            because,
            value_of(before),
            before.note,
            counted,
            before.red_line,
        )


def _corrects(entry: DealEvent, key: Key) -> bool:
    return isinstance(entry, Correction) and (entry.check_in, entry.question) == key


def figure(weight: float) -> Decimal:
    """A weight to two decimals, as it is shown."""
    return Decimal(f"{weight:.2f}")
