"""What stands in the local workspace, changed only by records, each written to the journal first.

Reading the journal again gives the same state; a torn last line (killed while writing) is dropped.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from bot.local.model import BOT, Channel, Json, Message, Person, View, channels, journal_form, people

Now = Callable[[], datetime]


def real_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class State:
    """People, channels, messages, homes, undelivered events and the clock's offset."""

    def __init__(self, folder: Path | None = None, real: Now = real_now) -> None:
        self.people = {person.id: person for person in people()}
        self.channels = {channel.id: channel for channel in channels()}
        self.messages: dict[str, dict[str, Message]] = {}
        self.homes: dict[str, View] = {}
        self.groups: dict[str, tuple[str, ...]] = {}  # user groups, by id
        self.owed: dict[str, Json] = {}
        self.offset = timedelta()
        self.installed = True
        self.version = 0
        self._real = real
        self._last = 0
        self._pulse = asyncio.Event()
        self._journal: IO[str] | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._open(folder / "workspace.jsonl")

    def _open(self, path: Path) -> None:
        kept = self._replay(path) if path.exists() else b""
        if path.exists() and path.stat().st_size != len(kept):
            path.write_bytes(kept)
        self._journal = path.open("a", encoding="utf-8")

    def _replay(self, path: Path) -> bytes:
        kept = b""
        for line in path.read_bytes().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            self._apply(json.loads(line))
            kept += line
        return kept

    def commit(self, record: Json) -> None:
        """Write one change down, make it, and wake who waits for changes."""
        if self._journal is not None:
            self._journal.write(json.dumps(record, separators=(",", ":")) + "\n")
            self._journal.flush()
        self._apply(record)
        self.wake()

    def _apply(self, record: Json) -> None:
        match record:
            case {"person": body}:
                self.people[body["id"]] = Person(**body)
            case {"channel": body}:
                self.channels[body["id"]] = Channel.read(body)
            case {"message": body}:
                self.messages.setdefault(body["channel"], {})[body["ts"]] = Message.read(body)
                self._last = max(self._last, _micros(body["ts"]))
            case {"gone": ts, "from": channel}:
                self.messages.get(channel, {}).pop(ts, None)
            case {"home": body}:
                self.homes[body["person"]] = View(**body)
            case {"owed": body}:
                self.owed[body["id"]] = body
            case {"settled": key}:
                self.owed.pop(key, None)
            case {"offset": seconds}:
                self.offset = timedelta(seconds=seconds)
            case {"installed": installed}:
                self.installed = installed
            case _:
                raise ValueError(f"unknown journal record: {sorted(record)}")

    def put(self, thing: Person | Channel | Message | View) -> None:
        """Commit a whole new or changed thing."""
        names = {Person: "person", Channel: "channel", Message: "message", View: "home"}
        self.commit({names[type(thing)]: journal_form(thing)})

    # -- time ---------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The workspace's time: the machine's, moved."""
        return self._real() + self.offset

    def real(self) -> datetime:
        """The machine's time, unmoved: signatures are judged by it."""
        return self._real()

    def stamp(self) -> str:
        """A fresh message id, `seconds.micros`, later than every one before it."""
        micros = max(int(self.now().timestamp() * 1_000_000), self._last + 1)
        self._last = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def wake(self) -> None:
        """Something changed."""
        self.version += 1
        self._pulse.set()
        self._pulse = asyncio.Event()

    async def changed(self, most: timedelta, since: int | None = None) -> bool:
        """Wait until something changes, or for `most` of real time; says whether it did.

        What changed after version `since` counts already.
        """
        if since is not None and since != self.version:
            return True
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._pulse.wait(), most.total_seconds())
        return False

    # -- looking up ---------------------------------------------------------------------------------

    def person(self, who: str | Person) -> Person:
        """By id, handle or name; KeyError when there is nobody."""
        if isinstance(who, Person):
            return self.people[who.id]
        for person in self.people.values():
            if who in {person.id, person.handle, person.name, person.name.split()[0]}:
                return person
        raise KeyError(who)

    def channel(self, where: str) -> Channel:
        """By id or (#)name; KeyError when there is none."""
        for channel in self.channels.values():
            if where in {channel.id, channel.name, f"#{channel.name}"} and where:
                return channel
        raise KeyError(where)

    def direct(self, person: Person) -> Channel:
        """The chat of this person with the bot; it is made when first asked for."""
        key = "D" + person.id[1:]
        if key not in self.channels:
            self.put(Channel(key, "", "im", (person.id, BOT)))
        return self.channels[key]

    def listed(self, channel: str) -> list[Message]:
        """All messages of a channel, oldest first, ephemeral ones included."""
        return [
            m for _, m in sorted(self.messages.get(channel, {}).items(), key=lambda item: _micros(item[0]))
        ]

    def forget(self, message: Message) -> None:
        """Delete a message."""
        self.commit({"gone": message.ts, "from": message.channel})

    def join(self, channel: Channel, person: Person) -> Channel:
        """Add a member."""
        self.put(replace(channel, members=(*channel.members, person.id)))
        return self.channels[channel.id]

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None


def _micros(ts: str) -> int:
    seconds, _, micros = ts.partition(".")
    return int(seconds) * 1_000_000 + int(micros or 0)


def fresh(prefix: str) -> str:
    """A new id of Slack's look."""
    return prefix + secrets.token_hex(5).upper()
