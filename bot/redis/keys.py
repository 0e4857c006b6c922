"""Names in Redis. Everything of one cell shares a hash tag; nothing a user typed is ever part of a key."""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal, cast, get_args
from zlib import crc32

SHARDS = 64  # part of every id: it cannot change without a migration
WAKE = "w1:wake"  # the channel that tells workers which shard has a new letter
WORKERS = "w1:workers"
SHARD_COUNT = "w1:shards"

OF_NO_DEAL = "-"  # stands before the place of a person's message that names none
NAMES_SLOT = "names"  # of a person's messages that name their deals
Kind = Literal["deal", "person", "room", "holds", "rooms", "install"]
_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID = re.compile(r"[0-9]{2}[A-Za-z0-9_-]{1,62}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,120}")


def new_id(seed: str) -> str:
    """An id of ours, its shard in front.

    The same seed gives the same id, so a creation that is delivered twice meets itself.
    """
    return f"{crc32(seed.encode()) % SHARDS:02d}{hashlib.sha256(seed.encode()).hexdigest()[:20]}"


def digest(text: str) -> str:
    """What stands in a key for something that came from outside."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def checked(name: str) -> str:
    """`name` if it can be the purpose of a timer or the name of a slot. Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError("a purpose or slot is made of letters, digits and _ . : -")
    return name


@dataclass(frozen=True, slots=True)
class Cell:
    """One aggregate: where its document, log, letters and timers live.

    Tenant and id are ours, never a platform's. Raises ValueError for anything else.
    """

    tenant: str
    kind: Kind
    id: str

    def __post_init__(self) -> None:
        if not (_TENANT.fullmatch(self.tenant) and _ID.fullmatch(self.id) and self.kind in get_args(Kind)):
            raise ValueError("not a cell of ours")
        if self.shard >= SHARDS:
            raise ValueError("no such shard")

    @property
    def shard(self) -> int:
        """The first two digits of the id."""
        return int(self.id[:2])

    @property
    def key(self) -> str:
        """Of the hash with version, sealed document, dates of timers, marks of letters."""
        return f"w1:{tag(self.shard)}:{self.tenant}:{self.kind}:{self.id}"

    @property
    def log(self) -> str:
        """Of the list of entries, the oldest first."""
        return f"{self.key}:log"

    @property
    def out(self) -> str:
        """Of the list of letters, the oldest first."""
        return f"{self.key}:out"

    @property
    def places(self) -> str:
        """Of the hash that remembers where the message of a slot stands."""
        return f"{self.key}:places"

    @property
    def said(self) -> str:
        """Of the set of places where its messages stand, until it is erased."""
        return f"{self.key}:said"

    def seen(self, event_id: str) -> str:
        """Of the trace an event leaves here; the id itself does not show."""
        return f"{self.key}:seen:{digest(event_id)}"

    @property
    def post(self) -> str:
        """The member of the due set that stands for all letters of this cell."""
        return f"o|{self.tenant}|{self.kind}|{self.id}"

    @property
    def timers(self) -> str:
        """What the members of all its timers begin with."""
        return f"t|{self.tenant}|{self.kind}|{self.id}|"

    def timer(self, purpose: str) -> str:
        """The member of the due set for one timer."""
        return self.timers + checked(purpose)


def read_member(member: str) -> tuple[Cell, str | None]:
    """The cell behind a member of the due set, and the purpose if it is a timer."""
    sort, tenant, kind, rest = member.split("|", 3)
    key, _, purpose = rest.partition("|")
    return Cell(tenant, cast("Kind", kind), key), purpose if sort == "t" else None


def tag(shard: int) -> str:
    """What Redis Cluster places a key by."""
    return f"{{s{shard:02d}}}"


def due(shard: int) -> str:
    """Of the sorted set with a member for each timer and for each cell that has letters; scores in ms."""
    return f"w1:{tag(shard)}:due"


def audit(shard: int) -> str:
    """Of the stream that says who did what to which deal, and when, without a word of it."""
    return f"w1:{tag(shard)}:audit"


def dead(shard: int) -> str:
    """Of the hash with what could not be delivered."""
    return f"w1:{tag(shard)}:dead"


def ident(platform: str, parts: tuple[str, ...]) -> str:
    """Of the look-up from a platform's ids to one of ours."""
    return f"w1:ident:{checked(platform)}:{digest('|'.join(parts))}"
