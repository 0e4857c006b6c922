"""Reminders as lines of a replay, written and read: each writer beside the reader that is its other half.

They change no verdict; they are on the record so that nobody wonders why a reminder came, or did not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, cast, get_args

from dialogs import cadence, rows
from dialogs.agenda import KINDS, Kind
from dialogs.cadence import Cadence
from dialogs.deal import Deal
from dialogs.event import Event
from dialogs.events import DealEvent
from dialogs.reminders import (
    CadenceSet,
    DateNoted,
    MeetingSet,
    RemindersDropped,
    ReminderSkipped,
    ReminderSnoozed,
    ReminderUnwanted,
)

Row = Mapping[str, Any]
Line = dict[str, Any]
Reader = Callable[[Row, Deal | None, datetime], DealEvent]
MOST_MINUTES = 60 * 24 * 366


def _meeting_set(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    begins, until = (
        rows.moment(row, key) if row.get(key) is not None else None for key in ("begins", "until")
    )
    return MeetingSet(id="", at=at, begins=begins, until=until)


def _kind(row: Row) -> Kind:
    return rows.needed(rows.choice(row, "kind", KINDS), "kind", f"one of {', '.join(KINDS)}")


def _date_noted(row: Row, deal: Deal | None, at: datetime) -> DealEvent:
    zone = deal.opened.tzinfo if deal else at.tzinfo
    return DateNoted(id="", at=at, kind=_kind(row), moment=rows.day_or_moment(row, "moment", zone))


def _snoozed(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return ReminderSnoozed(id="", at=at, kind=_kind(row), hours=rows.whole(row, "hours") or 0)


def _skipped(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return ReminderSkipped(id="", at=at, kind=_kind(row))


def _unwanted(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return ReminderUnwanted(id="", at=at, kind=_kind(row), again=rows.flag(row, "again"))


def _dropped(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    return RemindersDropped(id="", at=at, kinds=rows.choices(row, "kinds", KINDS))


def _cadence_set(row: Row, _: Deal | None, at: datetime) -> DealEvent:
    known: tuple[cadence.Kind, ...] = get_args(cadence.Kind)
    given = rows.needed(rows.choice(row, "cadence", known), "cadence", f"one of {', '.join(known)}")
    minutes = rows.whole(row, "minute") or 0
    if minutes >= 24 * 60:
        raise rows.Unreadable(f"minute: expected a minute of the day, got {minutes!r}")
    return CadenceSet(
        id="",
        at=at,
        cadence=Cadence(
            kind=cast("cadence.Kind", given),
            days=rows.whole(row, "days") or cadence.WORKING_DAYS,
            at=time(minutes // 60, minutes % 60),
            weekdays=_wholes(row, "weekdays", 6),
            shares=_wholes(row, "shares", 100),
            spans=tuple(timedelta(minutes=span) for span in _wholes(row, "spans", MOST_MINUTES)),
            beyond=rows.flag(row, "beyond"),
        ),
    )


def _wholes(row: Row, name: str, most: int) -> tuple[int, ...]:
    given = row.get(name)
    if given is None:
        return ()
    if not isinstance(given, list) or not all(
        isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= most for one in given
    ):
        raise rows.Unreadable(f"{name}: expected whole numbers from 0 to {most}, got {given!r}")
    return tuple(given)


def _cadence_line(event: CadenceSet) -> Line:
    """The time of day in minutes, spans in minutes too."""
    it = event.cadence
    return {
        "cadence": it.kind,
        "days": it.days,
        "minute": it.at.hour * 60 + it.at.minute,
        "weekdays": list(it.weekdays),
        "shares": list(it.shares),
        "spans": [span // timedelta(minutes=1) for span in it.spans],
        "beyond": it.beyond,
    }


READERS: Mapping[str, Reader] = {
    "meeting_set": _meeting_set,
    "cadence_set": _cadence_set,
    "date_noted": _date_noted,
    "reminder_snoozed": _snoozed,
    "reminder_skipped": _skipped,
    "reminder_unwanted": _unwanted,
    "reminders_dropped": _dropped,
}
WRITERS: Mapping[type[Event], tuple[str, Callable[[Any], Line]]] = {
    MeetingSet: ("meeting_set", lambda e: {"begins": e.begins, "until": e.until}),
    CadenceSet: ("cadence_set", _cadence_line),
    DateNoted: ("date_noted", lambda e: {"kind": e.kind, "moment": e.moment}),
    ReminderSnoozed: ("reminder_snoozed", lambda e: {"kind": e.kind, "hours": e.hours}),
    ReminderSkipped: ("reminder_skipped", lambda e: {"kind": e.kind}),
    ReminderUnwanted: ("reminder_unwanted", lambda e: {"kind": e.kind, "again": e.again}),
    RemindersDropped: ("reminders_dropped", lambda e: {"kinds": e.kinds}),
}
