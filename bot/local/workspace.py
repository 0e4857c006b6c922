"""The local workspace: people act in it, the bot answers through the Web API, and both can be looked at.

A small strict stand-in for Slack, on loopback and for one bot; it sends nothing anywhere else.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.local import forms, payloads
from bot.local.acting import Acting
from bot.local.courier import EVENTS, Courier
from bot.local.limits import Fault, Limits
from bot.local.modals import Modals
from bot.local.model import BOT, OTHER_TEAM, Channel, Delivery, Message, Outcome, Person, Target, View
from bot.local.state import Now, State, real_now
from bot.local.tickets import Tickets
from bot.local.wire import Line, Log

SCOPES = frozenset({
    "commands", "chat:write", "im:history", "users:read", "channels:read", "groups:read", "usergroups:read",
})  # fmt: skip
SOON = timedelta(seconds=5)
Who = str | Person
T = TypeVar("T")
Moved = Callable[[timedelta], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Keys:
    """What the bot needs to come in; invented anew unless given, and never shown."""

    bot_token: str = field(default_factory=lambda: f"xoxb-local-{secrets.token_hex(12)}", repr=False)
    app_token: str = field(default_factory=lambda: f"xapp-local-{secrets.token_hex(12)}", repr=False)
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bot asked for when it was installed: its slash commands, scopes and events.

    `shortcuts` are those of messages: their names by callback id.
    """

    commands: frozenset[str] = frozenset({"/deal"})
    shortcuts: Mapping[str, str] = field(default_factory=lambda: {"add_to_deal": "Add to a deal"})
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS


