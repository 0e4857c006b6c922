"""The door of the adapter over real HTTP: what is not Slack's own is refused before anything is read."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.local import Workspace
from bot.redis import Link, embedded
from tests.living import Living, living


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        yield made


class TestTheDoor:
    async def test_a_wrong_signature_is_refused(self, up: Living) -> None:
        async with aiohttp.ClientSession() as http:
            stamp = str(int(time.time()))
            headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + "0" * 64}
            address = up.ws.line.request_url or ""
            async with http.post(address, data=b"command=/deal&text=sample", headers=headers) as answer:
                assert answer.status == 401

    @pytest.mark.parametrize("stamp", ["", "yesterday", "\N{FULLWIDTH DIGIT ONE}23", "-1", "1e9", None])
    async def test_a_timestamp_that_is_no_number_is_refused(self, up: Living, stamp: str | None) -> None:
        headers = {"X-Slack-Signature": "v0=" + "0" * 64}
        headers |= {} if stamp is None else {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}
        async with (
            aiohttp.ClientSession() as http,
            http.post(up.ws.line.request_url or "", headers=headers) as answer,
        ):
            assert answer.status == 401

    async def test_it_says_that_it_lives_and_is_ready(self, up: Living) -> None:
        async with aiohttp.ClientSession() as http:
            for path in ("livez", "readyz"):
                async with http.get(f"http://127.0.0.1:{up.up.port}/{path}") as answer:
                    assert answer.status == 200
