"""Sharing through Slack: the preview names its readers, the channel hears what was looked at and no more.

Then the counterpart plays: shares, invites, converts, presses old buttons, asks in the channel, in vain.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.local import Message, Workspace
from bot.local.model import BOT
from bot.redis import Link, embedded
from bot.slack import rooms
from tests.living import Living, labels, living

ROOM, LIMIT = "C0DEALTEAM", "82000"
DEAL = {
    "name": "Renewal", "counterpart": "StagnantCo", "must_haves": "Net 30", "limit": LIMIT, "side": "seller",
    "alternative": "Nordwind Logistics", "promise": "I will leave if they want exclusivity",
    "red_lines": "Source code in escrow",
}  # fmt: skip
SECRETS = ("82k", "82,0", "82000", "eighty", "Nordwind", "exclusiv", "escrow", "I will leave", "Net 30")
FIELDS = [
    "who it is with",
    "where you stand",
    "what kind of reasons, never the words",
    "the next step and the dates",
]


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal new")
        await made.fills(DEAL)
        yield made


def in_room(up: Living, room: str = ROOM) -> list[Message]:
    return [message for message in up.ws.messages(room) if message.user == BOT]


def readable(up: Living, person: str, *channels: str) -> str:
    """All that somebody can read of the coach anywhere, ephemeral messages and their own chat included."""
    seen = [m for channel in (*channels, "dm") for m in up.ws.visible_to(person, channel) if m.user == BOT]
    view = up.ws.view(person)
    return "\n".join(
        [f"{m.reads}\n{m.text}\n{json.dumps(m.blocks)}" for m in seen] + ([view.reads] if view else [])
    )


async def shared(up: Living, **answers: Any) -> None:  # noqa: ANN401
    """A summary in the deal team's channel, through the form."""
    await up.types("/deal share renewal")
    await up.taps("Choose a channel")
    await up.fills({"room": ROOM, **answers})
    await up.taps("Post it")


def secrets_in(text: str) -> Iterator[str]:
    yield from (secret for secret in SECRETS if secret.casefold() in text.casefold())


# ---- as it should go


async def test_the_preview_shows_the_exact_words_and_who_reads_along(up: Living) -> None:
    await up.types("/deal share renewal #deal-team")
    preview = up.last()
    assert "2 people read* there, nobody from outside" in preview.reads
    assert in_room(up) == []
    await up.taps("Post it")
    (said,) = in_room(up)
    lines = [line for line in said.reads.splitlines() if line.strip()]
    assert all(line.strip("*") in preview.reads.replace("> ", "") for line in lines[:-1])
    assert "Renewal" in said.reads
    assert "StagnantCo" in said.reads
    assert list(secrets_in(said.reads + said.text)) == []
    await up.hears("The summary stands in #deal-team.")


async def test_the_form_offers_what_is_safe_and_nothing_else_switched_on(up: Living) -> None:
    await up.types("/deal share renewal")
    await up.taps("Choose a channel")
    view = up.ws.view("maya")
    assert view is not None
    ticked = [
        option["value"]
        for block in view.blocks
        for option in block.get("element", {}).get("initial_options", ())
    ]
    assert ticked == ["counterpart", "standing", "reasons", "movement", "next", "decides"]


async def test_it_is_kept_up_to_date_put_right_and_taken_back(up: Living) -> None:
    await shared(up, fields=FIELDS, follow=["keep it up to date as the deal moves"], note="first words")
    before = in_room(up)
    await up.types("/deal close renewal")
    await up.taps("Close the deal")
    await up.fills({"outcome": "walked_away"})
    (after,) = in_room(up)
    assert (after.ts, "Closed" in after.reads) == (before[0].ts, True)
    await up.types("/deal shares")
    await up.taps("Put right #deal-team")
    await up.fills({"note": "second words"})
    await up.taps("Put it right")
    assert "second words" in in_room(up)[0].reads
    await up.types("/deal recall")
    await up.taps("Take it back")
    assert in_room(up) == []


async def test_a_plain_channel_name_is_asked_for_again(up: Living) -> None:
    await up.types("share renewal #secret-room")
    assert "I cannot be sure which channel" in up.last().reads
    await up.types("share renewal #c:slack:C0SHARED|deal-team")
    assert "I cannot be sure which channel" in up.last().reads


