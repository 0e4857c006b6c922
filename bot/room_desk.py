"""The desk's door for rooms: what is posted there, what stands there no more, what becomes of them."""

import secrets

from bot.clock import Clock
from bot.outcome import room_step
from bot.redis import Cell, Step, Store, new_id
from dialogs import room as rooms
from dialogs.room import RoomBook, RoomEvent, RoomTurned, SpokenOf, Unspoken
from dialogs.rooms import Room
from dialogs.shares import How


class RoomDesk:
    """Takes the turns of rooms. Every method may raise StoreUnavailable or Contended."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def spoken_of(self, of: Cell, room: Room) -> None:
        """Something of a deal or a person is about to be posted in a room, which tells what becomes of it."""
        now = self._clock.now()
        deal, person = (of.id, "") if of.kind == "deal" else ("", of.id)
        event = SpokenOf(id=f"spoken:{of.id}:{now.isoformat()}", at=now, deal=deal, person=person)
        await self._of_room(await self._room(of.tenant, room), event)

    async def unspoken(self, of: Cell, room: Room) -> None:
        """Nothing of a deal or a person stands in a room any more."""
        now = self._clock.now()
        deal, person = (of.id, "") if of.kind == "deal" else ("", of.id)
        event = Unspoken(id=f"unspoken:{of.id}:{now.isoformat()}", at=now, deal=deal, person=person)
        await self._of_room(await self._room(of.tenant, room), event)

    async def turned(self, tenant: str, room: Room, how: How, name: str) -> None:
        """Something became of a room, by the event `name`; the deals spoken of there are told."""
        cell = await self._room(tenant, room)
        event = RoomTurned(id=name, at=self._clock.now(), room=room, how=how)
        await self._of_room(cell, event)

    async def _room(self, tenant: str, room: Room) -> Cell:
        key = await self._store.ident(
            "room", tenant, room.platform, room.id, make=lambda: new_id(secrets.token_hex(16))
        )
        return Cell(tenant, "room", key)

    async def _of_room(self, cell: Cell, event: RoomEvent) -> None:
        def change(known: RoomBook | None) -> Step[RoomBook]:
            return room_step(rooms.take(known or RoomBook(cell.id), event))

        await self._store.swap(cell, event.id, change)
