"""Looks whether a Redis can be trusted with deals. It reports; others decide whether to start."""

import re

from bot.redis.keys import SHARD_COUNT, SHARDS
from bot.redis.link import Link

OLDEST = (6, 2)


async def inspect(redis: Link) -> list[str]:
    """What is wrong, a sentence each; empty when all is well. Raises StoreUnavailable.

    At the first start it writes down the number of shards, and holds every later one to it.
    """
    nodes: list[dict[str, object]] = []
    for section in ("server", "memory", "persistence"):
        told = await redis.everywhere("INFO", section)
        nodes = [{**known, **new} for known, new in zip(nodes or [{} for _ in told], told, strict=True)]
    found = dict.fromkeys(problem for facts in nodes for problem in problems(facts))
    return [*found, *await _shards(redis)]


def problems(facts: dict[str, object]) -> list[str]:
    """The same from the answer of INFO alone."""
    found = []
    version = str(facts.get("redis_version", "0"))
    if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < OLDEST:
        found.append(f"Redis {version} is too old: 6.2 is the least.")
    policy = facts.get("maxmemory_policy", "unknown")
    if policy != "noeviction":
        found.append(
            f"maxmemory-policy is {policy}: deals would vanish when memory runs short; set noeviction."
        )
    if str(facts.get("aof_enabled", "0")) != "1":
        found.append("The append-only file is off: a restart would lose deals; set appendonly yes.")
    if facts.get("aof_last_write_status", "ok") != "ok":
        found.append("The append-only file cannot be written: look at the disk.")
    return found


async def _shards(redis: Link) -> list[str]:
    await redis.command("SET", SHARD_COUNT, SHARDS, "NX")
    stored = int(await redis.command("GET", SHARD_COUNT))
    if stored == SHARDS:
        return []
    return [
        f"This Redis was set up with {stored} shards, this program has {SHARDS}: deals would not be found."
    ]
