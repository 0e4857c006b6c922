"""The command line.

run | local | stop | check | preview | replay | letters | audit | hold | deals | left | assign | manifest
| rotate-keys
"""

import argparse
import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar

from bot import auditing, doctor, manifests, operating, rotating
from bot.logs import configure

OK, FAILED, USAGE = 0, 1, 2
LOCAL_PORT = 8080

T = TypeVar("T")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; answers its exit status."""
    given = _parser().parse_args(arguments)
    configure("text", logging.WARNING)
    try:
        return int(given.command(given))
    except KeyboardInterrupt:
        return OK
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Coaches a negotiator on when to walk away."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run the coach, with the settings of the environment")
    run.add_argument(
        "--only",
        choices=("bot", "worker"),
        help="take in what people do, or post and remind: the other is left to another process",
    )
    run.set_defaults(command=_run)

    local = commands.add_parser("local", help="run the coach with a local workspace in the browser")
    local.add_argument("--port", type=int, default=LOCAL_PORT, help=f"of the page (default {LOCAL_PORT})")
    local.add_argument(
        "--data",
        type=Path,
        default=Path(".walkaway"),
        help="directory that keeps everything (default ./.walkaway)",
    )
    local.add_argument(
        "--transport", choices=("http", "socket"), default="http", help="how Slack's events arrive"
    )
    local.set_defaults(command=_local)

    stop = commands.add_parser("stop", help="stop the embedded Redis of a data directory")
    stop.add_argument("--data", type=Path, default=Path(".walkaway"))
    stop.set_defaults(command=_stop)

    preview = commands.add_parser(
        "preview", help="write every message the coach can say, as JSON and as a page"
    )
    preview.add_argument("directory", type=Path, nargs="?", default=Path("build/preview"))
    preview.set_defaults(command=_preview)

    replay = commands.add_parser("replay", help="verdicts on recorded deals: JSON lines in, JSON lines out")
    replay.add_argument("file", help="a file, or - for standard input")
    replay.add_argument(
        "--rules", type=int, default=2, choices=(1, 2), help="the version of the rules (default: 2)"
    )
    replay.add_argument("--words", action="store_true", help="reasons as sentences")
    replay.set_defaults(command=_replay)

    letters = commands.add_parser("letters", help="letters that could not be delivered: list or retry them")
    letters.add_argument("action", choices=("list", "retry"), nargs="?", default="list")
    letters.add_argument("id", nargs="?", help="one letter's id (retry: all, if left out)")
    letters.add_argument("--json", action="store_true", help="for machines")
    letters.set_defaults(command=_letters)
    doctor.add_to(commands)
    auditing.add_to(commands)
    operating.add_to(commands)
    manifests.add_to(commands)
    rotating.add_to(commands)
    return parser


# ---------------------------------------------------------------- run, local


def _run(given: argparse.Namespace) -> int:
    from bot.settings import Misconfigured, read

    try:
        settings = read()
        configure(settings.log, logging.INFO)
        return fast_run(_serving(settings, given.only))
    except Misconfigured as problem:
        return _failed(str(problem))


async def _serving(settings: Any, only: str | None) -> int:  # noqa: ANN401 - imported late
    from bot.redis import StoreUnavailable
    from bot.redis.embedded import NoServer
    from bot.wiring import coach

    try:
        async with coach(settings, serves=only != "worker", works=only != "bot") as up:
            settle()
            told = _told_to_stop()
            base = f"http://{settings.host}:{up.port}"
            if only == "worker":
                print(f"Walkaway works: {base}/readyz", flush=True)
                await told.wait()
                return OK
            served = [f"{base}/slack/events ({settings.slack.transport})"] if settings.slack else []
            served += [f"{base}/api/messages (Teams)"] if settings.teams else []
            print(f"Walkaway is up: {', '.join(served)}", flush=True)
            await told.wait()
    except NoServer as problem:
        return _failed(str(problem))
    except (StoreUnavailable, OSError) as problem:
        return _failed(f"It could not start: {problem}")
    return OK


def _local(given: argparse.Namespace) -> int:
    from bot.local import PortTaken

    given.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (given.data / "coach.lock").open("w") as lock:
        if not _alone(lock):
            return _failed(f"A coach is running on {given.data} already; another needs its own --data.")
        return _played(given, PortTaken)


def _alone(lock: TextIO) -> bool:
    """Whether no other coach holds this directory: two would answer each other's deals."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _played(given: argparse.Namespace, taken_port: type[Exception]) -> int:
    try:
        return fast_run(_playing(given))
    except taken_port as taken:
        return _failed(f'{taken}\nChoose another, for example: make demo ARGS="--port {given.port + 1}"')


