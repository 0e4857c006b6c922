"""A stand-in for Microsoft Teams: a connector that records and can fail, keys, a login authority.

It signs what it sends and checks what it is sent; the bot is a process of its own, with real authentication.
"""

from __future__ import annotations

import json
import re
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.living import free_port

APP, TENANT = "11111111-2222-4333-8444-555555555555", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
OTHER_TENANT = "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee"
BOT, PASSWORD = f"28:{APP}", "a-client-secret"
CHAT, CHANNEL, TEAM = "a:1maya", "19:deals@thread.tacv2", "19:team@thread.tacv2"
CARD = "application/vnd.microsoft.card.adaptive"
LOOPBACK = IPv4Address("127.0.0.1")
SOON = timedelta(seconds=10)


@dataclass
class Posted:
    """One message of the bot, as it stands now."""

    conversation: str
    id: str
    body: dict[str, Any]
    edits: int = 0
    gone: bool = False

    @property
    def card(self) -> dict[str, Any]:
        """Its card, {} if it is words alone."""
        for each in self.body.get("attachments") or ():
            if each["contentType"] == CARD:
                return dict(each["content"])
        return {}

    @property
    def reads(self) -> str:
        """All that is read of it."""
        return "\n".join(_read(self.card)) if self.card else str(self.body.get("text") or "")


