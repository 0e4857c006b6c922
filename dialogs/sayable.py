"""When a reminder that is due may be said: in their hours, not during a talk, and while it is true."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialogs.agenda import Agenda, Facts, Kind, Reminder

RECESS = timedelta(hours=4)  # a pause up to so long ends at its minute: they are at the table


def sayable(found: Reminder, agenda: Agenda, facts: Facts, now: datetime) -> datetime:
    """The first moment from `now` on at which this may be said.

    In quiet hours and during a talk only the end of a recess comes at once; a deadline in quiet hours where
    that was allowed, and then during a talk if it cannot wait for its end.
    """
    at, talk = max(found.due, now), agenda.meeting
    if _ends_recess(found, facts):
        return at
    at = _open_from(at, found, facts)
    if talk is None or found.kind == "brief" or not talk.at <= at < talk.until:
        return at
    after = _open_from(talk.until, found, facts)
    return at if breaks_through(found.kind, facts) and is_over(found, after) else after


def breaks_through(kind: Kind, facts: Facts) -> bool:
    """Whether this may be said in quiet hours: a deadline, where that was allowed."""
    return kind in ("deadline", "notice") and facts.terms.hours.break_through


def is_over(found: Reminder, at: datetime) -> bool:
    """Whether what it speaks of is over at `at`."""
    return found.ends is not None and at >= found.ends


def _open_from(at: datetime, found: Reminder, facts: Facts) -> datetime:
    through = breaks_through(found.kind, facts)
    return at if through else facts.terms.hours.next_allowed(at, facts.terms.zone)


def _ends_recess(found: Reminder, facts: Facts) -> bool:
    return found.kind == "pause_over" and facts.paused is not None and found.about - facts.paused <= RECESS
