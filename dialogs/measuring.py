"""Issues and their weights: shown, and set from what was typed; from then on the deal is measured in points.

It loses no limit on the way: a walk-away point finds its issue, and none becomes less strict here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from dialogs.deal import Deal
from dialogs.issues import POINTS, Issue, Unread, read_issues
from dialogs.offered import IssuesShown
from dialogs.offers import IssuesSet, IssuesWanted
from dialogs.turns import Turn, about, on_record, tell


def taken(deal: Deal, event: IssuesWanted | IssuesSet) -> Turn:
    """Issues shown, or set: a walk-away point becomes the limit of the issue whose range holds it."""
    if isinstance(event, IssuesSet):
        return _set(deal, event)
    if not event.words.strip():
        return Turn(deal, (_shown(deal),) if deal.issues else (tell(deal, "issues_expected"),))
    words, least = _least(event.words)
    found = read_issues(words)
    if isinstance(found, Unread):
        return Turn(deal, (tell(deal, found.problem, text=found.text),))
    placed = _with_limit(deal, found)
    if placed is None:
        return Turn(deal, (tell(deal, "issues_need_limit"),))
    if looser(deal, placed, least):
        return Turn(deal, (tell(deal, "issue_limit_looser"),))
    return _set(deal, IssuesSet(id=event.id, at=event.at, by=event.by, issues=placed, least=least))


def _least(words: str) -> tuple[str, Decimal | None]:
    """`…, at least 55` is the fewest points one would take."""
    found = re.search(r"[,;\s]*\bat least (\d{1,3}(?:\.\d+)?)\s*(?:points)?\s*$", words, re.IGNORECASE)
    return (words[: found.start()], Decimal(found[1])) if found else (words, None)


def _with_limit(deal: Deal, found: tuple[Issue, ...]) -> tuple[Issue, ...] | None:
    """The issues with the deal's own walk-away point among their limits; None where none can hold it."""
    limit = deal.limit
    if limit is None or deal.issues or any(issue.limit == limit for issue in found):
        return found
    home = next((i for i in found if i.limit is None and _holds(deal, i, limit)), None)
    return None if home is None else tuple(replace(i, limit=limit) if i is home else i for i in found)


def _holds(deal: Deal, issue: Issue, limit: Decimal) -> bool:
    better_up = issue.best > issue.worst
    low, high = sorted((issue.worst, issue.best))
    return better_up == (deal.side == "seller") and low <= limit <= high


def looser(deal: Deal, found: tuple[Issue, ...], least: Decimal | None) -> bool:
    """Whether any limit of the issues there are would be gone or less strict."""
    now = {issue.name: issue for issue in found}
    for old in deal.issues:
        new = now.get(old.name)
        if old.limit is not None and (new is None or new.limit is None or old.crosses(new.limit)):
            return True
    return bool(deal.issues) and deal.limit is not None and (least is None or least < deal.limit)


def _set(deal: Deal, event: IssuesSet) -> Turn:
    turn = on_record(deal, event)
    moved = deal.limit if not deal.issues else None
    shown = replace(_shown(turn.deal or deal), changed=True, moved_limit=moved)
    return replace(turn, effects=(shown, *turn.effects))


def _shown(deal: Deal) -> IssuesShown:
    return IssuesShown(**about(deal), issues=deal.issues, least=deal.limit if deal.unit == POINTS else None)
