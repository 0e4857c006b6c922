"""What Slack sends over HTTP, read: the same as the standard library reads, only faster."""

import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs, urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.forms import read_body
from tests.living import Living
from tests.test_slack import up

__all__ = ["up"]

FORM = "application/x-www-form-urlencoded"
WORDS = st.text(st.characters(codec="utf-8"))
JSON = st.dictionaries(WORDS, st.recursive(WORDS | st.none(), st.lists, max_leaves=8))


@given(JSON)
def test_a_payload_is_read_as_the_standard_library_reads_it(sent: dict[str, object]) -> None:
    raw = urlencode({"payload": json.dumps(sent, ensure_ascii=False)})
    assert read_body(raw, FORM) == json.loads(parse_qs(raw)["payload"][0]) == sent


def test_a_plain_form_keeps_its_blank_fields() -> None:
    raw = urlencode({"command": "/deal", "text": "", "user_id": "U1", "note": "a+b & 50 %"})
    assert read_body(raw, FORM) == {"command": "/deal", "text": "", "user_id": "U1", "note": "a+b & 50 %"}


@pytest.mark.parametrize("raw", ["payload=", "payload=%7B", "payload=%5B%5D", "payload=null"])
def test_what_is_no_object_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_body(raw, FORM)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"type": "url_verification", "challenge": "c1"}', "application/json", 200),
        (b"{bad", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"payload=%7Bbad", FORM, 400),
    ],
)
async def test_a_signed_body_is_answered_or_refused_never_an_error(
    up: Living, body: bytes, kind: str, status: int
) -> None:
    stamp = str(int(time.time()))
    signed = hmac.new(up.ws.keys.signing_secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed.hexdigest()}",
    }
    url = up.ws.line.request_url or ""
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        assert answer.status == status
        if status == 200:
            assert "c1" in await answer.text()
