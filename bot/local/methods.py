"""The Web API methods the bot uses, with Slack's answers and Slack's refusals.

Any other is `unknown_method`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.local.limits import LONGEST_PAGE
from bot.local.modals import new_hash, view_body
from bot.local.model import BOT, BOT_ID, TEAM, Channel, Json, Message, Person, View
from bot.local.payloads import said
from bot.local.posting import LONGEST_UPDATE, Refused, content
from bot.local.state import fresh
from bot.local.tickets import Trigger

if TYPE_CHECKING:
    from bot.local.workspace import Workspace

PAGE = 100
STAMP = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
READING = {"channel": "channels:read", "private": "groups:read", "im": "im:read"}


class Wait(Exception):
    """429: come again after so many whole seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def auth_test(ws: Workspace, _: Json) -> Json:
    """Who the bot is."""
    bot = ws.state.people[BOT]
    names = {"url": f"{ws.base}/", "team": "DynamicTech", "user": bot.handle, "bot_id": BOT_ID}
    return {**names, "team_id": TEAM, "user_id": BOT, "is_enterprise_install": False}


def connections_open(ws: Workspace, _: Json) -> Json:
    """Where to connect for Socket Mode; the address works once."""
    ticket = fresh("") + fresh("")
    ws.sockets.add(ticket)
    return {"url": f"{ws.base.replace('http', 'ws', 1)}/socket/{ticket}"}


# -- messages ---------------------------------------------------------------------------------------


def post_message(ws: Workspace, body: Json) -> Json:
    """`chat.postMessage`; a user id as channel is that person's direct chat."""
    channel = _writable(ws, body)
    written = content(body, strict=ws.strict)
    _paced(ws, channel)
    message = Message(
        channel.id,
        ws.state.stamp(),
        BOT,
        written.text,
        written.blocks,
        thread_ts=body.get("thread_ts"),
        metadata=written.metadata,
    )
    ws.state.put(message)
    _echo(ws, channel, message)
    answer = {"channel": channel.id, "ts": message.ts, "message": message.wire()}
    return answer | _frown(written.warnings)


def post_ephemeral(ws: Workspace, body: Json) -> Json:
    """`chat.postEphemeral`."""
    channel = _writable(ws, body)
    person = _user(ws, body)
    if person.id not in channel.members:
        raise Refused("user_not_in_channel")
    written = content(body, strict=ws.strict)
    _paced(ws, channel)
    message = Message(
        channel.id,
        ws.state.stamp(),
        BOT,
        written.text,
        written.blocks,
        thread_ts=body.get("thread_ts"),
        only_for=person.id,
    )
    ws.state.put(message)
    return {"message_ts": message.ts, **_frown(written.warnings)}


def update(ws: Workspace, body: Json) -> Json:
    """`chat.update`: what is not sent again is gone, the blocks included."""
    message = _own(ws, body, "cant_update_message")
    written = content(body, strict=ws.strict, longest=LONGEST_UPDATE)
    if "metadata" in body:  # else it stays
        message = replace(message, metadata=written.metadata)
    changed = rewritten(ws, message, written.text, written.blocks)
    answer = {"channel": message.channel, "ts": message.ts, "text": changed.text, "message": changed.wire()}
    return answer | _frown(written.warnings)


def rewritten(ws: Workspace, message: Message, text: str, blocks: tuple[Json, ...]) -> Message:
    """Put other words where a message stands."""
    edited = None if message.only_for else ws.state.stamp()
    changed = replace(message, text=text, blocks=blocks, edited=edited)
    ws.state.put(changed)
    return changed


def delete(ws: Workspace, body: Json) -> Json:
    """`chat.delete`."""
    message = _own(ws, body, "cant_delete_message")
    ws.state.forget(message)
    return {"channel": message.channel, "ts": message.ts}


def history(ws: Workspace, body: Json) -> Json:
    """`conversations.history`, newest first; what stands in a thread is not part of it."""
    spoken, since = _spoken(ws, body)
    said = [m for m in spoken if m.thread_ts in {None, m.ts} and _later(m, since)]
    return _page(ws, body, said[::-1])


def replies(ws: Workspace, body: Json) -> Json:
    """`conversations.replies`: the message a thread hangs on, and the thread, oldest first."""
    spoken, since = _spoken(ws, body)
    top = str(body.get("ts"))
    if top not in {m.ts for m in spoken}:
        raise Refused("thread_not_found")
    return _page(ws, body, [m for m in spoken if m.ts == top or (m.thread_ts == top and _later(m, since))])


