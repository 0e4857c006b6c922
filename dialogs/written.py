"""A deal's log as the lines of a replay: one writer an event, each the other half of a reader.

What is written and replayed comes to the same verdicts. Times are told in the deal's zone, since a day is the
one a line is written in; ids are numbered anew, for ours may hold a platform's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import decision_rows, reminder_rows, share_rows
from dialogs.afterwards import LookedBack, TimeFreed
from dialogs.deal import Alternative
from dialogs.details import DetailTold
from dialogs.doubts import Doubt, EvidenceContested, EvidenceUpheld, EvidenceWithdrawn, Viewed
from dialogs.event import Event
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
from dialogs.issues import Issue
from dialogs.offers import IssuesSet, OfferCorrected, OfferWithdrawn, Unsaid
from dialogs.questions import BY_KEY
from dialogs.seals import LimitChanged, LimitTakenBack, LimitWanted

Line = dict[str, Any]


def exported(log: Iterable[DealEvent]) -> Iterator[str]:
    """The log, oldest first, as JSON lines. ValueError unless it opens a deal."""
    return (json_of(line) for line in lines(log))


def lines(log: Iterable[DealEvent]) -> Iterator[Line]:
    """The log as lines: `at`, `deal`, `event` and what the event says, without what it leaves empty."""
    names: dict[str, str] = {}
    opened: Opened | None = None
    last: datetime | None = None
    for event in log:
        opened = event if isinstance(event, Opened) else opened
        if opened is None:
            raise ValueError("a log begins with Opened")
        if isinstance(event, Answered | Viewed | Edited | Doubt) and event.question not in BY_KEY:
            continue  # asked no more: it weighs nothing, and no reader knows it
        last = event.at if last is None else max(last, event.at)  # two clocks may differ by a little
        kind, write = WRITERS[type(event)]
        head = {
            "at": _moment(last, opened.zone),
            "deal": opened.deal,
            "event": kind,
            "id": _name(event, names),
            "who": _who(event, opened),
        }
        yield {**_filled(head), **_filled(write(event))} | _kept_null(event)


def _filled(line: Mapping[str, Any]) -> Line:
    """A line without what is left empty; a nought is not empty."""
    return {key: value for key, value in line.items() if not _empty(value)}


def _empty(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str | Sequence | Mapping) and not value)


def _kept_null(event: DealEvent) -> Line:
    """What a reader of the file looks for even where it is null: the answer."""
    given = isinstance(event, Answered | Viewed | Edited) and event.answer is None and not event.terms
    return {"answer": None} if given else {}


def _moment(at: datetime, zone: str) -> str:
    return (at if zone == "UTC" else at.astimezone(ZoneInfo(zone))).isoformat()


def _who(event: Event, opened: Opened) -> str:
    """A colleague, by our own id; whatever names nobody is the owner's or the clock's."""
    told = isinstance(event, Answered | CheckedIn | NothingChanged | Viewed)
    return event.by if told and event.by != opened.by else ""


def _name(event: Event, names: dict[str, str]) -> str:
    """The event's id numbered anew; what follows the slash tells the parts of one turn apart."""
    head, slash, rest = event.id.partition("/")
    return names.setdefault(head, f"e{len(names) + 1}") + slash + rest if event.id else ""


