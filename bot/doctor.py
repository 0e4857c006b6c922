"""`python -m bot check`: looks at everything a coach needs, and says of each problem what cures it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.commanding import FAILED, OK

if TYPE_CHECKING:
    from bot.settings import Settings

CLOCKS = 5.0  # seconds Redis's clock may be off: leases and dates are told by it


def add_to(commands: Any) -> None:  # noqa: ANN401 - what argparse answers has no name
    """The subcommand."""
    check = commands.add_parser(
        "check", help="check settings, Redis, tokens, templates; every problem with its cure"
    )
    check.add_argument("--json", action="store_true", help="for machines")
    check.add_argument(
        "--offline", action="store_true", help="ask neither Slack nor Teams whether they know the tokens"
    )
    check.add_argument(
        "--new-key", action="store_true", help="print a fresh sealing key for WALKAWAY_KEYS, and stop"
    )
    check.set_defaults(command=_check)


def _check(given: argparse.Namespace) -> int:
    if given.new_key:
        from bot.codec import new_key  # noqa: PLC0415

        print(new_key())
        return OK
    found = asyncio.run(problems(online=not given.offline))
    flat = [problem for part in found.values() for problem in part]
    if given.json:
        print(json.dumps({"ok": not flat, "problems": flat, "parts": found}))
        return FAILED if flat else OK
    print("\n".join(f"- {problem}" for problem in flat) or f"All is well: {', '.join(found)}.")
    return FAILED if flat else OK


async def problems(*, online: bool) -> dict[str, list[str]]:
    """What is wrong with each part that was looked at; a platform that is not set up is no part."""
    from bot.settings import NAMES, Misconfigured, read, without_platforms  # noqa: PLC0415
    from bot.settings_file import exposed  # noqa: PLC0415

    found: dict[str, list[str]] = {"settings": exposed(os.environ, NAMES)}
    try:
        settings = read()
    except Misconfigured as problem:
        found["settings"] += problem.problems
        with suppress(Misconfigured):  # its file, which is told already: which Redis is meant is not known
            found["redis"] = await _redis(without_platforms())
    else:
        found |= await _reached(settings, online=online)
    found["templates"] = list(_templates())
    found["manifests"] = list(_manifests())
    return found


async def _reached(settings: Settings, *, online: bool) -> dict[str, list[str]]:
    found = {"redis": await _redis(settings)}
    if online and settings.slack:
        found["slack"] = await _slack(settings)
    if online and settings.teams:
        found["teams"] = await _teams(settings)
    return found


async def _redis(settings: Settings) -> list[str]:
    from bot.clock import Clock  # noqa: PLC0415
    from bot.redis import StoreUnavailable, inspect  # noqa: PLC0415
    from bot.redis.embedded import NoServer  # noqa: PLC0415
    from bot.settings import Misconfigured  # noqa: PLC0415
    from bot.wiring import link, sealer  # noqa: PLC0415

    try:
        sealer(settings)
        async with link(settings, Clock()) as line:
            found, clocks = await inspect(line), await line.everywhere("TIME")
    except Misconfigured as problem:
        return list(problem.problems)
    except (NoServer, StoreUnavailable, ValueError) as problem:
        return [f"Redis: {problem}; is it up, and is REDIS_URL its address?"]
    off = max(abs(float(clock[0]) - time.time()) for clock in clocks)
    late = [f"Redis's clock is {off:.0f} s off this machine's: let both follow NTP."] if off > CLOCKS else []
    return [*found, *late]


async def _slack(settings: Settings) -> list[str]:
    from bot import slack  # noqa: PLC0415
    from bot.manifests import DEPLOY  # noqa: PLC0415

    if settings.slack is None:
        return []
    async with slack.session() as session:
        scopes = slack.scopes(DEPLOY / "slack" / "manifest.json")
        return await slack.problems(settings.slack, session, scopes)


async def _teams(settings: Settings) -> list[str]:
    from bot import slack, teams  # noqa: PLC0415
    from bot.platforms import Throttled, Undeliverable  # noqa: PLC0415

    if settings.teams is None:
        return []
    async with slack.session() as session:
        framework = teams.Framework(settings.teams, session)
        try:
            await framework.has_token()
        except Undeliverable as error:
            cure = "make a client secret in Azure, and see that TEAMS_TENANT is the app's own."
            return [f"TEAMS_APP_PASSWORD: the login authority answers {error.reason}; {cure}"]
        except Throttled:
            return [f"{settings.teams.login} does not answer; may this machine reach it?"]
        finally:
            await framework.close()
    return []


def _templates() -> Iterable[str]:
    from bot.preview import previews  # noqa: PLC0415
    from bot.render import Renderer  # noqa: PLC0415

    renderers = (Renderer("slack"), Renderer("teams", "deal"))
    for name, effect in previews().items():
        for renderer in renderers:
            try:
                renderer.message(effect)
            except Exception as problem:  # noqa: BLE001 - whatever a template can do wrong
                yield f"template of {name}: {type(problem).__name__}: {problem}; restore templates/."


def _manifests() -> Iterable[str]:
    from bot.manifests import DEPLOY  # noqa: PLC0415

    for name in ("slack/manifest.json", "teams/manifest.json"):
        try:
            json.loads((DEPLOY / name).read_text("utf-8"))
        except (OSError, ValueError) as problem:
            yield f"deploy/{name}: {type(problem).__name__}; restore it."
