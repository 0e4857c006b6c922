"""Red lines by taps: is it one at all, is it crossed for good, and is it off the table again.

A suspicion becomes a breach only if the demand is final, from somebody who can decide, and leaves no way
round it; a breach is over when it is withdrawn in writing, or when the user takes their word for it.
"""

from __future__ import annotations

from typing import assert_never

from dialogs import drafting, showing
from dialogs.deal import Deal
from dialogs.decisions import Asks, BreachAsked, BreachLooked, CureTold, RedLineTested
from dialogs.events import RedLineConfirmed, RedLineCured
from dialogs.turns import Turn, about, on_record, tell

Breach = RedLineTested | BreachLooked | CureTold | RedLineConfirmed | RedLineCured


def taken(deal: Deal, event: Breach) -> Turn:
    """The next turn of a deal whose red lines are spoken of."""
    match event:
        case RedLineTested():
            return _tested(deal, event)
        case BreachLooked():
            return _looked(deal, event)
        case CureTold():
            return _told(deal, event)
        case RedLineConfirmed() | RedLineCured() if event.red_line >= len(deal.red_lines):
            return Turn(deal, (tell(deal, "old_button"),))  # the line went meanwhile
        case RedLineConfirmed():
            return on_record(deal, event)
        case RedLineCured():
            return on_record(deal, event, tell(deal, "red_line_cured"))
        case _:
            assert_never(event)


def _tested(deal: Deal, event: RedLineTested) -> Turn:
    """The test belongs to the set-up: from the first check-in on a red line is sealed."""
    if event.red_line != showing.untested(deal):
        return Turn(deal, (tell(deal, "red_line_sealed"),))
    turn = on_record(deal, event)
    after = turn.deal or deal
    return Turn(after, (showing.ready(after), *turn.effects), turn.entries, turn.nudge)


def _looked(deal: Deal, event: BreachLooked) -> Turn:
    """One question after the other; the first answer that lets hope ends it."""
    line = 0 if event.red_line is None and len(deal.red_lines) == 1 else event.red_line
    if line is None and deal.red_lines:
        return Turn(deal, (_asked(deal, "which", None, ""),))
    if line is None or line >= len(deal.red_lines) or deal.red_lines[line].confirmed:
        return Turn(deal, (tell(deal, "old_button"),))
    return _final(deal, event, line)


def _final(deal: Deal, event: BreachLooked, line: int) -> Turn:
    """Whether the demand is final, and from somebody who can make it so."""
    if event.final is None:
        return Turn(deal, (_asked(deal, "final", line, f"{line}"),))
    if not event.final:
        return Turn(deal, (tell(deal, "breach_not_final"),))
    if event.authority is None:
        return Turn(deal, (_asked(deal, "authority", line, f"{line}.y"),))
    if not event.authority:
        return Turn(deal, (tell(deal, "breach_without_authority"),))
    return _round_it(deal, event, line)


def _round_it(deal: Deal, event: BreachLooked, line: int) -> Turn:
    """Final, and from somebody who can decide: without a way round it, it is crossed for good."""
    if event.carve_out is None:
        return Turn(deal, (_asked(deal, "carve_out", line, f"{line}.y.y"),))
    if event.carve_out:
        return Turn(deal, (drafting.draft(deal, "carve_out", event.at, line),))
    return on_record(deal, RedLineConfirmed(id=event.id, at=event.at, by=event.by, red_line=line))


def _told(deal: Deal, event: CureTold) -> Turn:
    """They withdrew it: in writing it is over, else the words to have it written are at hand."""
    line = event.red_line
    if not 0 <= line < len(deal.red_lines) or not deal.red_lines[line].confirmed:
        return Turn(deal, (tell(deal, "old_button"),))
    if event.written or event.trusted:
        cured = RedLineCured(
            id=event.id, at=event.at, by=event.by, red_line=line, in_writing=bool(event.written)
        )
        return on_record(deal, cured, tell(deal, "red_line_cured"))
    if event.written is None:
        return Turn(deal, (_asked(deal, "in_writing", line, f"{line}"),))
    return Turn(deal, (drafting.draft(deal, "in_writing", event.at, line),))


def _asked(deal: Deal, asks: Asks, line: int | None, so_far: str) -> BreachAsked:
    return BreachAsked(
        **about(deal),
        asks=asks,
        so_far=so_far,
        text="" if line is None else deal.red_lines[line].text,
        red_lines=tuple(each.text for each in deal.red_lines) if asks in ("which", "final") else (),
    )