def json_of(value: object) -> str:
    """As JSON, amounts as numbers with every digit."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {json_of(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(json_of, value)) + "]"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return json.dumps(value.isoformat())
        case _:
            return json.dumps(value, ensure_ascii=False)


def _opened(event: Opened) -> Line:
    return {
        "name": event.name,
        "counterpart": event.counterpart,
        "alias": event.alias,
        "side": event.side,
        "unit": event.unit,
        "reservation_value": event.limit,
        "target": event.target,
        "must_haves": event.must_haves,
        "red_lines": event.red_lines,
        "alternative": event.alternative and _alternative(event.alternative),
        "cost_of_delay": event.cost_of_delay,
        "promise": event.promise,
        "purpose": event.purpose,
        "deadline": event.deadline,
        "colleagues": event.colleagues,
    }


def _alternative(alternative: Alternative) -> Line:
    return _filled(
        {
            "name": alternative.name,
            "value": alternative.value,
            "low": alternative.low,
            "likely": alternative.likely,
            "high": alternative.high,
            "firmness": alternative.firmness,
            "expires": alternative.expires,
            "deal": alternative.deal,
        }
    )


def _offered(event: Offered) -> Line:
    return {
        "by": event.side,
        "value": event.value,
        "package": dict(event.package),
        "typed": event.typed,
        "other": event.other,
    }


def _offer_corrected(event: OfferCorrected) -> Line:
    return {
        "offer": event.offer,
        "value": event.value,
        "package": dict(event.package),
        "typed": event.typed,
    }


def _issues_set(event: IssuesSet) -> Line:
    return {"issues": [_filled(_issue(issue)) for issue in event.issues], "least": event.least}


def _issue(issue: Issue) -> Line:
    return {name: getattr(issue, name) for name in ("name", "weight", "worst", "best", "limit", "unit")}


def _answered(event: Answered) -> Line:
    return {
        "question": event.question,
        "answer": list(event.terms) or event.answer,
        "amount": event.amount,
        "note": event.note,
        "red_line": event.red_line,
        "choice": event.choice,
        "added": event.added,
    }


def _viewed(event: Viewed) -> Line:
    return {
        "check_in": event.check_in,
        "question": event.question,
        "answer": list(event.terms) or event.answer,
        "amount": event.amount,
        "note": event.note,
        "red_line": event.red_line,
        "choice": event.choice,
        "added": event.added,
    }


def _edited(event: Edited) -> Line:
    return {
        "check_in": event.check_in,
        "question": event.question,
        "answer": list(event.terms) or event.answer,
        "note": event.note,
        "red_line": event.red_line,
        "keeps": event.keeps,
    }


def _doubt(event: Doubt) -> Line:
    return {"check_in": event.check_in, "question": event.question, "because": event.because}


def _returned(event: Returned) -> Line:
    return {
        "because": event.because,
        "conditions": event.conditions,
        "must_haves": event.terms,
        "anyway": event.anyway,
    }


def _closed(event: Closed) -> Line:
    return {"outcome": event.outcome, "value": event.value, "note": event.note, "must_haves": event.terms}


def _looked_back(event: LookedBack) -> Line:
    return {
        "worked": event.worked,
        "earlier": event.earlier,
        "again": event.again,
        "protected": event.protected,
    }


def _limit_wanted(event: LimitWanted) -> Line:
    return {
        "what": event.what,
        "value": event.value,
        "side": event.side,
        "drop": event.drop,
        "because": event.because,
        "due": event.due,
    }


def _limit_changed(event: LimitChanged) -> Line:
    return {
        "what": event.what,
        "value": event.value,
        "side": event.side,
        "text": event.text,
        "drop": event.drop,
        "because": event.because,
        "agreed_by": event.agreed_by,
    }


def _nothing(_: Event) -> Line:
    return {}


WRITERS: Mapping[type[Event], tuple[str, Callable[[Any], Line]]] = {
    Opened: ("opened", _opened),
    Offered: ("offered", _offered),
    Answered: ("answered", _answered),
    CheckedIn: ("checked_in", lambda event: {"passed": event.passed}),
    NothingChanged: ("nothing_changed", _nothing),
    AlternativeChanged: (
        "alternative_changed",
        lambda event: {"alternative": _alternative(event.alternative)},
    ),
    RedLineConfirmed: ("red_line_confirmed", lambda event: {"red_line": event.red_line}),
    Acted: ("acted", lambda event: {"action": event.action}),
    Paused: (
        "paused",
        lambda event: {"reason": event.reason, "until": event.until, "waiting_for": event.waiting_for},
    ),
    PauseReviewed: (
        "pause_reviewed",
        lambda event: {"reflection": dict(event.reflection), "until": event.until},
    ),
    Returned: ("returned", _returned),
    **decision_rows.WRITERS,
    **reminder_rows.WRITERS,
    **share_rows.WRITERS,
    AboutToWalk: ("about_to_walk", _nothing),
    Closed: ("closed", _closed),
    Reopened: ("reopened", _nothing),
    DetailTold: (
        "detail_told",
        lambda e: {"what": e.what, "text": e.text, "value": e.value, "moment": e.moment},
    ),
    LookedBack: ("looked_back", _looked_back),
    TimeFreed: ("time_freed", lambda event: {"what": event.what, "due": event.due}),
    Renamed: ("renamed", lambda event: {"name": event.name}),
    Noted: ("noted", lambda event: {"text": event.text}),
    Snoozed: ("snoozed", lambda event: {"reason": event.reason}),
    Edited: ("edited", _edited),
    Viewed: ("viewed", _viewed),
    EvidenceContested: ("answer_contested", _doubt),
    EvidenceWithdrawn: ("answer_withdrawn", _doubt),
    EvidenceUpheld: ("answer_upheld", _doubt),
    OfferCorrected: ("offer_corrected", _offer_corrected),
    OfferWithdrawn: ("offer_withdrawn", lambda event: {"offer": event.offer}),
    IssuesSet: ("issues_set", _issues_set),
    Unsaid: ("answer_unsaid", lambda event: {"question": event.question}),
    LimitWanted: ("limit_wanted", _limit_wanted),
    LimitTakenBack: ("limit_taken_back", _nothing),
    LimitChanged: ("limit_changed", _limit_changed),
}
