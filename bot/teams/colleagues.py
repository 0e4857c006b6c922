"""Colleagues by name: Teams' cards pick nobody, so an address or a name is looked up where the coach is.

Those who have opened the coach's chat are known by their address; all others are looked for among the
members of the rooms it was brought into, and a chat with them is made. Nobody from outside is ever found.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.desk import Who
from bot.platforms import Throttled, Undeliverable, Unsure
from bot.redis import Store
from bot.teams import rooms
from bot.teams.framework import Framework, Reference
from bot.teams.people import People
from bot.teams.references import References
from dialogs.commands import Intention, read_command

NAMES_PEOPLE = frozenset({"colleague", "second-reader", "observer", "hand-over", "ooo"})
NOBODY = "@somebody"  # read as nobody in particular, so that the desk asks whom they mean
MOST_ROOMS = 50  # in which somebody is looked for
ADDRESS = re.compile(r"@?([\w.+'-]+@[\w-]+(?:\.[\w-]+)+)")
_CALLED = re.compile(r"@(\w[\w.'-]*(?: [\w.'-]+){0,3})")

Member = tuple[Reference, Mapping[str, Any]]
Look = Callable[[Reference], Awaitable[list[Mapping[str, Any]]]]


class Colleagues:
    """Finds people of one tenant by what they are called there."""

    def __init__(self, framework: Framework, store: Store, references: References, people: People) -> None:
        self._framework = framework
        self._store = store
        self._references = references
        self._people = people

    async def named(self, tenant: str, who: Who, text: str) -> str:
        """A command with its colleague as `@p:` and our own id, or as nobody; other words as they are."""
        command = read_command(text)
        if not isinstance(command, Intention) or command.verb not in NAMES_PEOPLE:
            return text
        if (addressed := ADDRESS.search(text)) is not None:
            person = await self.find(tenant, who, addressed[1])
            return text.replace(addressed[0], _word(person), 1)
        if (called := _CALLED.search(text)) is None:
            return text
        words, members = called[1].split(" "), await self._members(who, self._all)
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            if person := await self._the_one(who, members, name.casefold()):
                return text.replace(f"@{name}", _word(person), 1)
        return text.replace(f"@{words[0]}", NOBODY, 1)

    async def find(self, tenant: str, who: Who, name: str) -> str:
        """Our id of the one person with this address, or with this name; "" if there is none, or several."""
        wanted = name.strip().casefold().removeprefix("@")
        if "@" in wanted and (met := await self._people.addressed(tenant, wanted)) is not None:
            return met
        look = self._one(wanted) if "@" in wanted else self._all
        return await self._the_one(who, await self._members(who, look), wanted)

    async def _the_one(self, who: Who, members: list[Member], wanted: str) -> str:
        found = {
            key.casefold(): (place, member)
            for place, member in members
            if wanted in _called(member) and (key := str(member.get("aadObjectId") or ""))
        }
        if len(found) != 1:
            return ""
        ((place, member),) = found.values()
        return await self._people.introduced(place, member, who.zone) or ""

    async def _members(self, who: Who, look: Look) -> list[Member]:
        """Whom each room shows."""
        places = await self._places(who)
        return [(place, member) for place in places for member in await self._looked(look, place)]

    async def _places(self, who: Who) -> list[Reference]:
        known = (await rooms.known(self._store, who.tenant)).rooms
        places = list[Reference]()
        for room in list(known)[-MOST_ROOMS:]:
            try:
                places.append(await self._references.of(room))
            except Undeliverable:
                continue
        return places

    async def _looked(self, look: Look, place: Reference) -> list[Mapping[str, Any]]:
        try:
            return await look(place)
        except (Undeliverable, Unsure, Throttled):  # not there, or no room of ours any more
            return []

    def _one(self, address: str) -> Look:
        async def look(place: Reference) -> list[Mapping[str, Any]]:
            return [await self._framework.member(place, address)]

        return look

    async def _all(self, place: Reference) -> list[Mapping[str, Any]]:
        return list(await self._framework.members(place))


def _word(person: str) -> str:
    return f"@p:{person}" if person else NOBODY


def _called(member: Mapping[str, Any]) -> set[str]:
    """What a member is called, in any case: their addresses, their name, its first word."""
    name = " ".join(str(member.get("name") or "").casefold().split())
    addresses = {str(member.get(key) or "").casefold() for key in ("userPrincipalName", "email")}
    return {*addresses, name, name.partition(" ")[0]} - {""}
