"""What stands in the audit stream: which events, under which key. Never a word, an amount or a name."""

from collections.abc import Iterable, Iterator, Mapping

from bot.redis import Audited
from dialogs.decisions import GateWaived
from dialogs.event import Event
from dialogs.events import Closed, ColleagueNamed, Opened, Reopened
from dialogs.exports import Exported
from dialogs.handing import Assigned, ColleagueLeft, HandedOver
from dialogs.seals import LimitAgreed, LimitChanged
from dialogs.shares import RoomMoved, Shared, ShareRecalled, ShareRefused

OPERATOR = "operator"  # whoever runs the coach, at the command line
FORGOTTEN, FORGOTTEN_PERSON, OF_AGE = "forgotten", "forgotten_person", "of_age"
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