# ---- who reads along


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"shared_with": ("T0STAGNANT",)}, "another company"),
        ({"is_pending_ext_shared": True}, "a company that was invited"),
        ({"is_org_shared": True}, "the whole organisation"),
        ({"members": ("U0MAYA", "U0TOM", "U0GRETA", BOT)}, "a guest"),
        ({"members": ("U0MAYA", "U0TOM", "U0VIKTOR", BOT)}, "a guest"),
        ({"is_archived": True}, "The channel is archived"),
        ({"members": ("U0MAYA", "U0TOM")}, "I cannot see that channel"),
    ],
)
async def test_a_channel_that_others_read_gets_no_button_to_post(
    up: Living, flags: dict[str, Any], said: str
) -> None:
    change(up, flags)
    await up.types("/deal share renewal #deal-team")
    assert "I cannot post it there" in up.last().reads
    assert said in up.last().reads
    assert "Post it" not in [label for label, _ in labels(up.last().blocks)]


@pytest.mark.parametrize(
    "flags",
    [
        {"shared_with": ("T0STAGNANT",)}, {"is_pending_ext_shared": True}, {"is_org_shared": True},
        {"members": ("U0MAYA", "U0TOM", "U0GRETA", BOT)}, {"members": ("U0MAYA", "U0TOM", "U0VIKTOR", BOT)},
    ],
)  # fmt: skip
async def test_what_changes_between_preview_and_sending_stops_it(up: Living, flags: dict[str, Any]) -> None:
    await up.types("/deal share renewal #deal-team")
    change(up, flags)
    await up.taps("Post it")
    assert in_room(up) == []
    assert "I did not post it in #deal-team" in up.last().reads


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
async def test_what_cannot_be_known_is_refused(up: Living, method: str) -> None:
    await up.types("/deal share renewal #deal-team")
    up.ws.fault(method, "error", 3)
    await up.taps("Post it")
    assert in_room(up) == []
    assert "I did not post it" in up.last().reads


