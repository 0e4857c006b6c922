"""What the local workspace holds: people, channels, messages, views, deliveries.

Values only; how Slack behaves stands elsewhere.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from bot.local.blockkit import texts

Json = dict[str, Any]
TEAM, OTHER_TEAM, APP = "T0DYNAMIC", "T0STAGNANT", "A0WALKAWAY"
BOT, BOT_ID, SLACKBOT = "U0WALKAWAY", "B0WALKAWAY", "USLACKBOT"
DOMAIN = "dynamictech"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `zone` is an IANA name."""

    id: str
    handle: str
    name: str
    zone: str = "Etc/UTC"
    title: str = ""
    team: str = TEAM
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False

    def wire(self, now: datetime) -> Json:
        """The `user` object of `users.info`."""
        offset = now.astimezone(ZoneInfo(self.zone)).utcoffset() or timedelta()
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.handle,
            "real_name": self.name,
            "deleted": self.deleted,
            "tz": self.zone,
            "tz_label": self.zone.rpartition("/")[2].replace("_", " "),
            "tz_offset": int(offset.total_seconds()),
            "is_admin": False,
            "is_owner": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_stranger": self.team != TEAM,
            "profile": {
                "real_name": self.name,
                "display_name": self.handle,
                "title": self.title,
                "team": self.team,
            },
        }


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel (`kind` channel or private) or a direct chat with the bot (`im`)."""

    id: str
    name: str
    kind: str = "channel"
    members: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()
    is_pending_ext_shared: bool = False
    is_org_shared: bool = False
    is_archived: bool = False

    @classmethod
    def read(cls, record: Json) -> Self:
        """From its journal form."""
        return cls(
            **{**record, "members": tuple(record["members"]), "shared_with": tuple(record["shared_with"])}
        )

    def wire(self) -> Json:
        """The `channel` object of `conversations.info`."""
        common: Json = {"id": self.id, "is_archived": self.is_archived, "context_team_id": TEAM}
        if self.kind == "im":
            user = next(member for member in self.members if member != BOT)
            return {**common, "is_im": True, "user": user, "is_org_shared": False, "is_user_deleted": False}
        outside = bool(self.shared_with)
        return {
            **common,
            "name": self.name,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "private",
            "is_im": False,
            "is_mpim": False,
            "is_private": self.kind == "private",
            "is_general": self.name == "general",
            "is_shared": outside or self.is_org_shared,
            "is_ext_shared": outside,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "is_org_shared": self.is_org_shared,
            "is_member": BOT in self.members,
            "num_members": len(self.members),
        }


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands; `only_for` is the one person who sees an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str | None = None
    only_for: str | None = None
    edited: str | None = None
    metadata: Json | None = None

    @classmethod
    def read(cls, record: Json) -> Self:
        """From its journal form."""
        return cls(**{**record, "blocks": tuple(record["blocks"])})

    def wire(self, *, metadata: bool = True) -> Json:
        """The message as Slack's payloads carry it; of the metadata all, or its kind alone."""
        shape: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": TEAM}
        if self.user == BOT:
            shape |= {"bot_id": BOT_ID, "app_id": APP}
        told = self.metadata if metadata or not self.metadata else {"event_type": self.metadata["event_type"]}
        optional = {"blocks": list(self.blocks), "thread_ts": self.thread_ts, "metadata": told}
        shape |= {name: value for name, value in optional.items() if value}
        return shape | ({"edited": {"user": self.user, "ts": self.edited}} if self.edited else {})

    @property
    def reads(self) -> str:
        """All a reader sees: the blocks' texts, or the text where there are none."""
        return "\n".join(texts(self.blocks)) if self.blocks else self.text


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a home page of one person; `errors` are the bot's answers to a refused submission."""

    id: str
    person: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Json, ...]:
        """The blocks of the view."""
        return tuple(self.body["blocks"])

    @property
    def reads(self) -> str:
        """All a reader sees, title included."""
        return "\n".join(texts([self.body.get("title"), *self.blocks]))

    def wire(self, values: Json | None = None) -> Json:
        """The view as Slack's payloads carry it; `values` as in `state.values`."""
        empty = {"private_metadata": "", "callback_id": "", "external_id": ""}
        flags = {
            "clear_on_close": False,
            "notify_on_close": False,
            "submit": None,
            "close": None,
            "title": None,
        }
        return {
            **empty,
            **(flags if self.body["type"] == "modal" else {}),
            **self.body,
            "id": self.id,
            "team_id": TEAM,
            "app_id": APP,
            "app_installed_team_id": TEAM,
            "bot_id": BOT_ID,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": {"values": values or {}},
        }


Target = Message | View


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something Slack brings to the bot: `kind` is command, interactive or event."""

    id: str
    kind: str
    body: Json
    person: str | None = None

    @property
    def title(self) -> str:
        """A few words for the wire log."""
        if self.kind == "command":
            return f"{self.body['command']} {self.body['text']}".strip()
        if self.kind == "event":
            return str(self.body["event"]["type"])
        actions = self.body.get("actions") or [{}]
        return f"{self.body['type']} {actions[0].get('action_id', self.body.get('callback_id', ''))}".strip()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a delivery ended: the bot's status and answer, and the error the person was shown, if any."""

    delivery: Delivery | None
    status: int
    answer: Any = None
    error: str | None = None
    took: timedelta = timedelta()
    attempts: int = 1

    @property
    def ok(self) -> bool:
        """Whether the bot acknowledged."""
        return self.error is None


def people() -> list[Person]:
    """Who works here on the first day."""
    return [
        Person(BOT, "walkaway", "Walkaway", is_bot=True),
        Person(SLACKBOT, "slackbot", "Slackbot"),
        Person("U0MAYA", "maya", "Maya Okafor", "Europe/Berlin", "Head of Partnerships"),
        Person("U0TOM", "tom", "Tom Reyes", "America/New_York", "Finance Lead"),
        Person("U0GRETA", "greta", "Greta Lind", "Europe/Stockholm", "Outside adviser", is_restricted=True),
        Person("U0VIKTOR", "viktor", "Viktor Hale", "Europe/London", "StagnantCo", team=OTHER_TEAM),
    ]


def channels() -> list[Channel]:
    """The rooms on the first day; the bot sits in the last two."""
    team = ("U0MAYA", "U0TOM")
    return [
        Channel("C0GENERAL", "general", members=(*team, "U0GRETA")),
        Channel("C0DEALTEAM", "deal-team", "private", members=(*team, BOT)),
        Channel(
            "C0SHARED",
            "dynamictech-stagnantco",
            members=(*team, "U0VIKTOR", BOT),
            shared_with=(OTHER_TEAM,),
        ),
    ]


def journal_form(thing: Person | Channel | Message | View) -> Json:
    """As plain JSON."""
    return asdict(thing)
