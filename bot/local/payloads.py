"""The bodies Slack sends to a bot, in Slack's shapes; each function answers a fresh dictionary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.local.model import APP, BOT, DOMAIN, OTHER_TEAM, TEAM, Channel, Json, Message, Person, View
from bot.local.state import fresh

VERIFICATION = "local-verification-token"
LINK = re.compile(r"https?://[^\s<>|]+")
NAMED = re.compile(r"([@#])([a-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Rights:
    """What comes with a tap: a trigger id and a reply address."""

    trigger: str
    reply: str


def escaped(text: str) -> str:
    """Typed text as Slack passes it on: three characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str, people: Iterable[Person], channels: Iterable[Channel]) -> str:
    """What a person typed as it arrives: escaped, with live mentions, channel names and addresses."""
    ids = {f"@{person.handle}": f"<@{person.id}>" for person in people}
    ids |= {f"#{c.name}": f"<#{c.id}|{c.name}>" for c in channels if c.name}

    def mention(found: re.Match[str]) -> str:
        return ids.get(found[0], found[0])

    linked = LINK.sub(lambda found: f"<{found[0]}>", escaped(text))
    return NAMED.sub(mention, linked)


def room(channel: Channel) -> Json:
    """A channel as interactive payloads name it."""
    names = {"im": "directmessage", "private": "privategroup"}
    return {"id": channel.id, "name": names.get(channel.kind, channel.name)}


def command(person: Person, channel: Channel, line: tuple[str, str], rights: Rights) -> Json:
    """A slash command, as form fields; `line` is the command and the text after it."""
    word, text = line
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": channel.id,
        "channel_name": room(channel)["name"],
        "user_id": person.id,
        "user_name": person.handle,
        "command": word,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": rights.reply,
        "trigger_id": rights.trigger,
    }


def interaction(kind: str, person: Person) -> Json:
    """What every interactive payload begins with."""
    user = {"id": person.id, "username": person.handle, "name": person.handle, "team_id": person.team}
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": user,
        "api_app_id": APP,
        "token": VERIFICATION,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def pressed_message(person: Person, channel: Channel, message: Message, values: Json, rights: Rights) -> Json:
    """A `block_actions` in a message, without its `actions`; an ephemeral message is not sent along."""
    ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body = interaction("block_actions", person) | {
        "container": container,
        "trigger_id": rights.trigger,
        "channel": room(channel),
        "state": {"values": values},
        "response_url": rights.reply,
    }
    return body if ephemeral else body | {"message": message.wire()}


def pressed_view(person: Person, view: View, values: Json, trigger: str) -> Json:
    """A `block_actions` in a modal or home, its `actions` still to be added; there is no response_url."""
    return interaction("block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger,
        "view": view.wire(values),
    }


def submitted(person: Person, view: View, values: Json, trigger: str) -> Json:
    """A `view_submission`."""
    return interaction("view_submission", person) | {
        "trigger_id": trigger,
        "view": view.wire(values),
        "response_urls": [],
    }


def closed(person: Person, view: View, *, cleared: bool) -> Json:
    """A `view_closed`; sent only where the view asked for it."""
    return interaction("view_closed", person) | {"view": view.wire(), "is_cleared": cleared}


def shortcut(person: Person, channel: Channel, message: Message, callback: str, rights: Rights) -> Json:
    """A `message_action`, without its `action_ts`."""
    return interaction("message_action", person) | {
        "callback_id": callback,
        "trigger_id": rights.trigger,
        "response_url": rights.reply,
        "message_ts": message.ts,
        "channel": room(channel),
        "message": message.wire(),
    }


def event_callback(event: Json, at: datetime, *, shared: bool = False) -> Json:
    """The envelope of the Events API around `event`."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": fresh("Ev"),
        "event_time": int(at.timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": fresh("4-"),
    }


def said(message: Message, *, new: Callable[[], str]) -> Json:
    """The event of a message in a direct chat."""
    return message.wire() | {
        "channel": message.channel,
        "channel_type": "im",
        "event_ts": message.ts,
        "client_msg_id": new(),
    }


def opened_home(person: Person, tab: str, view: View | None, stamp: str) -> Json:
    """The event of a person looking at the bot's home or messages tab."""
    event = {"type": "app_home_opened", "user": person.id, "channel": "D" + person.id[1:], "tab": tab}
    shown = {"view": view.wire()} if view else {}
    return event | {"event_ts": stamp} | shown


def joined(person: Person, channel: Channel, stamp: str) -> Json:
    """The event of somebody joining a channel."""
    return {
        "type": "member_joined_channel",
        "user": person.id,
        "channel": channel.id,
        "channel_type": "G" if channel.kind == "private" else "C",
        "team": person.team,
        "event_ts": stamp,
    }


def shared_with(channel: Channel, stamp: str) -> Json:
    """The event of a channel now shared with another company."""
    return {
        "type": "channel_shared",
        "connected_team_id": OTHER_TEAM,
        "channel": channel.id,
        "event_ts": stamp,
    }
