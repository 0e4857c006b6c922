"""Reads the lines of a replay: one reader an event, or `rows.Unreadable`. Its other half is `written`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from dialogs import decision_rows, limits, reminder_rows, rows, share_rows
from dialogs.afterwards import Again, LookedBack, Protects, TimeFreed
from dialogs.deal import Alternative, Deal, Outcome, ReturnCondition, Side, Tried
from dialogs.details import Detail, DetailTold
from dialogs.doubts import EvidenceContested, EvidenceUpheld, EvidenceWithdrawn, Viewed
from dialogs.events import (
    AboutToWalk,
    Acted,
    AlternativeChanged,
    Answered,
    CheckedIn,
    Closed,
    DealEvent,
    Edited,
    Noted,
    NothingChanged,
    Offered,
    Opened,
    Paused,
    PauseReviewed,
    RedLineConfirmed,
    Renamed,
    Reopened,
    Returned,
    Snoozed,
)
from dialogs.held import Sealed
from dialogs.issues import Issue
from dialogs.offers import IssuesSet, OfferCorrected, OfferWithdrawn, Unsaid
from dialogs.questions import BY_KEY, Question
from dialogs.seals import LimitChanged, LimitTakenBack, LimitWanted

Row = Mapping[str, Any]
Reader = Callable[[Row, Deal | None, datetime], DealEvent]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it stands on a line: the number, or a term for each must-have."""

    question: str
    answer: int | None
    terms: tuple[Any, ...]