def _read(part: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a card
    if isinstance(part, list):
        for each in part:
            yield from _read(each)
    elif isinstance(part, dict):
        if part.get("type") == "RichTextBlock":
            yield "".join(run["text"] for run in part["inlines"])
            return
        yield from (str(part[key]) for key in ("label", "title") if isinstance(part.get(key), str))
        for key in ("body", "items", "columns", "actions"):
            yield from _read(part.get(key))


def actions(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any part of a card
    """Every action of a card that is executed."""
    if isinstance(part, list):
        for each in part:
            yield from actions(each)
    elif isinstance(part, dict):
        if part.get("type") == "Action.Execute":
            yield part
            return
        for each in part.values():
            yield from actions(each)


def new_key() -> rsa.RSAPrivateKey:
    """A fresh key to sign with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Fault:
    """How the connector fails, so many times, where method and path match; `unsaid`: it is done, though."""

    match: str
    status: int
    times: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = '{"error": {"code": "x", "message": "y"}}'
    unsaid: bool = False


class StandIn:
    """Teams, seen from the bot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.keys = {"k1": new_key()}
        self.keys_fail = False
        self.keys_read = 0
        self.tokens_given = 0
        self.posted: list[Posted] = []
        self.faults: list[Fault] = []
        self.refused: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.members: dict[str, dict[str, Any]] = {name: self.member(name) for name in ("maya", "tom")}
        self.in_room: dict[str, list[str]] = {CHANNEL: ["maya", "tom"]}
        self.without_coach: set[str] = set()  # whose own chat cannot be opened
        self.opened: list[str] = []  # own chats that the coach opened
        self._count = 0

    def member(self, name: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        """A member as the connector describes them."""
        known = {
            "id": f"29:{name}",
            "name": name.capitalize(),
            "aadObjectId": str(uuid.uuid5(uuid.NAMESPACE_DNS, name)),
            "tenantId": TENANT,
            "userRole": "user",
            "userPrincipalName": f"{name}@example.com",
        }
        return {**known, **changes}

    # ---------------------------------------------------------------- what it signs

    def token(self, *, key: str = "k1", signed: rsa.RSAPrivateKey | None = None, **claims: Any) -> str:  # noqa: ANN401
        """A token as the Bot Framework signs it, but for what is changed; None leaves a claim out."""
        now = int(time.time())
        told: dict[str, Any] = {"iss": "https://api.botframework.com", "aud": APP}
        told |= {"serviceurl": self.service}
        told |= {"nbf": now - 60, "exp": now + 3600, **claims}
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, signed or self.keys[key], algorithm="RS256", headers={"kid": key})

    @property
    def service(self) -> str:
        """The connector's address."""
        return f"http://127.0.0.1:{self.port}/amer/"

    # ---------------------------------------------------------------- what it serves

    async def _keys_at(self, _: web.Request) -> web.Response:
        if self.keys_fail:
            return web.Response(status=500)
        return web.json_response({"jwks_uri": f"http://127.0.0.1:{self.port}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.keys_read += 1
        shown = []
        for name, key in self.keys.items():
            jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            shown.append({**jwk, "kid": name, "use": "sig", "endorsements": ["msteams"]})
        return web.json_response({"keys": shown})

    async def _login(self, request: web.Request) -> web.Response:
        base = f"https://127.0.0.1:{self.login_port}/{TENANT}"
        if request.method == "GET":
            return web.json_response(
                {
                    "issuer": f"{base}/v2.0",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                }
            )
        form = await request.post()
        if (form["client_id"], form["client_secret"]) != (APP, PASSWORD):
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens_given += 1
        return web.json_response(
            {"access_token": "connector-token", "token_type": "Bearer", "expires_in": 3600}
        )

    async def _connector(self, request: web.Request) -> web.StreamResponse:
        path = unquote(request.path)
        self.requests.append((request.method, path))
        if request.headers.get("Authorization") != "Bearer connector-token":
            self.refused.append(path)
            return web.json_response({"error": {"code": "Unauthorized", "message": ""}}, status=401)
        body = await request.json() if request.can_read_body else {}
        place = path.removeprefix("/amer/v3/conversations").strip("/")
        for fault in self.faults:
            if fault.times and re.search(fault.match, f"{request.method} {path}"):
                fault.times -= 1
                if fault.unsaid:
                    self._done(request.method, place, body)
                kind = "application/json" if fault.body[:1] == "{" else "text/html"
                return web.Response(
                    status=fault.status, headers=fault.headers, text=fault.body, content_type=kind
                )
        return self._done(request.method, place, body)

    def _done(self, method: str, path: str, body: dict[str, Any]) -> web.Response:
        conversation, _, rest = path.partition("/")
        if not conversation:
            return self._opened(body)
        if rest.startswith(("members/", "pagedmembers")):
            return self._who(conversation.partition(";")[0], rest)
        stands = rest.removeprefix("activities").strip("/")
        known = next((p for p in self.posted if (p.conversation, p.id) == (conversation, stands)), None)
        if method == "POST":
            return web.json_response({"id": self._stands(conversation, body).id}, status=201)
        if known is None or known.gone:
            return web.json_response({"error": {"code": "NotFound", "message": ""}}, status=404)
        if method == "PUT":
            known.body, known.edits = body, known.edits + 1
        else:
            known.gone = True
        return web.json_response({"id": stands})

    def _opened(self, body: dict[str, Any]) -> web.Response:
        """A thread of a channel, or somebody's own chat, which is one and the same whoever asks."""
        if "channel" not in body["channelData"]:
            name = self._named(body["members"][0]["id"])
            if name in self.without_coach:
                return web.json_response({"error": {"code": "Forbidden"}}, status=403)
            self.opened.append(name)
            return web.json_response({"id": f"a:1{name}"}, status=201)
        there = f"{body['channelData']['channel']['id']};messageid={self._next()}"
        return web.json_response(
            {"id": there, "activityId": self._stands(there, body["activity"]).id}, status=201
        )

    def _who(self, conversation: str, rest: str) -> web.Response:
        """One of those in a conversation, by any id, or all."""
        there = self.in_room.get(conversation, [conversation.removeprefix("a:1")])
        there = [name for name in there if name in self.members]
        if rest.startswith("pagedmembers"):
            return web.json_response({"members": [self.members[name] for name in there]})
        name = self._named(rest.partition("/")[2])
        if name not in there:
            return web.json_response({"error": {"code": "MemberNotFoundInConversation"}}, status=404)
        return web.json_response(self.members[name])

    def _named(self, told: str) -> str:
        """The name of a member, by any id that Teams takes."""
        ids = ("id", "aadObjectId", "userPrincipalName")
        return next((n for n, m in self.members.items() if told in [m[key] for key in ids]), "")

    def _stands(self, conversation: str, body: dict[str, Any]) -> Posted:
        made = Posted(conversation, f"m{self._next()}", body)
        self.posted.append(made)
        return made

    def _next(self) -> int:
        self._count += 1
        return self._count

    @asynccontextmanager
    async def served(self) -> AsyncIterator[StandIn]:
        """Up, until the end of the block."""
        app = web.Application()
        app.router.add_get("/.well-known/openidconfiguration", self._keys_at)
        app.router.add_get("/keys", self._keys)
        app.router.add_route("*", "/amer/{rest:.*}", self._connector)
        login = web.Application()
        login.router.add_route("*", "/{rest:.*}", self._login)
        self.login_port, context = free_port(), _certificate(self.folder)
        runners = [web.AppRunner(app), web.AppRunner(login)]
        for runner in runners:
            await runner.setup()
        await web.TCPSite(runners[0], "127.0.0.1", self.port).start()
        await web.TCPSite(runners[1], "127.0.0.1", self.login_port, ssl_context=context).start()
        try:
            yield self
        finally:
            for runner in runners:
                await runner.cleanup()


def _certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for loopback, in `folder`, that only this test's processes trust."""
    key = new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
