"""One event of every kind that can happen to a deal, for tests that go through them all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from dialogs import (
    afterwards,
    decisions,
    details,
    doubts,
    event,
    events,
    exports,
    follows,
    handing,
    offers,
    reminders,
    seals,
    shares,
    suggestions,
)
from dialogs.cadence import SUGGESTED
from dialogs.deal import Alternative
from dialogs.hours import USUAL
from dialogs.rooms import Room
from dialogs.shared import Content
from tests.story import MONDAY, STRANGER

ROOM = Room("slack", "C0TEAM", "deal-team")
FIELDS: dict[type[event.Event], dict[str, Any]] = {
    events.Opened: {"deal": "d1", "name": "x", "counterpart": "y"},
    events.Answered: {"question": "tone", "answer": 3},
    events.Worded: {"text": "x"},
    events.Chosen: {"choice": "x"},
    events.Noted: {"text": "x"},
    events.Edited: {"check_in": 1, "question": "tone", "answer": 0},
    events.Offered: {"side": "them", "value": Decimal(80)},
    events.AlternativeChanged: {"alternative": Alternative()},
    events.RedLineConfirmed: {"red_line": 0},
    events.RedLineCured: {"red_line": 0},
    events.Acted: {"action": "final_offer"},
    events.DraftWanted: {"action": "ask_for_time"},
    events.Closed: {"outcome": "agreed"},
    events.Renamed: {"name": "x"},
    events.ColleagueNamed: {"person": STRANGER},
    events.Snoozed: {"reason": "x"},
    events.ReminderDue: {"purpose": "check_in", "due": MONDAY},
    events.Misread: {"problem": "unknown_command"},
    doubts.EvidenceContested: {"check_in": 1, "question": "tone", "because": "x"},
    doubts.EvidenceWithdrawn: {"check_in": 1, "question": "tone", "because": "x"},
    doubts.EvidenceUpheld: {"check_in": 1, "question": "tone"},
    doubts.ReasonWanted: {"check_in": 1, "question": "tone"},
    doubts.Viewed: {"check_in": 1, "question": "tone"},
    decisions.GateWaived: {"approved_by": "Ana Ruiz", "because": "x"},
    decisions.SignedAlready: {"signed": True},
    decisions.RedLineTested: {"red_line": 0, "sacred": True},
    decisions.CureTold: {"red_line": 0},
    seals.LimitAgreed: {"number": 1},
    seals.LimitChanged: {"text": "x", "what": "must_have"},
    follows.AlternativeLinked: {"deal": "d2"},
    follows.FollowWanted: {"follower": "d2"},
    follows.FollowEnded: {"follower": "d2"},
    follows.DealFollowed: {"deal": "d2", "name": "x"},
    offers.OfferSaid: {"words": "them 82k"},
    offers.OfferMeant: {"offer": 1},
    offers.OfferCorrected: {"offer": 1, "value": Decimal(80)},
    offers.OfferWithdrawn: {"offer": 1},
    offers.IssuesSet: {"issues": ()},
    offers.Happened: {"what": "moved"},
    offers.Unsaid: {"question": "tone"},
    details.DetailTold: {"what": "promise", "text": "I will leave if they lie"},
    suggestions.SuggestionTaken: {"number": 1},
    suggestions.SuggestionLeft: {"number": 1},
    reminders.CadenceSet: {"cadence": SUGGESTED},
    events.ColleagueNamed: {"person": STRANGER},
    handing.ColleagueLeft: {"person": STRANGER},
    handing.HandOverWanted: {"person": STRANGER},
    handing.HandOverAnswered: {"accepted": True},
    handing.HandedOver: {"person": STRANGER},
    handing.Assigned: {"person": STRANGER},
    exports.Exported: {"form": "json"},
    shares.ShareWanted: {"room": ROOM},
    shares.ShareDrafted: {"room": ROOM, "content": Content(note="see you there")},
    shares.ShareConfirmed: {"number": 1},
    shares.ShareDropped: {"number": 1},
    shares.ShareRecalled: {"number": 1},
    shares.Shared: {"number": 1, "room": ROOM, "content": Content()},
    shares.ShareStands: {"number": 1},
    shares.ShareRefused: {"number": 1, "why": "outsiders"},
    shares.RoomMoved: {"room": ROOM, "how": "opened"},
    reminders.DateNoted: {"kind": "notice", "moment": MONDAY + timedelta(days=9)},
    reminders.ReminderSnoozed: {"kind": "check_in"},
    reminders.ReminderSkipped: {"kind": "check_in"},
    reminders.ReminderUnwanted: {"kind": "digest"},
    reminders.RemindersDropped: {"kinds": ("brief",)},
    reminders.OwnerMoved: {"zone": "Europe/Berlin", "hours": USUAL},
    afterwards.TimeFreed: {"what": "the second bidder", "due": MONDAY + timedelta(days=7)},
}
KINDS = events.DealEvent.__args__


def happened(kind: type[Any], by: str) -> events.DealEvent:
    event: events.DealEvent = kind(id="e", at=MONDAY + timedelta(days=3), by=by, **FIELDS.get(kind, {}))
    return event
