"""`python -m bot rotate-keys`: everything sealed anew under the first key, while the coach runs."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.commanding import Mistaken, with_link

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.codec import Sealer
    from bot.redis import Link

TELLS_EVERY = 2.0  # seconds


def add_to(commands: Any) -> None:  # noqa: ANN401 - what argparse answers has no name
    """The subcommand."""
    rotate = commands.add_parser(
        "rotate-keys", help="seal everything anew under the first key of WALKAWAY_KEYS, while the coach runs"
    )
    rotate.add_argument("--json", action="store_true", help="for machines")
    rotate.set_defaults(command=_rotate)


def _rotate(given: argparse.Namespace) -> int:
    async def rotated(line: Link, sealer: Sealer, _: Clock) -> None:
        from bot.codec import SealError  # noqa: PLC0415
        from bot.redis import StoreUnavailable  # noqa: PLC0415
        from bot.redis.rotation import Rotation  # noqa: PLC0415

        try:
            done = await Rotation(line, sealer, _progress()).run()
        except SealError as problem:
            raise Mistaken(
                f"{problem}; name it in WALKAWAY_KEYS behind the new one, and run it again"
            ) from None
        except StoreUnavailable as problem:
            raise Mistaken(f"Redis: {problem}; run it again, what is done is done") from None
        if given.json:
            print(json.dumps(asdict(done)))
        else:
            print(f"{done.sealed_anew:,} of {done.looked_at:,} records were sealed anew.")
        if done.left:
            raise Mistaken(
                f"{done.left:,} changed meanwhile: does a process run with other keys? Run it again."
            )
        if not given.json:
            print("All lie under the first key: the others can be dropped, once no process seals with them.")

    return with_link(rotated)


def _progress() -> Callable[[int], None]:
    """Tells now and then how many were looked at."""
    told = time.monotonic()

    def tell(looked: int) -> None:
        nonlocal told
        if time.monotonic() - told > TELLS_EVERY:
            told = time.monotonic()
            print(f"{looked:,} records looked at …", file=sys.stderr, flush=True)

    return tell