def _opened(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return Opened(
        id="",
        at=at,
        deal=rows.text(row, "deal"),
        name=rows.text(row, "name"),
        counterpart=rows.text(row, "counterpart"),
        alias=rows.optional_text(row, "alias"),
        side=rows.choice(row, "side", get_args(Side)),
        unit=rows.optional_text(row, "unit"),
        limit=rows.amount(row, "reservation_value"),
        target=rows.amount(row, "target"),
        must_haves=rows.texts(row, "must_haves"),
        red_lines=rows.texts(row, "red_lines"),
        alternative=rows.alternative(row.get("alternative"), at),
        cost_of_delay=rows.amount(row, "cost_of_delay"),
        promise=rows.optional_text(row, "promise"),
        purpose=rows.optional_text(row, "purpose"),
        deadline=rows.day_or_moment(row, "deadline", at.tzinfo),
        colleagues=rows.texts(row, "colleagues"),
    )


def _offered(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    side = rows.needed(rows.choice(row, "by", ("us", "them")), "by", "us or them")
    value = rows.needed(rows.amount(row, "value"), "value", "a number")
    return Offered(
        id="",
        at=at,
        side="us" if side == "us" else "them",
        value=value,
        package=rows.package(row),
        typed=rows.optional_text(row, "typed"),
        other=rows.amount(row, "other"),
    )


def _offer_number(row: Row) -> int:
    value = row.get("offer")
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise rows.Unreadable(f"offer: expected the number of an offer, counted from 1, got {value!r}")
    return value


def _offer_corrected(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    value = rows.needed(rows.amount(row, "value"), "value", "a number")
    typed = rows.optional_text(row, "typed")
    return OfferCorrected(
        id="", at=at, offer=_offer_number(row), value=value, package=rows.package(row), typed=typed
    )


def _issues_set(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    value = row.get("issues")
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise rows.Unreadable(f"issues: expected a list of issues, got {value!r}")
    return IssuesSet(id="", at=at, issues=tuple(map(_issue, value)), least=rows.amount(row, "least"))


def _issue(row: Row) -> Issue:
    weight, worst, best = (
        rows.needed(rows.amount(row, key), key, "a number") for key in ("weight", "worst", "best")
    )
    if worst == best:
        raise rows.Unreadable("issues: worst and best must differ")
    limit, unit = rows.amount(row, "limit"), rows.optional_text(row, "unit")
    return Issue(rows.text(row, "name"), weight, worst, best, limit, unit)


def _answered(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    given = _given(row, deal)
    red_line = rows.red_line_index(row, deal) if row.get("red_line") is not None else None
    return Answered(
        id="",
        at=at,
        by=_who(row, deal),
        question=given.question,
        answer=given.answer,
        terms=given.terms,
        amount=rows.amount(row, "amount"),
        note=rows.optional_text(row, "note"),
        red_line=red_line,
        choice=rows.optional_text(row, "choice"),
        added=rows.optional_text(row, "added"),
    )


def _who(row: Row, deal: Deal | None) -> str:
    who = rows.optional_text(row, "who")
    if who and (deal is None or who not in deal.colleagues):
        raise rows.Unreadable(f"who: expected a colleague of the deal, got {who!r}")
    return who


def _viewed(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    given = _given(row, deal)
    return Viewed(
        id="",
        at=at,
        by=_who(row, deal),
        check_in=_check_in(row),
        question=given.question,
        answer=given.answer,
        terms=given.terms,
        amount=rows.amount(row, "amount"),
        note=rows.optional_text(row, "note"),
        red_line=rows.whole(row, "red_line"),
        choice=rows.optional_text(row, "choice"),
        added=rows.optional_text(row, "added"),
    )


def _question(row: Row) -> Question:
    key = rows.text(row, "question")
    if key not in BY_KEY:
        raise rows.Unreadable(f"question: expected one of {', '.join(BY_KEY)}, got {key!r}")
    return BY_KEY[key]


def _given(row: Row, deal: Deal | None) -> Given:
    question, answer = _question(row), row.get("answer")
    if answer is None:
        return Given(question.key, None, ())
    if question.reads == "terms":
        return Given(question.key, None, rows.terms(answer, "answer", deal))
    if question.reads == "amount":
        return Given(question.key, None, ())
    if isinstance(answer, bool) or answer not in (0, 1, 2, 3):
        raise rows.Unreadable(f"answer: expected 0, 1, 2, 3 or null, got {answer!r}")
    return Given(question.key, int(answer), ())


def _edited(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    given = _given(row, deal)
    return Edited(
        id="",
        at=at,
        check_in=_check_in(row),
        question=given.question,
        answer=given.answer,
        terms=given.terms,
        note=rows.optional_text(row, "note"),
        red_line=rows.whole(row, "red_line"),
        keeps=rows.flag(row, "keeps"),
    )


def _check_in(row: Row) -> int:
    return rows.needed(rows.whole(row, "check_in", least=1), "check_in", "the number of a check-in")


def _doubt(kind: type[EvidenceContested | EvidenceWithdrawn | EvidenceUpheld]) -> Reader:
    def read(row: Row, _: Deal | None, at: datetime) -> DealEvent:
        because = rows.optional_text(row, "because")
        return kind(id="", at=at, check_in=_check_in(row), question=_question(row).key, because=because)

    return read


def _alternative_changed(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    nested = isinstance(row.get("alternative"), dict)
    given = row["alternative"] if nested else {k: v for k, v in row.items() if k != "deal"}  # the line's own
    zone = deal.opened.tzinfo if deal else at.tzinfo
    alternative = rows.alternative(given, at, zone)
    return AlternativeChanged(id="", at=at, alternative=alternative or Alternative())


def _acted(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    action: Tried = rows.needed(
        rows.choice(row, "action", get_args(Tried)), "action", f"one of {', '.join(get_args(Tried))}"
    )
    return Acted(id="", at=at, action=action)


def _paused(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    return Paused(
        id="",
        at=at,
        reason=rows.optional_text(row, "reason"),
        until=rows.day_or_moment(row, "until", _zone(deal, at)),
        waiting_for=rows.optional_text(row, "waiting_for"),
    )


def _zone(deal: Deal | None, at: datetime) -> Any:  # noqa: ANN401 - a tzinfo, None only for what was refused
    return deal.opened.tzinfo if deal else at.tzinfo


def _pause_reviewed(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    return PauseReviewed(
        id="",
        at=at,
        reflection=rows.texts_by_name(row, "reflection"),
        until=rows.day_or_moment(row, "until", _zone(deal, at)),
    )


def _returned(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    return Returned(
        id="",
        at=at,
        because=rows.optional_text(row, "because"),
        conditions=rows.choices(row, "conditions", get_args(ReturnCondition)),
        terms=_terms(row, deal),
        anyway=rows.flag(row, "anyway"),
    )


def _terms(row: Row, deal: Deal | None) -> tuple[Any, ...]:
    given = row.get("must_haves")
    return rows.terms(given, "must_haves", deal) if given is not None else ()


def _closed(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    outcome: Outcome = rows.needed(
        rows.choice(row, "outcome", get_args(Outcome)), "outcome", f"one of {', '.join(get_args(Outcome))}"
    )
    return Closed(
        id="",
        at=at,
        outcome=outcome,
        value=rows.amount(row, "value"),
        note=rows.optional_text(row, "note"),
        terms=_terms(row, deal),
    )


def _detail_told(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    details: tuple[Detail, ...] = get_args(Detail)
    return DetailTold(
        id="",
        at=at,
        what=rows.needed(rows.choice(row, "what", details), "what", f"one of {', '.join(details)}"),
        text=rows.optional_text(row, "text"),
        value=rows.amount(row, "value"),
        moment=rows.day_or_moment(row, "moment", _zone(deal, at)),
    )


def _looked_back(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return LookedBack(
        id="",
        at=at,
        worked=rows.optional_text(row, "worked"),
        earlier=rows.optional_text(row, "earlier"),
        again=rows.choice(row, "again", get_args(Again)),
        protected=rows.choices(row, "protected", get_args(Protects)),
    )


def _time_freed(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return TimeFreed(id="", at=at, what=rows.text(row, "what"), due=rows.moment(row, "due"))


def _limit_wanted(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    what = _sealed(row)
    return LimitWanted(
        id="",
        at=at,
        what=what,
        value=rows.amount(row, "value"),
        side=rows.choice(row, "side", ("seller", "buyer")),
        drop=_drop(row, deal, what),
        because=rows.optional_text(row, "because"),
        due=rows.needed(rows.moment(row, "due"), "due", "a date and time"),
    )


def _limit_changed(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    what, drop = _sealed(row), None
    if what == "limit":
        rows.needed(rows.amount(row, "value"), "value", "a number")
    else:
        drop = _drop(row, deal, what)
    if what != "limit" and drop is None:
        rows.text(row, "text")
    return LimitChanged(
        id="",
        at=at,
        what=what,
        value=rows.amount(row, "value"),
        side=rows.choice(row, "side", ("seller", "buyer")),
        text=rows.optional_text(row, "text"),
        drop=drop,
        because=rows.optional_text(row, "because"),
        agreed_by=rows.optional_text(row, "agreed_by"),
    )


def _sealed(row: Row) -> Sealed:
    known: tuple[Sealed, ...] = get_args(Sealed)
    return rows.needed(rows.choice(row, "what", known), "what", f"one of {', '.join(known)}")


def _drop(row: Row, deal: Deal | None, what: Sealed) -> int | None:
    place, known = rows.whole(row, "drop"), len(limits.listed(deal, what)) if deal else 0
    if place is not None and place >= known:
        raise rows.Unreadable(f"drop: expected the index of one of {known}, got {place!r}")
    return place


READERS: Mapping[str, Reader] = {
    "opened": _opened,
    "offered": _offered,
    "answered": _answered,
    "checked_in": lambda row, deal, at: CheckedIn(
        id="", at=at, by=_who(row, deal), passed=rows.texts(row, "passed")
    ),
    "nothing_changed": lambda row, deal, at: NothingChanged(id="", at=at, by=_who(row, deal)),
    "viewed": _viewed,
    "alternative_changed": _alternative_changed,
    "red_line_confirmed": lambda row, deal, at: RedLineConfirmed(
        id="", at=at, red_line=rows.red_line_index(row, deal)
    ),
    "acted": _acted,
    "paused": _paused,
    "pause_reviewed": _pause_reviewed,
    "returned": _returned,
    **decision_rows.READERS,
    **reminder_rows.READERS,
    **share_rows.READERS,
    "about_to_walk": lambda _row, _deal, at: AboutToWalk(id="", at=at),
    "closed": _closed,
    "detail_told": _detail_told,
    "looked_back": _looked_back,
    "time_freed": _time_freed,
    "reopened": lambda _row, _deal, at: Reopened(id="", at=at),
    "renamed": lambda row, _, at: Renamed(id="", at=at, name=rows.text(row, "name")),
    "noted": lambda row, _, at: Noted(id="", at=at, text=rows.optional_text(row, "text")),
    "snoozed": lambda row, _, at: Snoozed(id="", at=at, reason=rows.optional_text(row, "reason")),
    "edited": _edited,
    "answer_contested": _doubt(EvidenceContested),
    "answer_withdrawn": _doubt(EvidenceWithdrawn),
    "answer_upheld": _doubt(EvidenceUpheld),
    "limit_wanted": _limit_wanted,
    "limit_taken_back": lambda _row, _deal, at: LimitTakenBack(id="", at=at),
    "offer_corrected": _offer_corrected,
    "offer_withdrawn": lambda row, _deal, at: OfferWithdrawn(id="", at=at, offer=_offer_number(row)),
    "issues_set": _issues_set,
    "answer_unsaid": lambda row, _deal, at: Unsaid(id="", at=at, question=_question(row).key),
    "limit_changed": _limit_changed,
}
