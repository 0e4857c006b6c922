"""The one line to Redis: fair access, scripts that reload themselves, one kind of failure.

Every script here is harmless when repeated, so a lost reply is answered by asking again; a bare error of
the client library never leaves this package.
"""

import asyncio
import functools
import hashlib
import random
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from redis import exceptions
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.client import PubSub
from redis.asyncio.cluster import ClusterPubSub

from bot.redis import servers
from bot.redis.bell import Bell
from bot.redis.keys import WAKE
from bot.redis.moment import milliseconds

Word = str | bytes | int
Words = Sequence[Word]

LINES = 2  # on the way at once; what is asked meanwhile waits in order and goes together with the next
MOST_TOGETHER = 128  # commands in one round trip
ANSWER_WITHIN = 5  # seconds
_SPARE = 8  # connections for those who listen
_PAUSES = (0.02, 0.2)
LOST = (exceptions.RedisError, exceptions.RedisClusterException, OSError)  # all that the client raises
_PASSING = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.TryAgainError,
    exceptions.ClusterError,
    exceptions.RedisClusterException,
    exceptions.AskError,
    OSError,
)


class StoreUnavailable(Exception):
    """Redis did not do it, or its answer was lost; asking again with the same event id is harmless."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Commands of one caller, and where their answers are awaited."""

    commands: Sequence[Words]
    answers: "asyncio.Future[list[Any]]"


class Link:
    """A client with the manners above. `offset` is how far a local workspace has moved the clock."""

    def __init__(self, client: Redis | servers.Cluster, offset: Callable[[], timedelta] = timedelta) -> None:
        self.bell = Bell()
        self._name = secrets.token_hex(4)
        self._client = client
        self._offset = offset
        self._waiting: deque[_Asked] = deque()
        self._carriers: set[asyncio.Task[None]] = set()
        self._busy = 0

    async def command(self, *words: Word) -> Any:  # noqa: ANN401  - as Redis answers
        """One command. Raises StoreUnavailable."""
        return (await self._ask([words]))[0]

    async def together(self, *commands: Words) -> list[Any]:
        """Commands on keys of one shard in one round trip, not atomic. Raises StoreUnavailable."""
        return await self._ask(commands) if commands else []

    async def scan(self, pattern: str) -> AsyncIterator[str]:
        """Every key that fits, on all servers, some twice. Raises StoreUnavailable."""
        try:
            async for key in self._client.scan_iter(match=pattern, count=1000):
                yield key.decode()
        except LOST as error:
            raise StoreUnavailable(type(error).__name__) from error

    async def everywhere(self, *words: Word) -> list[Any]:
        """One command that names no key, to each server that takes writes. Raises StoreUnavailable."""
        if not isinstance(self._client, RedisCluster):
            return [await self.command(*words)]
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                found = await self._client.execute_command(*words, target_nodes=RedisCluster.PRIMARIES)
        except LOST as error:
            raise _failure(error) from error
        return list(found.values())

    async def script(self, name: str, keys: Sequence[str], *arguments: Word, moved: bool = True) -> Any:  # noqa: ANN401
        """Run `scripts/<name>.lua`, by the moved clock or the real one. Raises StoreUnavailable."""
        text, sha = _script(name)
        rest = (len(keys), *keys, milliseconds(self._offset()) if moved else 0, *arguments)
        try:
            return await self.command("EVALSHA", sha, *rest)
        except _NoScript:
            return await self.command("EVAL", text, *rest)

    @asynccontextmanager
    async def news(self) -> AsyncIterator[AsyncIterator[int]]:
        """The shards for which any process announces a letter; raises StoreUnavailable if the line breaks."""
        pubsub = await self._listener()
        try:
            yield _shards(pubsub, self._name)
        finally:
            await pubsub.aclose()

    async def _listener(self) -> PubSub | ClusterPubSub:
        try:
            if isinstance(self._client, RedisCluster):
                await self._client.initialize()  # else it knows no server to listen at
        except LOST as error:
            raise StoreUnavailable(type(error).__name__) from error
        return self._client.pubsub(ignore_subscribe_messages=True)

    def announced(self, shard: int) -> str:
        """What is told to other processes of a letter in this shard; our own ears heard it from the bell."""
        return f"{shard}:{self._name}"

    async def aclose(self) -> None:
        """Let go of all connections."""
        await servers.close(self._client)

    async def _ask(self, commands: Sequence[Words]) -> list[Any]:
        for pause in _PAUSES:
            with suppress(_Passing):
                return await self._answered(commands)
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  - jitter
        return await self._answered(commands)

    async def _answered(self, commands: Sequence[Words]) -> list[Any]:
        """The answers, by a line of our own if one is free, else together with what others ask."""
        if self._busy < LINES:
            self._busy += 1
            try:
                answers = await _within(self._send, commands)
            finally:
                self._let_go()
        else:
            asked = _Asked(commands, asyncio.get_running_loop().create_future())
            self._waiting.append(asked)
            answers = await asked.answers
        for answer in answers:
            if isinstance(answer, Exception):
                raise _failure(answer)
        return answers

    def _let_go(self) -> None:
        """The line is free, unless somebody waits: then it carries what waits."""
        if not self._waiting:
            self._busy -= 1
            return
        carrier = asyncio.get_running_loop().create_task(self._carry())
        self._carriers.add(carrier)
        carrier.add_done_callback(self._carriers.discard)

    async def _carry(self) -> None:
        """Ask what waits, in order and together: a round trip for many costs little more than for one."""
        batch = list(self._batch())
        try:
            answers = await _within(self._send, [words for each in batch for words in each.commands])
        except asyncio.CancelledError:  # the loop is closing
            for each in (*batch, *self._waiting):
                each.answers.cancel()
            self._waiting.clear()
            raise
        except Exception as error:  # noqa: BLE001  - handed to those who asked
            for each in batch:
                _tell(each, [error])
        else:
            rest = iter(answers)
            for each in batch:
                _tell(each, [next(rest) for _ in each.commands])
        finally:
            self._let_go()

    def _batch(self) -> Iterator[_Asked]:
        count = 0
        while self._waiting and count < MOST_TOGETHER:
            asked = self._waiting.popleft()
            if not asked.answers.done():  # else the caller was cancelled
                count += len(asked.commands)
                yield asked

    async def _send(self, commands: Sequence[Words]) -> list[Any]:
        """The answers of Redis, an error being one."""
        if len(commands) == 1:  # a third cheaper than a pipeline of one
            try:
                return [await cast("Awaitable[Any]", self._client.execute_command(*commands[0]))]
            except exceptions.ResponseError as error:
                return [error]
        async with self._client.pipeline(transaction=False) as pipeline:
            for words in commands:
                pipeline.execute_command(*words)
            return await pipeline.execute(raise_on_error=False)


