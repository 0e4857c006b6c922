"""Teams' channels and group chats as rooms: which there are, who reads along now, what becomes of them.

Teams lists none to a bot without more rights, so those it was brought into are kept. Whoever cannot be looked
at is taken for somebody outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.platforms import Throttled, Undeliverable, Unsure
from bot.redis import Cell, Step, Store
from bot.teams import delivery
from bot.teams.framework import Framework
from bot.teams.people import GUESTS, HOUSE, TENANT, is_outsider
from bot.teams.references import References
from dialogs.rooms import Audience, Known, Room, RoomList, room_word
from dialogs.shares import How

MOST_MEMBERS = 1_000
MOST_ROOMS = 500
CLOSED = frozenset({"channelDeleted", "teamArchived", "teamDeleted", "teamHardDeleted", "channelUnshared"})


def room_of(body: Mapping[str, Any]) -> tuple[str, Known]:
    """The room an activity comes from, by Teams' id, and what it says of it."""
    data = _mapping(body, "channelData")
    channel, team = _mapping(data, "channel"), _mapping(data, "team")
    there = str(channel.get("id") or delivery.reference(body).conversation)
    name = channel.get("name") or team.get("name") or body["conversation"].get("name") or ""
    shared = str(channel.get("type") or "").casefold() == "shared"
    return there, Known(str(name), str(team.get("id") or ""), shared)


async def learn(store: Store, tenant: str, body: Mapping[str, Any]) -> None:
    """The coach was brought into a room, or spoken to there: it can be chosen from now on."""
    there, told = room_of(body)
    before = (await known(store, tenant)).rooms.get(there)
    name = told.name or (before.name if before else "")
    now = replace(told, name=name, shared=told.shared or bool(before and before.shared))
    if now != before:
        await _step(store, tenant, f"{delivery.event_id(body)}:room", lambda rooms: {**rooms, there: now})


async def forgotten(store: Store, tenant: str, body: Mapping[str, Any], *rooms: str) -> None:
    """The coach is there no more."""

    def without(before: Mapping[str, Known]) -> dict[str, Known]:
        return {key: room for key, room in before.items() if key not in rooms}

    await _step(store, tenant, f"{delivery.event_id(body)}:rooms", without)


async def known(store: Store, tenant: str) -> RoomList:
    """The rooms of a tenant of ours."""
    found = await store.load(_cell(tenant))
    return found if isinstance(found, RoomList) else RoomList()


async def options(store: Store, tenant: str) -> tuple[tuple[str, str], ...]:
    """The rooms one can choose from, by id and name, if it has one; a shared channel is none."""
    rooms = (await known(store, tenant)).rooms
    return tuple((key, room.name) for key, room in rooms.items() if not room.shared)


async def with_rooms(store: Store, tenant: str, text: str) -> str:
    """Typed words with the one room they name, by `#` and its whole name, as the coach writes rooms."""
    _, sign, told = text.partition("#")
    if not sign:
        return text
    here = (await known(store, tenant)).rooms
    fits = [(room.name, key) for key, room in here.items() if room.name and _begins(told, room.name)]
    longest = max((len(name) for name, _ in fits), default=0)
    named = [(name, key) for name, key in fits if len(name) == longest]
    if len(named) != 1:  # none, or two of one name: the form lets them choose
        return text
    ((name, key),) = named
    return text.replace(f"#{told[: len(name)]}", room_word(Room("teams", key, name)), 1)


def _begins(told: str, name: str) -> bool:
    rest = told[len(name) :]
    return told.casefold().startswith(name.casefold()) and not rest[:1].isalnum()


async def audience(framework: Framework, references: References, store: Store, room: Room) -> Audience:
    """Who reads along now. Raises the port's exceptions; `Unsure` where it cannot be told."""
    there = await references.of(room.id)
    ours = await store.known_ident(TENANT, there.tenant)
    kept = (await known(store, ours or "")).rooms.get(room.id) if ours else None
    if kept is None:
        raise Undeliverable("not_in_room")
    members = await framework.members(there)
    if len(members) > MOST_MEMBERS:
        raise Unsure("too_many_members")
    outsiders = {why for member in members if (why := _outside(member, there.tenant))}
    if kept.shared:
        outsiders.add("other_company")
    found = Room(room.platform, room.id, kept.name or room.name)
    return Audience(found, len(members), tuple(sorted(outsiders)))


def _outside(member: Mapping[str, Any], home: str) -> str:
    """Why a member is not of the house, "" if they are. Raises Unsure if Teams does not say."""
    role, there = str(member.get("userRole") or "").casefold(), str(member.get("tenantId") or "")
    if role not in HOUSE | GUESTS or not there:
        raise Unsure("unknown")
    if there.casefold() != home.casefold():
        return "other_company"
    return "guest" if is_outsider(member, home) else ""


async def turned(framework: Framework, body: Mapping[str, Any]) -> How | None:
    """What became of a room for those spoken of there; None if nothing that matters."""
    kind = str(_mapping(body, "channelData").get("eventType") or "")
    us = str(body["recipient"].get("id"))
    left = [str(each.get("id")) for each in _listed(body, "membersRemoved")]
    if kind in CLOSED or us in left:
        return "closed"
    if kind == "channelShared":
        return "opened"
    came = [str(each.get("id")) for each in _listed(body, "membersAdded") if each.get("id") != us]
    strange = [member for member in came if await _is_strange(framework, body, member)]
    return "opened" if strange else None


async def _is_strange(framework: Framework, body: Mapping[str, Any], member: str) -> bool:
    try:
        told = await framework.member(delivery.reference(body), member)
    except (Throttled, Undeliverable, Unsure):
        return True
    return is_outsider(told, delivery.tenant(body))


def touched(rooms: RoomList, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The rooms an event is about: the one it comes from, and all of its team."""
    there, told = room_of(body)
    of_team = tuple(key for key, room in rooms.rooms.items() if told.team and room.team == told.team)
    return tuple(dict.fromkeys((there, *of_team)))


def _mapping(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = of.get(key)
    return found if isinstance(found, Mapping) else {}


def _listed(body: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = body.get(key)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


async def _step(store: Store, tenant: str, event: str, change: Any) -> None:  # noqa: ANN401 - rooms to rooms
    def changed(before: RoomList | None) -> Step[RoomList]:
        now = dict(list(change((before or RoomList()).rooms).items())[-MOST_ROOMS:])
        return Step(RoomList(rooms=now))

    await store.swap(_cell(tenant), event, changed)


def _cell(tenant: str) -> Cell:
    return Cell(tenant, "rooms", RoomList().key)
