"""What stands in the audit stream, and how it is read: which events, never a word, an amount or a name."""

from collections.abc import Iterable, Iterator, Mapping

from bot.redis import SHARDS, Audited, Store
from dialogs.decisions import GateWaived
from dialogs.event import Event
from dialogs.events import Closed, ColleagueNamed, Opened, Reopened
from dialogs.exports import Exported
from dialogs.handing import Assigned, ColleagueLeft, HandedOver
from dialogs.seals import LimitAgreed, LimitChanged
from dialogs.shares import RoomMoved, Shared, ShareRecalled, ShareRefused

OPERATOR = "operator"  # whoever runs the coach, at the command line
FORGOTTEN, FORGOTTEN_PERSON, OF_AGE, PURGED = "forgotten", "forgotten_person", "of_age", "purged"
WHAT: Mapping[type[Event], str] = {
    Opened: "opened",
    Closed: "closed",
    Reopened: "reopened",
    Shared: "shared",
    ShareRecalled: "recalled",
    ShareRefused: "share_refused",
    RoomMoved: "room_moved",
    Exported: "exported",
    ColleagueNamed: "person_named",
    ColleagueLeft: "person_left",
    HandedOver: "handed_over",
    Assigned: "assigned",
    LimitAgreed: "loosening_agreed",
    LimitChanged: "limit_changed",
    GateWaived: "gate_waived",
}


def lines(entries: Iterable[object]) -> Iterator[Audited]:
    """The lines of what goes on a deal's log."""
    for entry in entries:
        if isinstance(entry, Event) and type(entry) in WHAT:
            yield Audited(WHAT[type(entry)], OPERATOR if isinstance(entry, Assigned) else entry.by)


class Pages:
    """The streams of all shards, a page of each at a time; a page is in the order in which things were done.

    How far each was read is kept shard by shard: a line that lands late in one is never passed over.
    """

    def __init__(self, store: Store, since: str = "0") -> None:
        self._store = store
        self._read = dict.fromkeys(range(SHARDS), since)

    async def next(self) -> list[tuple[str, dict[str, str]]]:
        """What was added since the last page; empty if nothing was."""
        page = []
        for shard, after in self._read.items():
            if found := await self._store.audit(shard, after):
                self._read[shard] = found[-1][0]
                page += found
        return sorted(page, key=lambda line: _order(line[0]))


def _order(name: str) -> tuple[int, int]:
    moment, _, number = name.partition("-")
    return int(moment), int(number)
