"""Sharing, at the door of the core: what is drafted, posted, kept up to date, recalled and taken down."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from dialogs import room as rooms
from dialogs.deal import Alternative
from dialogs.effects import Tell
from dialogs.events import AlternativeChanged, Closed
from dialogs.follows import TellDeal
from dialogs.levels import Level
from dialogs.room import RoomBook, RoomTurned, SpokenOf
from dialogs.rooms import Room, ToRoom
from dialogs.shared import FIELDS, SECRETS, Content, Share
from dialogs.shares import (
    AskWhere,
    RoomMoved,
    ShareConfirmed,
    Shared,
    ShareDrafted,
    ShareDropped,
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
from dialogs.sharing import SHARES_KEPT, recalls
from dialogs.summary import Disclosed, Summary
from tests.story import COLLEAGUE, MONDAY, STRANGER, Story

TEAM, OTHER = Room("slack", "C0TEAM", "deal-team"), Room("slack", "C0OTHER", "other")
BAD = {"tone": 3, "deadlock": 3, "mutual": 3}
PRICED: dict[str, Any] = {"side": "seller", "unit": "€", "limit": Decimal(82_000)}


def drafted(**content: Any) -> Story:  # noqa: ANN401
    return Story(**PRICED).does(ShareDrafted, room=TEAM, content=Content(**content))


def posted(**content: Any) -> Story:  # noqa: ANN401
    story = drafted(**content)
    return story.does(ShareConfirmed, number=1).does(ShareStands, number=1, by="")


def to_rooms(story: Story) -> list[ToRoom]:
    return [effect for effect in story.turn.effects if isinstance(effect, ToRoom)]


def share(story: Story) -> Share:
    return story.deal.shares[-1]


# ---- the type


def test_a_summary_has_no_field_for_what_is_the_owners_alone() -> None:
    told = {each.name for each in fields(Summary)}
    assert not told & {
        "limit",
        "target",
        "alternative",
        "red_lines",
        "promise",
        "must_haves",
        "evidence",
        "words",
    }
    assert {each.name for each in fields(Disclosed)} == {"unit", *SECRETS}


def test_reasons_are_kinds_of_things_and_never_what_was_said() -> None:
    story = Story(**PRICED).answers(tone=3, deadlock=3).checks_in(mutual=3)
    story.does(ShareWanted, room=TEAM)
    summary = story.heard(SharePreview).summary
    assert set(summary.reasons) <= {"V", "C", "K", "M", "A", "P"}
    assert summary.reasons
    assert summary.level is not None
    assert summary.level > Level.STAY
    assert summary.disclosed is None


def test_what_is_switched_off_is_not_told() -> None:
    story = Story(**PRICED).checks_in(**BAD).does(ShareDrafted, room=TEAM, content=Content(fields=()))
    summary = story.heard(SharePreview).summary
    assert (summary.level, summary.reasons, summary.step, summary.counterpart, summary.moved) == (
        None, (), "", "", None,
    )  # fmt: skip
    assert summary.name == story.deal.name


# ---- before it is posted


def test_nothing_is_posted_before_it_was_looked_at() -> None:
    story = drafted(note="see you there")
    assert to_rooms(story) == []
    preview = story.heard(SharePreview)
    assert (preview.number, preview.room, preview.summary.note, preview.leaks) == (
        1,
        TEAM,
        "see you there",
        (),
    )
    story.does(ShareConfirmed, number=1)
    (said,) = to_rooms(story)
    assert said.effect == preview.summary
    assert (said.room, said.slot) == (TEAM, "share:1")


def test_without_a_channel_it_is_asked_for() -> None:
    story = Story().does(ShareWanted, named="deal-team")
    assert story.heard(AskWhere).named == "deal-team"
    assert story.does(ShareDrafted, room=None, content=Content()).heard(AskWhere).named == ""


def test_a_secret_in_a_note_is_shown_with_its_place_and_cannot_be_posted() -> None:
    story = drafted(note="we stop at eighty-two thousand", decides="82k Priya")
    leaks = story.heard(SharePreview).leaks
    assert [(leak.field, leak.kind, leak.words) for leak in leaks] == [
        ("decides", "limit", "82k"), ("note", "limit", "eighty-two thousand"),
    ]  # fmt: skip
    story.does(ShareConfirmed, number=1)
    assert to_rooms(story) == []
    assert story.heard(SharePreview).leaks == leaks


def test_what_became_a_secret_after_the_preview_stops_it() -> None:
    story = drafted(note="StagnantCo was mentioned")
    assert story.heard(SharePreview).leaks == ()
    story.does(AlternativeChanged, alternative=Alternative("StagnantCo"))
    story.does(ShareConfirmed, number=1)
    assert to_rooms(story) == []
    assert story.heard(SharePreview).leaks


def test_a_secret_is_shown_only_where_it_was_chosen_for_this_message() -> None:
    story = drafted(secrets=("limit",), note="82k it is")
    preview = story.heard(SharePreview)
    assert preview.summary.disclosed == Disclosed("€", limit=Decimal(82_000))
    assert preview.leaks == ()
    story.does(ShareConfirmed, number=1).does(ShareWanted, room=OTHER)
    assert story.heard(SharePreview).summary.disclosed is None


def test_an_old_preview_posts_nothing() -> None:
    story = drafted().does(ShareWanted, room=OTHER)
    story.does(ShareConfirmed, number=1)
    assert story.heard(Tell).key == "share_old"
    assert to_rooms(story) == []
    story.does(ShareDropped, number=2).does(ShareConfirmed, number=2)
    assert to_rooms(story) == []


def test_nobody_but_the_owner_shares_recalls_or_looks() -> None:
    story = posted()
    for who in (COLLEAGUE, STRANGER):
        for kind, more in (
            (ShareWanted, {"room": OTHER}), (ShareConfirmed, {"number": 1}), (ShareRecalled, {"number": 1}),
            (SharesAsked, {}), (ShareDropped, {"number": 1}),
            (ShareDrafted, {"room": OTHER, "content": Content()}),
        ):  # fmt: skip
            story.does(kind, by=who, **more)
            assert story.heard(Tell).key == "not_yours"
            assert to_rooms(story) == []


# ---- afterwards


def test_one_that_follows_is_put_right_when_the_deal_moves_and_not_otherwise() -> None:
    story = posted(follow=True).answers(**BAD)
    assert to_rooms(story) == []
    story.checks_in(**BAD)
    (said,) = to_rooms(story)
    assert isinstance(said.effect, Summary)
    assert said.effect.level is not None
    assert (said.slot, said.effect.level > Level.STAY) == ("share:1", True)


def test_one_that_does_not_follow_stays_as_it_was_read() -> None:
    assert to_rooms(posted(follow=False).checks_in(**BAD)) == []


def test_the_end_of_the_deal_is_told_where_it_is_followed() -> None:
    story = posted(follow=True).does(Closed, outcome="walked_away")
    (said,) = [each for each in to_rooms(story) if isinstance(each.effect, Summary)]
    assert isinstance(said.effect, Summary)
    assert (said.effect.status, said.effect.level, said.effect.step) == ("closed", None, "")


def test_a_correction_takes_the_place_of_the_same_message() -> None:
    story = posted(note="old").does(ShareDrafted, room=OTHER, content=Content(note="new"), replaces=1)
    preview = story.heard(SharePreview)
    assert (preview.room, preview.replaces) == (TEAM, 1)
    story.does(ShareConfirmed, number=preview.number)
    (said,) = to_rooms(story)
    assert (said.slot, said.room) == ("share:1", TEAM)
    assert [each.content.note for each in story.deal.shares] == ["new"]


def test_a_recall_takes_the_message_away_once() -> None:
    story = posted().does(ShareRecalled, number=1)
    (said,) = to_rooms(story)
    assert (said.gone, said.slot) == (True, "share:1")
    assert story.heard(ShareTold).what == "recalled"
    story.does(ShareRecalled, number=1)
    assert (story.heard(Tell).key, to_rooms(story)) == ("share_gone", [])


def test_what_was_stopped_at_the_last_moment_is_told_with_its_reason() -> None:
    story = drafted().does(ShareConfirmed, number=1).does(ShareRefused, number=1, why="outsiders", by="")
    assert (story.heard(ShareTold).what, story.heard(ShareTold).why) == ("refused", "outsiders")
    assert share(story).stands == "refused"
    assert to_rooms(story) == []


def test_an_update_that_is_stopped_takes_down_what_stands() -> None:
    story = posted(follow=True).does(ShareRefused, number=1, why="outsiders", by="")
    (said,) = to_rooms(story)
    assert isinstance(said.effect, TakenDown)
    assert share(story).stands == "redacted"


def test_a_channel_that_opens_takes_down_all_that_stands_there_and_says_so_once() -> None:
    story = posted(follow=True).does(RoomMoved, room=TEAM, how="opened", by="")
    (said,) = to_rooms(story)
    assert isinstance(said.effect, TakenDown)
    assert (said.gone, story.heard(ShareTold).what) == (False, "opened")
    story.does(RoomMoved, room=TEAM, how="opened", by="")
    assert story.turn.effects == ()
    assert to_rooms(story.checks_in(**BAD)) == []


def test_a_channel_that_closes_is_left_alone() -> None:
    story = posted(follow=True).does(RoomMoved, room=TEAM, how="closed", by="")
    assert (story.heard(ShareTold).what, to_rooms(story), share(story).stands) == ("closed", [], "gone")
    assert to_rooms(story.checks_in(**BAD)) == []


def test_another_channel_is_none_of_ours() -> None:
    assert posted().does(RoomMoved, room=OTHER, how="opened", by="").turn.effects == ()


def test_what_stands_where_is_told_and_bounded() -> None:
    story = Story(**PRICED)
    for number in range(1, SHARES_KEPT + 3):
        story.does(ShareDrafted, room=TEAM, content=Content()).does(ShareConfirmed, number=number)
        if number % 2:
            story.does(ShareRecalled, number=number)
    assert len(story.does(SharesAsked).heard(SharesShown).shares) == SHARES_KEPT
    assert len(recalls(story.deal)) == SHARES_KEPT


def test_shares_are_on_the_log_and_previews_are_not() -> None:
    story = posted().does(ShareRecalled, number=1)
    kinds = [type(entry) for entry in story.log]
    assert kinds[-2:] == [Shared, ShareRecalled]
    assert ShareDrafted not in kinds


# ---- the room


def test_a_room_tells_each_deal_once_and_then_forgets_them() -> None:
    book = RoomBook("07room")
    for number, deal in enumerate(("01a", "02b", "01a")):
        book = rooms.take(book, SpokenOf(id=f"s{number}", at=MONDAY, deal=deal)).book
    turn = rooms.take(book, RoomTurned(id="e1", at=MONDAY, room=TEAM, how="opened"))
    assert [told.deal for told in turn.effects if isinstance(told, TellDeal)] == ["02b", "01a"]
    assert len({told.event.id for told in turn.effects}) == 2
    assert turn.book == replace(book, deals=())


def test_all_fields_are_told_at_first() -> None:
    assert Content().fields == FIELDS
    assert Content().secrets == ()