def _spoken(ws: Workspace, body: Json) -> tuple[list[Message], str]:
    """What all members of a channel see, and the `oldest` asked for; where the scope allows."""
    kinds = {"channel": "channels:history", "private": "groups:history", "im": "im:history"}
    known = ws.state.channels.get(str(body.get("channel")))
    channel = _readable(ws, body, kinds[known.kind] if known else None)
    if BOT not in channel.members:
        raise Refused("not_in_channel")
    oldest = str(body.get("oldest") or "0")
    if not STAMP.fullmatch(oldest):
        raise Refused("invalid_ts_oldest")
    return [message for message in ws.state.listed(channel.id) if message.only_for is None], oldest


def _later(message: Message, oldest: str) -> bool:
    return float(message.ts) > float(oldest)


def _page(ws: Workspace, body: Json, said: list[Message]) -> Json:
    """The first page; there is no second here. Without `include_all_metadata` only its kind is told."""
    limit = str(body.get("limit") or PAGE)
    if not limit.isdigit() or int(limit) > LONGEST_PAGE:
        raise Refused("invalid_limit")
    if body.get("cursor"):
        raise Refused("invalid_cursor")
    whole = str(body.get("include_all_metadata")).lower() in {"1", "true"}
    limited = min(int(limit), ws.limits.page)
    return {
        "messages": [message.wire(metadata=whole) for message in said[:limited]],
        "has_more": len(said) > limited,
    }


# -- views ------------------------------------------------------------------------------------------


def views_open(ws: Workspace, body: Json) -> Json:
    """`views.open`."""
    shown = view_body(body.get("view"), "modal")
    return _shown(ws, ws.modals.open(_redeemed(ws, body).person, shown))


def views_push(ws: Workspace, body: Json) -> Json:
    """`views.push`."""
    shown = view_body(body.get("view"), "modal")
    return _shown(ws, ws.modals.push(_redeemed(ws, body).person, shown))


def views_update(ws: Workspace, body: Json) -> Json:
    """`views.update`, by `view_id` or `external_id`, guarded by `hash`."""
    view = ws.modals.find(view_id=body.get("view_id"), external_id=body.get("external_id"))
    if view is None:
        raise Refused("not_found")
    return _shown(ws, ws.modals.update(view, view_body(body.get("view"), "modal"), body.get("hash")))


def views_publish(ws: Workspace, body: Json) -> Json:
    """`views.publish`: the home page of one person."""
    person = _user(ws, body, "user_id")
    shown = view_body(body.get("view"), "home")
    before = ws.state.homes.get(person.id)
    if body.get("hash") and before and body["hash"] != before.hash:
        raise Refused("hash_conflict")
    key = before.id if before else fresh("V")
    view = View(key, person.id, shown, new_hash(), key)
    ws.state.put(view)
    return {"view": view.wire()}


# -- people and channels ----------------------------------------------------------------------------


def users_info(ws: Workspace, body: Json) -> Json:
    """`users.info`."""
    return {"user": _user(ws, body).wire(ws.now())}


def users_list(ws: Workspace, _: Json) -> Json:
    """`users.list`, on one page."""
    return {"members": [p.wire(ws.now()) for p in ws.state.people.values()], **_one_page()}


def usergroups_users_list(ws: Workspace, body: Json) -> Json:
    """`usergroups.users.list`."""
    group = body.get("usergroup")
    if group not in ws.state.groups:
        raise Refused("no_such_subteam")
    return {"users": list(ws.state.groups[group])}


def conversations_info(ws: Workspace, body: Json) -> Json:
    """`conversations.info`."""
    channel = _readable(ws, body)
    shape = channel.wire()
    if not body.get("include_num_members"):
        shape.pop("num_members", None)
    return {"channel": shape}


def conversations_members(ws: Workspace, body: Json) -> Json:
    """`conversations.members`, on one page."""
    return {"members": list(_readable(ws, body).members), **_one_page()}


def conversations_list(ws: Workspace, body: Json) -> Json:
    """`conversations.list`, on one page; private channels only where the bot is a member."""
    names = {"public_channel": "channel", "private_channel": "private", "im": "im"}
    wanted = {names.get(kind, "") for kind in str(body.get("types") or "public_channel").split(",")}
    shown = [
        c
        for c in ws.state.channels.values()
        if c.kind in wanted and (c.kind == "channel" or BOT in c.members)
    ]
    return {"channels": [channel.wire() for channel in shown], **_one_page()}


def conversations_open(ws: Workspace, body: Json) -> Json:
    """`conversations.open` for one person."""
    channel = ws.state.direct(_user(ws, body, "users"))
    return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}


