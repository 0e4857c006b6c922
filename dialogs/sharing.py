"""Sharing a summary: drafted, looked at, posted, kept up to date, put right, recalled, taken down.

It decides what is said where. Who reads along is asked as a message is sent, by whoever sends it; what is
refused then comes back as an event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from dialogs import summaries
from dialogs.deal import Deal, altered
from dialogs.effects import AnyEffect
from dialogs.event import Event
from dialogs.rooms import Room, ToRoom
from dialogs.shared import READABLE, Content, Draft, Share, Stands
from dialogs.shares import (
    AskWhere,
    RoomMoved,
    ShareConfirmed,
    Shared,
    ShareDrafted,
    ShareDropped,
    ShareEvent,
    SharePreview,
    ShareRecalled,
    ShareRefused,
    SharesAsked,
    SharesShown,
    ShareStands,
    ShareTold,
    ShareWanted,
    TakenDown,
)
from dialogs.summary import Summary
from dialogs.turns import Turn, about, on_record, tell

SHARES_KEPT = 20


def taken(deal: Deal, event: ShareEvent) -> Turn:  # noqa: C901, PLR0911, PLR0912 - one case an event
    """The next turn of a deal that is shared."""
    match event:
        case ShareWanted(room=None):
            return Turn(deal, (AskWhere(**about(deal), named=event.named),))
        case ShareWanted():
            return _drafted(deal, event, event.room, Content(), 0)
        case ShareDrafted():
            known = _share(deal, event.replaces)
            room = known.room if known else event.room
            if room is None or (event.replaces and known is None):
                return Turn(deal, (AskWhere(**about(deal)),))
            return _drafted(deal, event, room, event.content, event.replaces)
        case ShareConfirmed():
            return _confirmed(deal, event)
        case ShareDropped():
            return Turn(altered(deal, draft=None), (tell(deal, "share_dropped"),))
        case SharesAsked():
            return Turn(deal, (SharesShown(**about(deal), shares=deal.shares),))
        case ShareRecalled():
            return _recalled(deal, event)
        case Shared():  # a replay: as given
            return on_record(deal, event)
        case ShareStands():
            return _stands(deal, event)
        case ShareRefused():
            return _refused(deal, event)
        case RoomMoved():
            return _room_moved(deal, event)
        case _:
            assert_never(event)


def _drafted(deal: Deal, event: Event, room: Room | None, content: Content, replaces: int) -> Turn:
    if room is None:
        return Turn(deal, (AskWhere(**about(deal)),))
    number = max([deal.draft.number if deal.draft else 0, *(share.number for share in deal.shares)]) + 1
    draft = Draft(number, room, content, event.at, replaces)
    return Turn(altered(deal, draft=draft), (preview(deal, draft, event.at),))


def preview(deal: Deal, draft: Draft, at: datetime) -> SharePreview:
    """The draft as it would be sent now."""
    return SharePreview(
        **about(deal),
        to=deal.owner,
        number=draft.number,
        room=draft.room,
        summary=summaries.summary_of(deal, draft.content, at),
        content=draft.content,
        replaces=draft.replaces,
        leaks=summaries.leaks(deal, draft.content),
    )


def _confirmed(deal: Deal, event: ShareConfirmed) -> Turn:
    """What was looked at goes out, unless it is another draft by now."""
    draft = deal.draft
    if draft is None or draft.number != event.number:
        return Turn(deal, (tell(deal, "share_old"),))
    if summaries.leaks(deal, draft.content):  # the deal's secrets are others since
        return Turn(deal, (preview(deal, draft, event.at),))
    known = _share(deal, draft.replaces)
    share = Share(draft.replaces or draft.number, draft.room, draft.content, event.at)
    if known is not None:
        share = replace(share, stands=known.stands, since=known.since)
    after = altered(_with(deal, share), draft=None)
    entry = Shared(id=event.id, at=event.at, by=event.by, number=share.number, room=share.room,
                   content=share.content)  # fmt: skip
    return on_record(after, entry, _told(deal, share, event.at))


def _recalled(deal: Deal, event: ShareRecalled) -> Turn:
    share = _share(deal, event.number)
    if share is None or share.stands not in READABLE:
        return Turn(deal, (tell(deal, "share_gone"),))
    gone = _gone(deal, share)
    said = ShareTold(**about(deal), to=deal.owner, what="recalled", room=share.room)
    return on_record(_with(deal, replace(share, stands="recalled")), event, gone, said)


def _stands(deal: Deal, event: ShareStands) -> Turn:
    share = _share(deal, event.number)
    if share is None or share.stands != "sent":
        return Turn(deal)
    said = ShareTold(**about(deal), to=deal.owner, what="stands", room=share.room, number=share.number)
    return Turn(_with(deal, replace(share, stands="stands")), (said,))


def _refused(deal: Deal, event: ShareRefused) -> Turn:
    """It was stopped at the last moment. One that stands there already comes down if others read along."""
    share = _share(deal, event.number)
    if share is None or share.stands not in READABLE:
        return Turn(deal)
    said = ShareTold(**about(deal), to=deal.owner, what="refused", room=share.room, number=share.number,
                     why=event.why, leaks=event.leaks)  # fmt: skip
    now: Stands = "redacted" if share.stands == "stands" else "refused"
    down = (_down(deal, share),) if now == "redacted" else ()
    return on_record(_with(deal, replace(share, stands=now)), event, *down, said)


def _room_moved(deal: Deal, event: RoomMoved) -> Turn:
    """Others read along from now on: what stands there comes down. Or nobody may post there any more."""
    there = [share for share in deal.shares if share.room.id == event.room.id and share.stands in READABLE]
    if not there:
        return Turn(deal)
    after, effects = deal, list[AnyEffect]()
    for share in there:
        after = _with(after, replace(share, stands="redacted" if event.how == "opened" else "gone"))
        effects += [_down(deal, share)] if event.how == "opened" else []
    said = ShareTold(**about(deal), to=deal.owner, what=event.how, room=there[0].room)
    return on_record(after, event, *effects, said)


def updates(before: Deal | None, after: Deal | None, event: Event) -> tuple[AnyEffect, ...]:
    """What has to be put right in rooms, now that the deal moved."""
    if before is None or after is None or before is after:
        return ()
    return tuple(
        _told(after, share, event.at)
        for share in after.shares
        if share.content.follow and share.stands in READABLE and share in before.shares
        and summaries.summary_of(before, share.content, event.at)
        != summaries.summary_of(after, share.content, event.at)
    )  # fmt: skip


def recalls(deal: Deal) -> tuple[AnyEffect, ...]:
    """Takes back all that stands, of a deal that is to be forgotten, and has each room forget it."""
    return tuple(_gone(deal, share) for share in deal.shares)


def _told(deal: Deal, share: Share, at: datetime) -> ToRoom:
    said: Summary = summaries.summary_of(deal, share.content, at)
    return ToRoom(room=share.room, effect=said, owner=deal.owner, slot=share.slot)


def _down(deal: Deal, share: Share) -> ToRoom:
    """One line in the place of the message: what stood there is not to be read again."""
    return ToRoom(room=share.room, effect=TakenDown(), owner=deal.owner, slot=share.slot)


def _gone(deal: Deal, share: Share) -> ToRoom:
    return ToRoom(room=share.room, effect=TakenDown(), owner=deal.owner, slot=share.slot, gone=True)


def _share(deal: Deal, number: int) -> Share | None:
    return next((share for share in deal.shares if share.number == number), None)


def _with(deal: Deal, share: Share) -> Deal:
    if any(known.number == share.number for known in deal.shares):
        shares = tuple(share if known.number == share.number else known for known in deal.shares)
    else:
        shares = (*deal.shares, share)
    while len(shares) > SHARES_KEPT:  # those that nobody reads go first
        old = next((each for each in shares if each.stands not in READABLE), shares[0])
        shares = tuple(each for each in shares if each is not old)
    return altered(deal, shares=shares)