class Workspace:
    """The whole of it. `folder` keeps the journal; without one all is forgotten at the end.

    `request_url` is where signed HTTP deliveries go; a connected socket takes precedence. `strict` refuses
    messages whose blocks lack a top-level text. `echoes` brings the bot its own direct messages as events, as
    Slack does. `moved` is awaited with the new offset whenever the clock is moved.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        keys: Keys | None = None,
        request_url: str | None = None,
        manifest: Manifest | None = None,
        strict: bool = False,
        echoes: bool = False,
        moved: Moved | None = None,
        real: Now = real_now,
    ) -> None:
        self.keys = keys or Keys()
        self.manifest = manifest or Manifest()
        self.strict, self.echoes, self.moved = strict, echoes, moved
        self.base = "http://127.0.0.1"
        self.state = State(folder, real)
        self.limits = Limits()
        self.tickets = Tickets()
        self.sockets: set[str] = set()  # addresses given out for Socket Mode, not yet used
        self.modals = Modals()
        self.log = Log(self.state.wake)
        self.line = Line(self.keys.signing_secret, self.state.real, request_url)
        self.courier = Courier(self.state, self.line, self.log, self.manifest.events)
        self.acting = Acting(self)

    # -- what people do -----------------------------------------------------------------------------

    async def command(self, person: Who, channel: str, text: str) -> Outcome:
        """Type a slash command, such as `/deal new`, in a channel (`#name`, an id, or `dm`)."""
        return await self.acting.command(self.state.person(person), self.room(person, channel), text)

    async def say(self, person: Who, text: str, channel: str = "dm", thread: str | None = None) -> Outcome:
        """Type a message; only what is said in a direct chat reaches the bot."""
        return await self.acting.say(self.state.person(person), self.room(person, channel), text, thread)

    async def press(
        self, person: Who, where: Target, name: str, *, filled: Mapping[str, forms.Wanted] | None = None
    ) -> Outcome:
        """Press the button with this text or action_id, in a message, modal or home.

        `where` counts as it was when it was looked at: a stale message still has its old buttons. `filled` is
        what stands in the inputs around it, as in `submit`.
        """
        found = self.acting.button(where, name)
        return await self.acting.act(self.state.person(person), where, found, filled=filled or {})

    async def choose(
        self, person: Who, where: Target, wanted: forms.Wanted, *, element: str | None = None
    ) -> Outcome:
        """Choose an option (by text or value), or a date, time or person, in the one element that fits."""
        found = self.acting.chooser(where, wanted, element)
        return await self.acting.act(self.state.person(person), where, found, wanted)

    async def submit(self, person: Who, view: View, answers: Mapping[str, forms.Wanted]) -> Outcome:
        """Fill in a modal by label, block_id or action_id, and send it.

        Raises `FormRefused` where Slack's window itself would not send it. The bot's own errors are in the
        outcome's answer and on `view(person).errors`.
        """
        return await self.acting.submit(self.state.person(person), view, answers)

    async def dismiss(self, person: Who, view: View) -> Outcome | None:
        """Close a modal without sending it; the bot hears of it only where it asked to."""
        return await self.acting.dismiss(self.state.person(person), view)

    async def shortcut(self, person: Who, message: Message, callback_id: str) -> Outcome:
        """Use a message shortcut; LookupError where Slack's menu would not offer it."""
        return await self.acting.shortcut(self.state.person(person), message, callback_id)

    async def open_home(self, person: Who, tab: str = "home") -> Outcome:
        """Look at the bot's `home` or `messages` tab."""
        who = self.state.person(person)
        self.state.direct(who)
        view = self.state.homes.get(who.id) if tab == "home" else None
        return await self.courier.event(payloads.opened_home(who, tab, view, self.state.stamp()), who.id)

    async def invite(self, person: Who, channel: str) -> Outcome:
        """Let a person, or the bot (`walkaway`), into a channel; the bot hears of it where it is a member."""
        who, room = self.state.person(person), self.state.channel(channel)
        room = self.state.join(room, who)
        return await self._heard(room, payloads.joined(who, room, self.state.stamp()))

    async def share(self, channel: str, *, pending: bool = False) -> Outcome:
        """Share a channel with the other company, or (`pending`) only invite it."""
        room = self.state.channel(channel)
        invited = replace(room, is_pending_ext_shared=True)
        room = invited if pending else replace(room, shared_with=(OTHER_TEAM,))
        self.state.put(room)
        return await self._heard(room, payloads.shared_with(room, self.state.stamp()))

    async def archive(self, channel: str) -> Outcome:
        """Archive a channel."""
        room = replace(self.state.channel(channel), is_archived=True)
        self.state.put(room)
        event = {
            "type": "channel_archive",
            "channel": room.id,
            "user": "U0MAYA",
            "event_ts": self.state.stamp(),
        }
        return await self._heard(room, event)

    async def change_person(self, person: Who, **changes: Any) -> Outcome:  # noqa: ANN401 - each field has its own type
        """Change a person's account, such as `zone`, `is_restricted` or `deleted`."""
        who = replace(self.state.person(person), **changes)
        self.state.put(who)
        user = who.wire(self.state.now())
        return await self.courier.event({"type": "user_change", "user": user, "event_ts": self.state.stamp()})

    async def revoke(self, *users: str, bot: bool = False) -> Outcome:
        """Revoke tokens: of persons, or (`bot`) the bot's own, which ends its calls."""
        tokens = {"oauth": list(users), "bot": [BOT] if bot else []}
        outcome = await self.courier.event({"type": "tokens_revoked", "tokens": tokens})
        if bot:
            self.state.commit({"installed": False})
        return outcome

    async def uninstall(self) -> Outcome:
        """Remove the bot."""
        outcome = await self.courier.event({"type": "app_uninstalled"})
        self.state.commit({"installed": False})
        return outcome

    async def redeliver(self, what: Outcome | Delivery) -> Outcome:
        """Bring the very same delivery once more, as Slack does when an answer was lost."""
        delivery = what.delivery if isinstance(what, Outcome) else what
        if delivery is None:
            raise LookupError("nothing was delivered")
        return await self.acting.again(delivery)

    async def _heard(self, channel: Channel, event: dict[str, Any]) -> Outcome:
        if BOT not in channel.members:
            return Outcome(None, 0, error="not_in_channel")
        return await self.courier.event(event, shared=bool(channel.shared_with))

    # -- looking ------------------------------------------------------------------------------------

    def room(self, person: Who, channel: str) -> Channel:
        """A channel by id or name; `dm` (or the bot's name) is the person's chat with the bot."""
        who = self.state.person(person)
        if channel.removeprefix("@").lower() in {"dm", "walkaway"}:
            return self.state.direct(who)
        return self.state.channel(channel)

    def messages(self, where: str) -> list[Message]:
        """Everything in a channel, or in a person's chat with the bot, oldest first, ephemeral included."""
        try:
            channel = self.state.channel(where)
        except KeyError:
            channel = self.state.direct(self.state.person(where))
        return self.state.listed(channel.id)

    def visible_to(self, person: Who, channel: str = "dm") -> list[Message]:
        """What this person sees there, oldest first; nothing where they are no member."""
        who, room = self.state.person(person), self.room(person, channel)
        if who.id not in room.members:
            return []
        return [m for m in self.state.listed(room.id) if m.only_for in {None, who.id}]

    def home(self, person: Who) -> View | None:
        """The home page last published for this person."""
        return self.state.homes.get(self.state.person(person).id)

    def view(self, person: Who) -> View | None:
        """The modal this person looks at."""
        return self.modals.top(self.state.person(person).id)

    async def wait_for(self, predicate: Callable[[], T | None], timeout: timedelta = SOON) -> T:  # noqa: ASYNC109
        """The first true answer of `predicate`, asked again at every change.

        TimeoutError after `timeout` of real time.
        """
        until = self.state.real() + timeout
        while not (found := predicate()):
            left = until - self.state.real()
            if left <= timedelta():
                raise TimeoutError(f"nothing came of it within {timeout}")
            await self.state.changed(left)
        return found

    # -- clock and trouble --------------------------------------------------------------------------

    def now(self) -> datetime:
        """The workspace's time, aware."""
        return self.state.now()

    async def move_clock(self, by: timedelta) -> timedelta:
        """Move the clock on; answers the whole offset. It does not go back."""
        if by < timedelta():
            raise ValueError("the clock does not go back")
        offset = self.state.offset + by
        self.state.commit({"offset": offset.total_seconds()})
        if self.moved is not None:
            await self.moved(offset)
        return offset

    def fault(
        self, method: str, kind: str, times: int = 1, retry_after: timedelta = timedelta(seconds=1)
    ) -> None:
        """Let the next calls of a method fail so; see `limits.Fault`.

        `*` is any method, `response_url` the reply addresses.
        """
        self.limits.plant(method, Fault(kind, retry_after), times)

    async def close(self) -> None:
        """End connections, repetitions and the journal."""
        await self.courier.close()
        await self.line.close()
        self.state.close()


__all__ = ["SCOPES", "Keys", "Manifest", "Workspace"]
