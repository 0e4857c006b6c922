"""When a nudge goes out: the level rises, a gate fires, or a check-in has something new to say.

It decides whether, never what; gates and walk-aways neither wait for the day's budget nor use it up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs import gates, levels
from dialogs.deal import Coach, Deal, Nudged
from dialogs.event import Event
from dialogs.events import CheckedIn, Offered
from dialogs.grounds import COUNTED
from dialogs.levels import Level

LAST_DAY = timedelta(hours=24)
LAST_DAY_BETWEEN_NUDGES = timedelta(hours=1)
RISE_WORTH_A_NUDGE = 1.0
HOT_CHECK_INS_A_NUDGE = 4


def marked(before: Coach, after: Coach, latches: levels.Latches, level: Level, event: Event) -> Coach:
    """What the nudge rule remembers of every event: levels fall silently, grounds made active are news."""
    nudged = after.nudged
    if level < nudged.level:
        nudged = replace(nudged, level=level)
    if not isinstance(event, CheckedIn):
        same = latches is after.latches and nudged is after.nudged
        return after if same else replace(after, latches=latches, nudged=nudged)
    active = after.grounds.active
    fresh = (nudged.fresh | (active - before.grounds.active)) & active
    hot = after.hot_check_ins + 1 if level >= Level.PAUSE else 0
    return replace(after, latches=latches, nudged=replace(nudged, fresh=fresh), hot_check_ins=hot)


def told(deal: Deal, level: Level, event: Event) -> Nudged:
    """What stood when the nudge went out, and whether it used up the day."""
    spent = deal.coach.nudged.spent if _excepted(deal, level, event) else event.at
    before, weights = deal.coach.nudged, deal.coach.grounds
    heaviest = max(COUNTED, key=lambda ground: weights[ground])
    highest, ground = (level, heaviest) if level > before.highest else (before.highest, before.ground)
    return Nudged(weights.total, level, frozenset(), spent, highest, ground)


def nudges(before: Deal, was: Level, after: Deal, level: Level, event: Event) -> bool:
    """Whether a nudge goes out with this event; `was` is the level before it."""
    if after.status == "closed":
        return False
    if gates.fired(after, event):
        return True
    if after.pause_at(event.at) is not None and not isinstance(event, Offered):
        return False
    news = level > was or (isinstance(event, CheckedIn) and _grown(before, after, level))
    return news and (_excepted(after, level, event) or _within_budget(after, event))


def _excepted(deal: Deal, level: Level, event: Event) -> bool:
    """Gates and walk-aways neither wait for the day's budget nor use it up."""
    return level is Level.WALK_AWAY or gates.fired(deal, event)


def _grown(before: Deal, after: Deal, level: Level) -> bool:
    """Whether a check-in has something new to say, though the level may be the same.

    It added weight to what has grown since the last nudge; or it is the fourth running at pause or above.
    """
    coach, told = after.coach, after.coach.nudged
    if level < Level.PROBE:
        return False
    if coach.hot_check_ins and coach.hot_check_ins % HOT_CHECK_INS_A_NUDGE == 0:
        return True
    total = coach.grounds.total
    more = total - told.total >= RISE_WORTH_A_NUDGE - levels.EPSILON
    new = more or bool(told.fresh) or level > told.level
    return new and total > before.coach.grounds.total + levels.EPSILON


def _within_budget(deal: Deal, event: Event) -> bool:
    """One nudge a day a deal; in the last 24 hours before the deadline, one an hour."""
    spent, left = deal.coach.nudged.spent, deal.time_left(event.at)
    if spent is None:
        return True
    if left is not None and timedelta(0) <= left < LAST_DAY:
        return event.at - spent >= LAST_DAY_BETWEEN_NUDGES
    return _day(deal, spent) != _day(deal, event.at)


def _day(deal: Deal, at: datetime) -> date:
    """The owner's day; where the deal knows no zone (a replay), the day `at` itself is written in."""
    return (at if deal.zone == "UTC" else at.astimezone(ZoneInfo(deal.zone))).date()