async def _playing(given: argparse.Namespace) -> int:
    from bot.local import Workspace, serve
    from bot.redis.embedded import NoServer
    from bot.settings import Settings, Slack
    from bot.wiring import coach

    workspace = Workspace(folder=given.data / "workspace")
    runner = await serve(workspace, given.port)
    try:
        keys = workspace.keys
        slack = Slack(
            keys.bot_token, keys.signing_secret, keys.app_token, given.transport, api=f"{workspace.base}/api/"
        )
        async with coach(Settings(slack, data=given.data, port=0, local=True)) as up:
            told = _told_to_stop()
            workspace.line.request_url = f"http://127.0.0.1:{up.port}/slack/events"
            workspace.moved = _following(up.move_clock)
            await workspace.moved(workspace.state.offset)
            print(f"Walkaway is ready: open {workspace.base} in a browser. Stop with Ctrl-C.", flush=True)
            await told.wait()
    except NoServer as problem:
        return _failed(str(problem))
    finally:
        await runner.cleanup()
        await workspace.close()
    return OK


def settle() -> None:
    """Once all is loaded: the collector looks no more at what stays for good, and comes less often.

    A tap makes some two thousand short-lived records, nearly none in cycles; it got a tenth cheaper.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def fast_run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on uvloop where there is one; elsewhere (Windows) on asyncio's own loop."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


def _following(move: Callable[[timedelta], None]) -> Callable[[timedelta], Awaitable[None]]:
    """The coach's clock goes with the workspace's."""

    async def moved(offset: timedelta) -> None:
        move(offset)

    return moved


def _told_to_stop() -> asyncio.Event:
    """Set once we are told to stop; asked for before anybody hears that we are up."""
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    return told


def _stop(given: argparse.Namespace) -> int:
    from bot.redis import embedded

    print("Stopped." if embedded.stop(given.data) else "Nothing was running.")
    return OK


# ---------------------------------------------------------------- preview, letters


def _preview(given: argparse.Namespace) -> int:
    from bot.preview import write

    write(given.directory)
    print(f"Wrote {given.directory / 'index.html'}")
    return OK


def _letters(given: argparse.Namespace) -> int:
    from bot.redis import StoreUnavailable
    from bot.redis.embedded import NoServer
    from bot.settings import Misconfigured

    try:
        return asyncio.run(_dead_letters(given))
    except Misconfigured as problem:
        return _failed(str(problem))
    except (NoServer, StoreUnavailable) as problem:
        return _failed(f"Redis: {problem}")


async def _dead_letters(given: argparse.Namespace) -> int:
    from bot.clock import Clock
    from bot.letters import codec
    from bot.redis import Outbox
    from bot.settings import without_platforms
    from bot.wiring import link, sealer

    settings = without_platforms()
    async with link(settings, Clock()) as line:
        outbox = Outbox(line, codec(), sealer(settings))
        dead = [letter for letter in await outbox.dead() if given.id in (None, letter.id or letter.purpose)]
        if given.id and not dead:
            return _failed(f"No dead letter has the id {given.id}; `letters list` shows them all.")
        done = [await outbox.revive(letter) if given.action == "retry" else False for letter in dead]
    rows = [
        {
            "id": d.id or d.purpose,
            "deal": d.cell.id,
            "reason": d.reason,
            "at": d.at.isoformat(),
            "tries": d.failures,
            "retried": r,
        }
        for d, r in zip(dead, done, strict=True)
    ]
    _print_rows(rows, as_json=given.json)
    return OK


def _print_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            f"{row['at']}  {row['id']}  {row['reason']}  ({row['tries']} tries)"
            + ("  retried" if row["retried"] else "")
        )
    if not rows:
        print("No dead letters.")


# ---------------------------------------------------------------- replay


def _replay(given: argparse.Namespace) -> int:
    from bot.letters import codec
    from bot.spool import Spool
    from dialogs.replay import Replay

    try:
        with _opened(given.file) as lines, Spool(codec) as logs:
            return _verdicts(Replay(rules=given.rules, logs=logs), lines, words=given.words)
    except BrokenPipeError:
        raise
    except OSError as problem:
        return _failed(f"{given.file}: {problem.strerror}")


def _verdicts(replay: Any, lines: TextIO, *, words: bool) -> int:  # noqa: ANN401 - imported late
    from bot.render import sentences

    for verdict in replay.verdicts(_lines(lines)):
        shown = {**verdict, **sentences(verdict)} if words and "error" not in verdict else verdict
        sys.stdout.write(json.dumps(shown) + "\n")
    return FAILED if replay.failed else OK


def _opened(name: str) -> TextIO:
    if name == "-":
        return open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False)
    return Path(name).open(encoding="utf-8", errors="replace")


def _lines(lines: TextIO) -> Iterator[str]:
    return (line.rstrip("\n") for line in lines)


def _failed(message: str) -> int:
    print(message, file=sys.stderr)
    return USAGE


if __name__ == "__main__":
    sys.exit(main())
