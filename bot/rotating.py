"""`python -m bot rotate-keys`: everything sealed anew under the first key, while the coach runs."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict
from typing import Any

from bot.commanding import FAILED, OK, failed

TELLS_EVERY = 2.0  # seconds


def add_to(commands: Any) -> None:  # noqa: ANN401 - what argparse answers has no name
    """The subcommand."""
    rotate = commands.add_parser(
        "rotate-keys", help="seal everything anew under the first key of WALKAWAY_KEYS, while the coach runs"
    )
    rotate.add_argument("--json", action="store_true", help="for machines")
    rotate.set_defaults(command=_rotate)


def _rotate(given: argparse.Namespace) -> int:
    from bot.codec import SealError  # noqa: PLC0415
    from bot.redis import StoreUnavailable  # noqa: PLC0415
    from bot.redis.embedded import NoServer  # noqa: PLC0415
    from bot.settings import Misconfigured  # noqa: PLC0415

    try:
        return asyncio.run(_rotated(as_json=given.json))
    except Misconfigured as problem:
        return failed(str(problem))
    except SealError as problem:
        return failed(
            f"{problem}: nothing more was changed; name the key in WALKAWAY_KEYS, behind the new one"
        )
    except (NoServer, StoreUnavailable) as problem:
        return failed(f"Redis: {problem}; run it again, what is done is done")


async def _rotated(*, as_json: bool) -> int:
    from bot.clock import Clock  # noqa: PLC0415
    from bot.redis.rotation import Rotation  # noqa: PLC0415
    from bot.settings import without_platforms  # noqa: PLC0415
    from bot.wiring import link, sealer  # noqa: PLC0415

    settings, told = without_platforms(), time.monotonic()

    def tell(looked: int) -> None:
        nonlocal told
        if time.monotonic() - told > TELLS_EVERY:
            told = time.monotonic()
            print(f"{looked:,} records looked at …", file=sys.stderr, flush=True)

    async with link(settings, Clock()) as line:
        done = await Rotation(line, sealer(settings), tell).run()
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        print(f"{done.sealed_anew:,} of {done.looked_at:,} records were sealed anew.")
        print(
            "All lie under the first key: the others can be dropped, once no process seals with them."
            if not done.left
            else f"{done.left:,} changed meanwhile: is a process still running with other keys? Run it again."
        )
    return FAILED if done.left else OK
