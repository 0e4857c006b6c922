"""Slack's channels as rooms: who reads along now, what is happening to them, what they are called.

Nothing is remembered between two messages, and whoever cannot be looked at is taken for somebody outside.
"""

import re
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms import Undeliverable, Unsure
from bot.slack.asking import asked
from bot.slack.workspaces import workspace_of_org
from dialogs.rooms import Audience, Room, room_word
from dialogs.shares import How

MOST_MEMBERS = 1_000  # who is a member beyond these is not looked at, and so it is refused
PAGE = 200
FEW = 20  # members are asked about one by one; more of them by one list of everybody
CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|([^>]*))?>")
# What happens to a channel, by the names of Slack's events.
TURNS: Mapping[str, How] = {
    "channel_shared": "opened",
    "member_joined_channel": "opened",  # only where the one who joined is an outsider
    "channel_archive": "closed",
    "channel_deleted": "closed",
    "channel_left": "closed",
    "group_archive": "closed",
    "group_deleted": "closed",
    "group_left": "closed",
}


async def audience(client: AsyncWebClient, room: Room) -> Audience:
    """Who reads along in a channel now. Raises the port's exceptions; `Unsure` where it cannot be told."""
    shape = (await asked(client.conversations_info(channel=room.id)))["channel"]
    if shape.get("is_archived"):
        raise Undeliverable("is_archived")
    if shape.get("is_im") or shape.get("is_mpim"):
        raise Unsure("not_a_channel")
    if not shape.get("is_member"):
        raise Undeliverable("not_in_channel")
    outsiders = [name for name, there in _flags(shape).items() if there]
    members = await _members(client, room)
    people = await _people(client, members)
    home = await _home(client)
    if any(is_outsider(people.get(member), home) for member in members):
        outsiders.append("guest")
    readers = sum(not (people.get(member) or {}).get("is_bot") for member in members)
    found = Room(room.platform, room.id, str(shape.get("name") or room.name))
    return Audience(found, readers, tuple(outsiders), private=bool(shape.get("is_private")))


def _flags(shape: Mapping[str, Any]) -> dict[str, bool]:
    """What the channel itself says of outsiders; a flag that is not there is one that cannot be told."""
    if "is_ext_shared" not in shape or "is_pending_ext_shared" not in shape:
        raise Unsure("unknown")
    return {
        "other_company": bool(shape["is_ext_shared"]) or bool(shape.get("connected_team_ids")),
        "invited_company": bool(shape["is_pending_ext_shared"]) or bool(shape.get("pending_shared")),
        "org": bool(shape.get("is_org_shared"))
        or (bool(shape.get("is_shared")) and not shape["is_ext_shared"]),
    }


async def _members(client: AsyncWebClient, room: Room) -> list[str]:
    found, cursor = list[str](), ""
    while True:
        answer = await asked(client.conversations_members(channel=room.id, cursor=cursor, limit=PAGE))
        found += [str(member) for member in answer["members"]]
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if len(found) > MOST_MEMBERS:
            raise Unsure("too_many_members")
        if not cursor:
            return found


async def _people(client: AsyncWebClient, members: list[str]) -> dict[str, dict[str, Any]]:
    """What Slack says of each member: one by one for a few, else by the list of everybody."""
    if len(members) <= FEW:
        return {member: dict((await asked(client.users_info(user=member)))["user"]) for member in members}
    found, cursor = dict[str, dict[str, Any]](), ""
    while True:
        team = workspace_of_org()
        answer = await asked(client.users_list(cursor=cursor, limit=PAGE, team_id=team))
        found |= {str(person["id"]): dict(person) for person in answer["members"]}
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return found


async def _home(client: AsyncWebClient) -> str:
    """The workspace whose people are ours; an organisation's token would name the organisation."""
    return workspace_of_org() or str((await asked(client.auth_test()))["team_id"])


def is_outsider(person: Mapping[str, Any] | None, home: str) -> bool:
    """Whether somebody is a guest, of another company, or unknown. Bots of the house are none."""
    if person is None:
        return True
    flags = ("is_restricted", "is_ultra_restricted", "is_stranger")
    return any(person.get(flag) for flag in flags) or str(person.get("team_id") or "") != home


async def turned(client: AsyncWebClient, event: Mapping[str, Any], us: str) -> How | None:
    """What became of a channel for those spoken of there; None if nothing that matters."""
    kind = str(event.get("type"))
    if kind == "member_left_channel":
        return "closed" if event.get("user") == us else None
    if kind == "member_joined_channel":
        home = await _home(client)
        try:
            person = (await client.users_info(user=str(event.get("user"))))["user"]
        except SlackApiError:
            person = None
        return "opened" if is_outsider(person, home) else None
    return TURNS.get(kind)


def channel_of(event: Mapping[str, Any]) -> str:
    """The channel an event is about, by Slack's id."""
    channel = event.get("channel") or ""
    return str(channel.get("id") if isinstance(channel, Mapping) else channel)


def with_rooms(text: str) -> str:
    """Typed words in which channels that Slack itself marked are rooms; nothing else can look like one."""
    text = text.replace("#c:", "#")
    return CHANNEL.sub(lambda mark: room_word(Room("slack", mark[1], mark[2] or "")), text)


async def named(client: AsyncWebClient, channel: str) -> str:
    """A channel that was picked in a form, as a room in words; its name is "" where Slack does not say."""
    try:
        shape = (await client.conversations_info(channel=channel))["channel"]
    except SlackApiError:
        return room_word(Room("slack", channel))
    return room_word(Room("slack", channel, str(shape.get("name") or "")))