class _Passing(StoreUnavailable):
    """Worth another attempt."""


class _NoScript(StoreUnavailable):
    """The server does not know it yet: it was flushed, or is another."""


def _tell(asked: _Asked, answers: list[Any]) -> None:
    if not asked.answers.done():
        asked.answers.set_result(answers)


async def _within(
    send: Callable[[Sequence[Words]], Awaitable[list[Any]]], commands: Sequence[Words]
) -> list[Any]:
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await send(commands)
    except LOST as error:
        raise _failure(error) from error
    except AttributeError as error:
        if "writelines" in str(error):  # the Cluster client, bare, while slots move
            raise _Passing("resharding") from error
        raise


def _failure(error: Exception) -> Exception:
    """What we call it."""
    if isinstance(error, StoreUnavailable):
        return type(error)(*error.args)  # many may wait for one answer: to each their own
    if isinstance(error, exceptions.NoScriptError):
        return _NoScript("NoScriptError")
    if isinstance(error, _PASSING):
        return _Passing(type(error).__name__)
    return StoreUnavailable(type(error).__name__) if isinstance(error, LOST) else error


def connect(url: str, offset: Callable[[], timedelta] = timedelta) -> Link:
    """A link to the servers a URL names (see `servers`); connects at the first command. Raises ValueError."""
    return Link(servers.client(url, LINES + _SPARE), offset)


async def _shards(pubsub: PubSub | ClusterPubSub, own: str) -> AsyncIterator[int]:
    try:
        await pubsub.subscribe(WAKE)
        while True:
            message = await pubsub.get_message(timeout=None)
            if message is not None:
                shard, _, name = message["data"].decode().partition(":")
                if name != own:
                    yield int(shard)
    except (*LOST, KeyError) as error:  # a KeyError of its own: a slot that nobody serves now
        raise StoreUnavailable(type(error).__name__) from error


@functools.cache
def _script(name: str) -> tuple[str, str]:
    here = Path(__file__).parent / "scripts"
    text = (here / "prelude.lua").read_text("utf-8") + (here / f"{name}.lua").read_text("utf-8")
    return text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
