"""Samples of reminders, of what stands behind them, and of one's hours."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from dialogs.agenda import KINDS, Meeting
from dialogs.cadence import Cadence
from dialogs.deal import Promise, RedLine
from dialogs.effects import HoursShown, Message, Reminders, StandIn, Waiting
from dialogs.figures import Arithmetic, Span
from dialogs.hours import Hours
from dialogs.reminders import Brief, DateNear, MeetingKept, ReminderMoved, RemindersShown
from dialogs.turns import About

CADENCES = {
    "suggested": Cadence(),
    "every": Cadence("every", days=2),
    "daily": Cadence("daily"),
    "weekly": Cadence("weekly", weekdays=(1, 3)),
    "shares": Cadence("shares", shares=(25, 50, 75)),
    "before": Cadence("before", spans=(timedelta(days=7), timedelta(days=1), timedelta(hours=2))),
    "never": Cadence("never"),
}


def reminders(of: About, now: datetime) -> Mapping[str, Message]:
    """The samples by name."""
    return {**_said(of), **_shown(of, now), **_behind(of, now), **_hours(of, now)}


def _said(of: About) -> Mapping[str, Message]:
    one = {
        f"reminder_{kind}": Reminders(
            zone=of["zone"], prompted=False, items=(Waiting(of["deal"], of["called"], kind),)
        )
        for kind in KINDS
    }
    names = ("Blue", "Harbour", "", "Lark", "Anvil", "Bell", "Mill")
    many = tuple(Waiting(of["deal"], name, kind) for name, kind in zip(names, KINDS, strict=False))
    return {
        **one,
        "reminders_two": Reminders(zone=of["zone"], prompted=False, items=many[:2]),
        "reminders_many": Reminders(zone=of["zone"], prompted=False, items=many),
    }


def _shown(of: About, now: datetime) -> Mapping[str, Message]:
    talk = Meeting(now + timedelta(days=1), now + timedelta(days=1, hours=1), now)
    tomorrow = now + timedelta(days=1)
    shown = {
        f"reminders_shown_{name}": RemindersShown(
            **of, cadence=cadence, meeting=None, ahead=(("check_in", tomorrow),)
        )
        for name, cadence in CADENCES.items()
    }
    return {
        **shown,
        "reminders_shown_all": RemindersShown(
            **of,
            cadence=Cadence(),
            meeting=talk,
            ahead=(("brief", tomorrow), ("deadline", now + timedelta(days=7))),
            never=("digest", "plan_b_ends"),
            hours=Hours(away_since=now, away_until=now + timedelta(days=3)),
        ),
        "meeting_kept": MeetingKept(**of, meeting=talk, brief=talk.at - timedelta(hours=1), after=talk.until),
        "meeting_off": MeetingKept(**of, meeting=None),
        "reminder_snoozed": ReminderMoved(**of, kind="check_in", how="snoozed", upcoming=tomorrow),
        "reminder_skipped": ReminderMoved(**of, kind="check_in", how="skipped", upcoming=tomorrow),
        "reminder_skipped_last": ReminderMoved(**of, kind="deadline", how="skipped"),
        "reminder_unwanted": ReminderMoved(**of, kind="digest", how="unwanted"),
    }


def _behind(of: About, now: datetime) -> Mapping[str, Message]:
    talk = Meeting(now + timedelta(hours=1), now + timedelta(hours=2), now)
    promise = Promise("I will leave if they want sole rights.", now - timedelta(days=20))
    count = Arithmetic(
        unit="€",
        first=Decimal(58_000),
        best=Decimal(56_500),
        moved=Decimal(1_500),
        since=Span(9, "day"),
        to_go=Decimal(8_500),
        against="limit",
        left=Span(7, "day"),
    )
    brief = Brief(
        **of,
        meeting=talk,
        promise=promise,
        words=((now - timedelta(days=6), "sign on Friday or we build it without you"),),
        watch=("tone", "deadlock"),
        red_lines=(RedLine("no sole rights"),),
        arithmetic=count,
    )
    dates = {
        f"date_near_{kind}": DateNear(
            **of, kind=kind, moment=now + timedelta(days=1), arithmetic=count, alternative="the second bidder"
        )
        for kind in KINDS[1:5]
    }
    passed = DateNear(**of, kind="deadline", moment=now - timedelta(hours=3), arithmetic=count, passed=True)
    dates["date_passed"] = passed
    return {"brief": brief, "brief_bare": Brief(**of, meeting=talk, promise=None), **dates}


def _hours(of: About, now: datetime) -> Mapping[str, Message]:
    until = now + timedelta(days=4)
    away = Hours(away_since=now, away_until=until, cover="p", country="DE", break_through=True)
    return {
        "hours_shown": HoursShown(zone=of["zone"], hours=Hours()),
        "hours_changed": HoursShown(zone=of["zone"], hours=away, changed=True),
        "stand_in": StandIn(zone=of["zone"], prompted=False, name="Maya", until=until),
        "stand_in_nameless": StandIn(zone=of["zone"], prompted=False, name="", until=until),
    }