async def test_too_many_to_look_at_are_refused(up: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_MEMBERS", 2)
    await up.types("/deal share renewal #deal-team")
    assert "More people are in that channel" in up.last().reads


async def test_in_a_large_channel_everybody_is_looked_at_by_the_list(
    up: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "FEW", 1)
    await up.types("/deal share renewal #deal-team")
    assert "nobody from outside" in up.last().reads
    change(up, {"members": ("U0MAYA", "U0TOM", "U0GRETA", BOT)})
    await up.taps("Post it")
    assert in_room(up) == []


@pytest.mark.parametrize(
    "person",
    [
        None, {}, {"team_id": "T0OTHER"}, {"team_id": "T0HOME", "is_restricted": True},
        {"team_id": "T0HOME", "is_ultra_restricted": True}, {"team_id": "T0HOME", "is_stranger": True},
    ],
)  # fmt: skip
def test_whoever_is_not_known_to_be_of_the_house_is_outside(person: dict[str, Any] | None) -> None:
    assert rooms.is_outsider(person, "T0HOME")
    assert not rooms.is_outsider({"team_id": "T0HOME", "is_bot": True}, "T0HOME")


def change(up: Living, flags: dict[str, Any]) -> None:
    """The channel is another one, and nobody was told."""
    from dataclasses import replace  # noqa: PLC0415

    up.ws.state.put(replace(up.ws.state.channels[ROOM], **flags))


# ---- what is said


@pytest.mark.parametrize(
    "note",
    [
        "our limit is 82k",
        "eighty-two thousand, not less",
        "else we take Nordwind",
        "no source code in escrow, ever",
    ],
)
async def test_a_secret_in_a_note_is_pointed_at_and_cannot_be_posted(up: Living, note: str) -> None:
    await up.types("/deal share renewal")
    await up.taps("Choose a channel")
    await up.fills({"room": ROOM, "note": note})
    assert "Something that only you should know stands in it" in up.last().reads
    assert "Your note holds" in up.last().reads
    assert "Post it" not in [label for label, _ in labels(up.last().blocks)]
    assert in_room(up) == []


async def test_a_limit_is_shown_where_it_was_chosen_and_never_with_outsiders(up: Living) -> None:
    await shared(up, secrets=["your walk-away point"])
    (said,) = in_room(up)
    assert "Walk-away point: 82k" in said.reads
    await up.ws.share(ROOM)
    await up.settled()
    (after,) = in_room(up)
    assert list(secrets_in(after.reads + after.text)) == []


async def test_what_becomes_a_secret_later_is_not_said_again_and_comes_down(up: Living) -> None:
    await shared(up, fields=FIELDS, follow=["keep it up to date as the deal moves"], note="Globex called")
    await up.types("/deal plan-b renewal Globex 75k firm")
    await up.types("/deal rename renewal to Second try")
    (after,) = in_room(up)
    assert "Globex" not in f"{after.reads}{after.text}"
    assert "Something that only you should know" in up.last().reads


# ---- the counterpart plays


async def test_a_channel_that_is_opened_later_is_cleared_and_the_owner_told(up: Living) -> None:
    await shared(up, fields=FIELDS)
    await up.ws.share(ROOM)
    await up.settled()
    (left,) = in_room(up)
    assert "It was taken back" in left.reads
    assert "Renewal" not in f"{left.reads}{left.text}"
    assert "People from outside can read #deal-team" in up.last().reads


@pytest.mark.parametrize("who", ["greta", "viktor"])
async def test_a_guest_who_joins_finds_nothing(up: Living, who: str) -> None:
    await shared(up, fields=FIELDS)
    await up.ws.invite(who, ROOM)
    await up.settled()
    assert "Renewal" not in readable(up, who, ROOM)


async def test_a_colleague_who_joins_changes_nothing(up: Living) -> None:
    change(up, {"members": ("U0MAYA", BOT)})
    await shared(up, fields=FIELDS)
    await up.ws.invite("tom", ROOM)
    await up.settled()
    assert "Renewal" in in_room(up)[0].reads


async def test_an_archived_channel_is_left_as_it_is_and_said_once(up: Living) -> None:
    await shared(up, fields=FIELDS, follow=["keep it up to date as the deal moves"])
    await up.ws.archive(ROOM)
    await up.settled()
    assert "Nobody can post in #deal-team any more" in up.last().reads
    count = len(up.from_coach())
    await up.types("/deal rename renewal to Second try")
    assert [m.reads for m in up.from_coach()[count:] if "deal-team" in m.reads] == []


async def test_the_counterpart_asks_presses_pastes_and_learns_nothing(up: Living) -> None:
    await up.types("/deal share renewal #deal-team")
    preview = up.last()
    pressed = await up.presses(preview, "Post it")
    await up.settled()
    deal = next(value.split("~")[1] for _, value in labels(preview.blocks) if value.startswith("share_post"))
    await up.ws.invite("viktor", ROOM)
    await up.settled()
    for words in ("/deal status renewal", "/deal limit", f"/deal share {deal}", "/deal why", "/deal shares"):
        await up.types(words, "viktor", ROOM)
        await up.types(words, "tom", ROOM)
    await up.types("@Walkaway what is the limit?", "viktor", ROOM)
    for verb in (
        "status",
        "why",
        "limits",
        "share",
        "shares",
        "share_recall",
        "share_post",
        "export",
        "form",
    ):
        for who in ("U0VIKTOR", "U0TOM", "U0GRETA"):
            await as_button(up, pressed, who, f"{verb}~{deal}~1~~1")
    for who in ("viktor", "tom"):
        assert list(secrets_in(readable(up, who, ROOM))) == []
    assert "Renewal" not in readable(up, "viktor", ROOM)


async def as_button(up: Living, pressed: Any, who: str, value: str) -> None:  # noqa: ANN401
    """Somebody else presses a button with a value they pasted."""
    body = pressed.delivery.body
    action = {**body["actions"][0], "value": value, "action_id": "b0"}
    forged = {**body, "actions": [action]}
    pressed.delivery.body.update(forged)
    await up.as_another(pressed, who)


@pytest.mark.parametrize(
    ("fact", "told"),
    [("their board lost its chair", True), ("their board will never pay 82k", False),
     ("Nordwind is full until May", False)],
)  # fmt: skip
async def test_a_second_reader_sees_the_reason_unless_it_names_a_secret(
    up: Living, fact: str, *, told: bool
) -> None:
    await up.types("/deal colleague renewal @tom")
    await up.types("/deal limit 75k")
    await up.taps("Say the new fact")
    await up.fills({"amount": "75k", "because": fact})
    await up.taps("Show me", "tom")
    assert (fact in up.last("tom").reads) is told
    assert list(secrets_in(readable(up, "tom"))) == []
    if not told:
        assert "only the owner of the deal may see" in up.last("tom").reads
        assert "I held back a message" in up.last().reads
