"""The keys with which the Bot Framework signs: fetched off the loop's way, and anew for an unknown one.

They take the place of the SDK's, which blocks the loop and refuses a new key for a day.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import jwt

ISSUER = "https://api.botframework.com"
KEPT = timedelta(days=1)
TRIED = timedelta(hours=1)  # between two looks for an unknown key
REFUSED = timedelta(seconds=5)  # after a failure, until the next look


class Unauthorised(Exception):
    """Whoever speaks is not the Bot Framework, or speaks to somebody else."""


class KeysAway(Exception):
    """The keys that tokens are signed with cannot be fetched: nobody can be believed now."""


def speaks_for_the_framework(header: str) -> float:
    """When the token ends by its own word, in seconds since 1970, 0 if it does not say.

    Raises Unauthorised for every issuer but one, before anything is fetched to check a signature.
    """
    scheme, _, token = header.partition(" ")
    try:
        told = jwt.decode(token, options={"verify_signature": False})
        named = jwt.get_unverified_header(token)
    except jwt.PyJWTError as problem:
        raise Unauthorised(type(problem).__name__) from None
    if scheme != "Bearer" or told.get("iss") != ISSUER or not named.get("kid"):
        raise Unauthorised("scheme, issuer or key")
    ends = told.get("exp")
    return float(ends) if isinstance(ends, int | float) else 0.0


class Keys:
    """The keys of the Bot Framework, kept for a day."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session
        self._keys: dict[str, Any] = {}
        self._old, self._look, self._again = 0.0, 0.0, 0.0  # when they are old, may be looked for, fetched
        self._fetching = asyncio.Lock()

    async def get(self, key_id: str) -> Key:
        """The key of this id. Raises KeysAway, or Unauthorised if there is no such key."""
        async with self._fetching:
            now = time.monotonic()
            if not self._keys or now >= self._old:
                await self._fetch(now)
            elif key_id not in self._keys and now >= self._look:
                self._look = now + TRIED.total_seconds()
                await self._fetch(now)
        if key_id not in self._keys:
            raise Unauthorised("unknown key")
        return Key(self._keys[key_id])

    async def _fetch(self, now: float) -> None:
        """Old keys go on while there are no new ones."""
        if now < self._again and not self._keys:
            raise KeysAway("just now")
        try:
            told = await self._read(self._url)
            keys = (await self._read(str(told["jwks_uri"])))["keys"]
            self._keys = {str(key["kid"]): key for key in keys}
            self._old = now + KEPT.total_seconds()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as problem:
            self._again = now + REFUSED.total_seconds()
            self._old = self._again
            if not self._keys:
                raise KeysAway(type(problem).__name__) from problem

    async def _read(self, url: str) -> Any:  # noqa: ANN401 - JSON
        async with self._session.get(url, raise_for_status=True) as answer:
            return await answer.json(content_type=None)


class Key:
    """One key, as the SDK wants it."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.public_key = jwt.PyJWK(dict(told), algorithm="RS256").key
        self.endorsements = list(told.get("endorsements") or ())
