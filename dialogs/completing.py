"""Set-up completed later: what is told of the deal between check-ins, and the one thing to ask for after one.

It asks on a calm day only; a promise that was made is not made smaller on a bad one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never, get_args

from dialogs import reminding
from dialogs.deal import Deal
from dialogs.details import DetailKept, DetailTold, Missing
from dialogs.levels import Level
from dialogs.record import level_of
from dialogs.turns import Turn, about, on_record, tell

WANTED: tuple[Missing, ...] = get_args(Missing)  # one after the other, at the first check-ins
ROUND = 12  # check-ins


def told(deal: Deal, event: DetailTold) -> Turn:
    """One thing about the deal is kept; both the new and the old stand on the record."""
    problem = _unfit(deal, event)
    if problem and event.by:  # a replay: as given
        return Turn(deal, (tell(deal, problem),))
    kept = _kept(deal, event)
    turn = on_record(deal, event, kept)
    if event.what != "deadline" or turn.deal is None:
        return turn
    return replace(turn, deal=reminding.told_date(turn.deal, "deadline", event.at))


def _unfit(deal: Deal, event: DetailTold) -> str:
    """What is wrong with it, as a key; "" if nothing is."""
    match event.what:
        case "promise" if deal.promise is not None and level_of(deal) > Level.STAY:
            return "promise_stands"
        case "promise" | "purpose":
            return "" if event.text.strip() else "required"
        case "deadline":
            return "" if event.moment is None or event.moment > event.at else "date_past"
        case "target" | "cost_of_delay":
            return "" if event.value is not None else "expected_amount"
        case _:  # pragma: no cover
            assert_never(event.what)


def _kept(deal: Deal, event: DetailTold) -> DetailKept:
    values = {"target": deal.target, "cost_of_delay": deal.cost_of_delay}
    texts = {"promise": deal.promise.text if deal.promise else "", "purpose": deal.purpose}
    return DetailKept(
        **about(deal),
        what=event.what,
        text=event.text,
        value=event.value,
        moment=event.moment,
        old_text=texts.get(event.what, ""),
        old_value=values.get(event.what),
        old_moment=deal.deadline if event.what == "deadline" else None,
        unit=deal.unit,
    )


def missing(deal: Deal, at: datetime) -> Missing | None:
    """What to ask for at the end of a check-in: one thing after the other, those told already left out.

    None on a day that is not calm. What is still missing comes round again after `ROUND` check-ins.
    """
    if level_of(deal) > Level.STAY or deal.pause_at(at) is not None or deal.last_day(at):
        return None
    place = (deal.coach.check_ins - 1) % ROUND
    wanted = WANTED[place] if 0 <= place < len(WANTED) else None
    return wanted if wanted and _lacks(deal, wanted) else None


def _lacks(deal: Deal, wanted: Missing) -> bool:
    match wanted:
        case "promise":
            return deal.promise is None
        case "plan_b":
            return deal.alternative is None or not deal.alternative.name
        case "deadline":
            return deal.deadline is None
        case "red_line":
            return not deal.red_lines
        case "target":
            return deal.target is None and deal.limit is not None and not deal.issues
        case "colleague":
            return not deal.colleagues
        case _:  # pragma: no cover
            assert_never(wanted)
