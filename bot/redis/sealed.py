"""Records as they lie in Redis: packed, then sealed to the cell and the field they belong to."""

from dataclasses import dataclass
from typing import Any

from bot.codec import Codec, Sealer
from bot.redis.keys import Cell, checked, digest
from bot.redis.step import Letter

LETTER_ID = 20  # characters in clear in front of a sealed letter; the scripts cut there


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Seals and opens for one cell and field at a time."""

    codec: Codec
    sealer: Sealer

    def seal(self, cell: Cell, field: str, record: object) -> bytes:
        """`record`, to be opened for this cell and field only."""
        return self.sealer.seal(self.codec.pack(record), cell.tenant, f"{cell.kind}:{cell.id}", field)

    def open(self, cell: Cell, field: str, sealed: bytes | None) -> Any:  # noqa: ANN401  - the class is in the bytes
        """The record, or None where nothing lies. Raises SealError, Unreadable."""
        if sealed is None:
            return None
        return self.codec.unpack(self.sealer.open(sealed, cell.tenant, f"{cell.kind}:{cell.id}", field))

    def seal_letter(self, cell: Cell, event_id: str, ordinal: int, letter: Letter) -> bytes:
        """A letter under an id made from its event, so that the platform can be asked for it by that id."""
        name = letter_id(cell, event_id, ordinal, latest=letter.latest)
        slot = "" if letter.slot is None else checked(letter.slot)
        plain = slot.encode() + b"\0" + self.codec.pack(letter.body)
        return name.encode() + self.sealer.seal(plain, cell.tenant, f"{cell.kind}:{cell.id}", f"out:{name}")

    def open_letter(self, cell: Cell, sealed: bytes) -> Letter:
        """Raises SealError, Unreadable."""
        field = f"out:{sealed[:LETTER_ID].decode()}"
        plain = self.sealer.open(sealed[LETTER_ID:], cell.tenant, f"{cell.kind}:{cell.id}", field)
        slot, _, packed = plain.partition(b"\0")
        return Letter(self.codec.unpack(packed), slot.decode() or None)


def letter_id(cell: Cell, event_id: str, ordinal: int, *, latest: bool = False) -> str:
    """20 characters, the same whenever the event is done. The 16th is an x where only the latest matters."""
    name = digest(f"{cell.key}|{event_id}")
    return f"{name[:15]}{'x' if latest else name[15]}{ordinal:04d}"
