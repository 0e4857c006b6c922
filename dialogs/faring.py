"""How past advice fared, over a person's own closed deals: counts, and nothing where there are too few.

It counts by what was advised and why. It sums nothing by counterpart, company or country, and it draws no
conclusion: that is the reader's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dialogs.afterwards import DealFared, Past
from dialogs.ended import AdviceRecord, Fared
from dialogs.grounds import COUNTED
from dialogs.levels import Level

LEAST = 10  # deals, below which a row says nothing yet
KEPT = 400  # the newest closed deals
NEVER_ADVISED = Level.STAY.key
LEVELS = tuple(level.key for level in Level)


def kept(known: Mapping[str, Past], event: DealFared) -> Mapping[str, Past]:
    """What is known of closed deals after one closed, or was opened again."""
    rest = {deal: past for deal, past in known.items() if deal != event.deal}
    if event.gone:
        return rest
    past = Past(event.level, event.ground, event.followed, event.outcome)
    return dict([*rest.items(), (event.deal, past)][-KEPT:])


def record(known: Mapping[str, Past], person: str) -> AdviceRecord:
    """A row for each level and ground that advice was about, the strongest advice first."""
    advised = [past for past in known.values() if past.level != NEVER_ADVISED]
    found = sorted(Counter((past.level, past.ground) for past in advised), key=_strongest_first)
    rows = tuple(_row(level, ground, advised) for level, ground in found)
    return AdviceRecord(
        to=person,
        deals=len(known),
        quiet=len(known) - len(advised),
        rows=tuple(row for row in rows if row.deals >= LEAST),
        too_few=tuple(row for row in rows if row.deals < LEAST),
    )


def _strongest_first(key: tuple[str, str]) -> tuple[int, int]:
    level, ground = key
    place = next((n for n, known in enumerate(COUNTED) if known == ground), len(COUNTED))
    return -LEVELS.index(level), place


def _row(level: str, ground: str, advised: list[Past]) -> Fared:
    among = [past for past in advised if (past.level, past.ground) == (level, ground)]
    followed = [past for past in among if past.followed]
    return Fared(
        level=level,
        ground=ground,
        deals=len(among),
        followed=len(followed),
        followed_agreed=sum(past.outcome == "agreed" for past in followed),
        agreed=sum(past.outcome == "agreed" for past in among),
    )
