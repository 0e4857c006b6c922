"""The one line to Redis: fair access, scripts that reload themselves, one kind of failure.

Every script here is harmless when repeated, so a lost reply is answered by asking again; a bare error of
the client library never leaves this package.
"""

import asyncio
import functools
import hashlib
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.redis.bell import Bell
from bot.redis.keys import WAKE
from bot.redis.moment import milliseconds

T = TypeVar("T")
Word = str | bytes | int

AT_ONCE = 32  # more at once only wait in a worse place: the client's pool is unfair, this queue is not
ANSWER_WITHIN = 5  # seconds
_SPARE = 8  # connections for those who listen
_PAUSES = (0.02, 0.2)
_PASSING = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.TryAgainError,
    exceptions.ClusterDownError,
    OSError,
)


class StoreUnavailable(Exception):
    """Redis did not do it, or its answer was lost; asking again with the same event id is harmless."""


class Link:
    """A client with the manners above. `offset` is how far a local workspace has moved the clock."""

    def __init__(self, client: Redis, offset: Callable[[], timedelta] = timedelta) -> None:
        self.bell = Bell()
        self._name = secrets.token_hex(4)
        self._client = client
        self._offset = offset
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def command(self, *words: Word) -> Any:  # noqa: ANN401  - as Redis answers
        """One command. Raises StoreUnavailable."""
        return await self._ask(functools.partial(self._send, *words))

    async def together(self, *commands: Sequence[Word]) -> list[Any]:
        """Commands on keys of one shard in one round trip, not atomic. Raises StoreUnavailable."""

        async def send() -> list[Any]:
            async with self._client.pipeline(transaction=False) as pipeline:
                for words in commands:
                    pipeline.execute_command(*words)
                return await pipeline.execute()

        return await self._ask(send) if commands else []

    async def script(self, name: str, keys: Sequence[str], *arguments: Word, moved: bool = True) -> Any:  # noqa: ANN401
        """Run `scripts/<name>.lua`, by the moved clock or the real one. Raises StoreUnavailable."""
        text, sha = _script(name)
        rest = (len(keys), *keys, milliseconds(self._offset()) if moved else 0, *arguments)

        async def send() -> Any:  # noqa: ANN401
            try:
                return await self._send("EVALSHA", sha, *rest)
            except exceptions.NoScriptError:
                return await self._send("EVAL", text, *rest)

        return await self._ask(send)

    @asynccontextmanager
    async def news(self) -> AsyncIterator[AsyncIterator[int]]:
        """The shards for which any process announces a letter; raises StoreUnavailable if the line breaks."""
        pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        try:
            yield _shards(pubsub, self._name)
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]

    def announced(self, shard: int) -> str:
        """What is told to other processes of a letter in this shard; our own ears heard it from the bell."""
        return f"{shard}:{self._name}"

    async def aclose(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    def _send(self, *words: Word) -> Awaitable[Any]:
        return cast("Awaitable[Any]", self._client.execute_command(*words))  # type: ignore[no-untyped-call]

    async def _ask(self, send: Callable[[], Awaitable[T]]) -> T:
        async with self._turn:
            for pause in _PAUSES:
                with suppress(_Passing):
                    return await _try(send)
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  - jitter
            return await _try(send)


class _Passing(StoreUnavailable):
    """Worth another attempt."""


async def _try(send: Callable[[], Awaitable[T]]) -> T:
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await send()
    except _PASSING as error:
        raise _Passing(type(error).__name__) from error
    except exceptions.RedisError as error:
        raise StoreUnavailable(type(error).__name__) from error
    except AttributeError as error:
        if "writelines" in str(error):  # the Cluster client, bare, while slots move
            raise _Passing("resharding") from error
        raise


def connect(url: str, offset: Callable[[], timedelta] = timedelta) -> Link:
    """A link to `redis://`, `rediss://` or `unix://`; connects at the first command."""
    client = Redis.from_url(
        url,
        max_connections=AT_ONCE + _SPARE,
        # Not the client's own timeout: before Python 3.12 its wait_for can swallow a cancellation, and the
        # task that lost it never ends. `_try` counts the seconds instead.
        socket_timeout=None,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),  # we repeat ourselves, knowing what is harmless
        protocol=2,
    )
    return Link(client, offset)


async def _shards(pubsub: PubSub, own: str) -> AsyncIterator[int]:
    try:
        await pubsub.subscribe(WAKE)
        while True:
            message = await pubsub.get_message(timeout=None)
            if message is not None:
                shard, _, name = message["data"].decode().partition(":")
                if name != own:
                    yield int(shard)
    except (exceptions.RedisError, OSError) as error:
        raise StoreUnavailable(type(error).__name__) from error


@functools.cache
def _script(name: str) -> tuple[str, str]:
    here = Path(__file__).parent / "scripts"
    text = (here / "prelude.lua").read_text("utf-8") + (here / f"{name}.lua").read_text("utf-8")
    return text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
