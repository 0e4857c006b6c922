"""The one owner of Redis. Nobody else imports the client or knows a key."""

from bot.redis.health import inspect
from bot.redis.keys import NAMES_SLOT, SHARDS, Cell, new_id
from bot.redis.link import Link, StoreUnavailable, connect
from bot.redis.outbox import Batch, Claim, Dead, Outbox, Sending, Waiting
from bot.redis.step import Audited, Contended, Fence, FenceLost, Letter, Step, Swapped, Timer
from bot.redis.store import Store

__all__ = [
    "NAMES_SLOT",
    "SHARDS",
    "Audited",
    "Batch",
    "Cell",
    "Claim",
    "Contended",
    "Dead",
    "Fence",
    "FenceLost",
    "Letter",
    "Link",
    "Outbox",
    "Sending",
    "Step",
    "Store",
    "StoreUnavailable",
    "Swapped",
    "Timer",
    "Waiting",
    "connect",
    "inspect",
    "new_id",
]
