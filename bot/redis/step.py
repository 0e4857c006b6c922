"""What a turn asks of the store, and what the store answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

D = TypeVar("D")


class Contended(Exception):
    """Others wrote faster, again and again; nothing of ours was stored."""


class FenceLost(Exception):
    """The lease of this timer ran out, or the timer was moved: the turn is somebody else's."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof that something due is leased to us: its member of the due set, and its score."""

    member: str
    score: str


@dataclass(frozen=True, slots=True)
class Timer:
    """Rings once at `due` with this purpose; set again it replaces, `None` cancels."""

    purpose: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to deliver, any registered record; where it came to stand is kept under `slot`.

    `latest`: of such letters that wait together in one cell only the last is delivered.
    """

    body: object
    slot: str | None = None
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Audited:
    """One line of the audit stream: what was done, as a key, and by whom, as an id of ours.

    `kind` and `id` say to what, where that is not the cell whose step it is.
    """

    what: str
    who: str
    kind: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Step(Generic[D]):
    """What a change wants: the document after it (None: no document), and what goes with it, in order."""

    document: D | None
    entries: tuple[object, ...] = ()
    letters: tuple[Letter, ...] = ()
    timers: tuple[Timer, ...] = ()
    audit: tuple[Audited, ...] = ()


@dataclass(frozen=True, slots=True)
class Swapped(Generic[D]):
    """The document now. `fresh` is False, and `step` None, if this event was done before."""

    fresh: bool
    document: D | None
    step: Step[D] | None