# -- what the methods share -------------------------------------------------------------------------


def _one_page() -> Json:
    return {"response_metadata": {"next_cursor": ""}}


def _frown(warnings: tuple[str, ...]) -> Json:
    return {"warning": warnings[0], "response_metadata": {"warnings": list(warnings)}} if warnings else {}


def _user(ws: Workspace, body: Json, name: str = "user") -> Person:
    person = ws.state.people.get(str(body.get(name)))
    if person is None:
        raise Refused("user_not_found")
    return person


def _readable(ws: Workspace, body: Json, needed: str | None = None) -> Channel:
    channel = ws.state.channels.get(str(body.get("channel")))
    hidden = channel is None or (channel.kind != "channel" and BOT not in channel.members)
    if channel is None or hidden:
        raise Refused("channel_not_found")
    needed = needed or READING[channel.kind]
    if needed not in ws.manifest.scopes:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(ws.manifest.scopes)))
    return channel


def _writable(ws: Workspace, body: Json) -> Channel:
    key = str(body.get("channel") or "")
    person = ws.state.people.get(key)
    if person is not None and (person.is_bot or person.team != TEAM):
        raise Refused("cannot_dm_bot" if person.is_bot else "channel_not_found")
    channel = ws.state.direct(person) if person else ws.state.channels.get(key)
    if channel is None or (channel.kind == "private" and BOT not in channel.members):
        raise Refused("channel_not_found")
    if BOT not in channel.members:
        raise Refused("not_in_channel")
    if channel.is_archived:
        raise Refused("is_archived")
    if channel.kind == "im" and any(ws.state.people[member].deleted for member in channel.members):
        raise Refused("account_inactive")
    return channel


def _own(ws: Workspace, body: Json, refusal: str) -> Message:
    channel = ws.state.channels.get(str(body.get("channel")))
    if channel is None:
        raise Refused("channel_not_found")
    message = ws.state.messages.get(channel.id, {}).get(str(body.get("ts")))
    if message is None or message.only_for is not None:
        raise Refused("message_not_found")
    if message.user != BOT:
        raise Refused(refusal)
    return message


def in_time(wait: timedelta | None) -> None:
    """Raises `Wait` when there is something to wait for."""
    if wait is not None:
        raise Wait(max(1, round(wait.total_seconds())))


def _paced(ws: Workspace, channel: Channel) -> None:
    in_time(ws.limits.post_wait(channel.id, ws.now()))


def _echo(ws: Workspace, channel: Channel, message: Message) -> None:
    if ws.echoes and channel.kind == "im":
        ws.courier.send(said(message, new=lambda: fresh("")))


def _redeemed(ws: Workspace, body: Json) -> Trigger:
    found = ws.tickets.redeem(body.get("trigger_id"), ws.now())
    if isinstance(found, str):
        raise Refused(found)
    return found


def _shown(ws: Workspace, view: View) -> Json:
    ws.state.wake()
    return {"view": view.wire()}


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its work, and the scope or (`connections:write`) the kind of token it needs."""

    work: Callable[[Workspace, Json], Json]
    scope: str | None = None


METHODS: dict[str, Method] = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, "connections:write"),
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "conversations.history": Method(history, "im:history"),
    "conversations.replies": Method(replies, "im:history"),
    "conversations.info": Method(conversations_info),
    "conversations.members": Method(conversations_members),
    "conversations.list": Method(conversations_list, "channels:read"),
    "conversations.open": Method(conversations_open, "im:write"),
    "users.info": Method(users_info, "users:read"),
    "users.list": Method(users_list, "users:read"),
    "usergroups.users.list": Method(usergroups_users_list, "usergroups:read"),
    "views.open": Method(views_open),
    "views.push": Method(views_push),
    "views.update": Method(views_update),
    "views.publish": Method(views_publish),
}


def allowed(ws: Workspace, name: str, token: str | None) -> None:
    """Raises `Refused` unless there is such a method and this token may call it."""
    method = METHODS.get(name)
    if method is None:
        raise Refused("unknown_method", req_method=name)
    if not token:
        raise Refused("not_authed")
    if token not in {ws.keys.bot_token, ws.keys.app_token}:
        raise Refused("invalid_auth")
    if not ws.state.installed:
        raise Refused("token_revoked")
    if (method.scope == "connections:write") != (token == ws.keys.app_token):
        raise Refused("not_allowed_token_type")
    scope: Any = method.scope
    if scope and scope != "connections:write" and scope not in ws.manifest.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(sorted(ws.manifest.scopes)))
