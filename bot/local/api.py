"""The bot's side of the HTTP door: `/api/<method>`, reply addresses and sockets.

Planted faults lie on top; tokens never reach the log.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.local.methods import METHODS, Wait, allowed, in_time, rewritten
from bot.local.model import BOT, Json, Message
from bot.local.posting import Refused, content
from bot.local.tickets import Reply
from bot.local.workspace import Workspace

WORKSPACE = web.AppKey("workspace", Workspace)
BROKEN = (
    "<!DOCTYPE html><html><head><title>Server Error</title></head><body>Something went wrong.</body></html>"
)
NEVER = timedelta(seconds=60)  # longer than any client's patience
Work = Callable[[], web.Response]


async def arguments(request: web.Request) -> Json:
    """A call's arguments, from query, form or JSON; what is structured may come as a string."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError as broken:
            raise Refused("invalid_json") from broken
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return found | body
    return found | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _token(request: web.Request, body: Json) -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else body.get("token")


async def call(request: web.Request) -> web.StreamResponse:
    """One Web API call."""
    ws, name = request.app[WORKSPACE], request.match_info["method"]
    body: Json = {}
    try:
        body = await arguments(request)
        allowed(ws, name, _token(request, body))
    except Refused as refused:
        return _noted(ws, name, body, web.json_response(refused.answer()))
    body.pop("token", None)
    return await _faulty(request, name, body, lambda: _answered(ws, name, body))


def _answered(ws: Workspace, name: str, body: Json) -> web.Response:
    try:
        in_time(ws.limits.call_wait(name, ws.now()))
        answer = {"ok": True, **METHODS[name].work(ws, body)}
    except Wait as wait_for:
        return _throttled(wait_for.seconds)
    except Refused as refused:
        answer = refused.answer()
    return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(sorted(ws.manifest.scopes))})


def _throttled(seconds: int) -> web.Response:
    refusal = {"ok": False, "error": "ratelimited"}
    return web.json_response(refusal, status=429, headers={"Retry-After": str(seconds)})


async def _faulty(request: web.Request, name: str, body: Json, work: Work) -> web.StreamResponse:
    """Do the work, unless a fault was planted here; or do it and lose the answer."""
    ws = request.app[WORKSPACE]
    fault = ws.limits.fault(name)
    began = time.perf_counter()
    match fault.kind if fault else None:
        case None:
            response = work()
        case "429" if fault:
            response = _throttled(max(1, round(fault.retry_after.total_seconds())))
        case "500":
            response = web.Response(status=500, text=BROKEN, content_type="text/html")
        case "timeout" | "drop" as kind:
            _noted(ws, name, body, work(), note=f"planted: {kind}")
            return await _lost(request, kind)
        case code:
            response = web.json_response({"ok": False, "error": code})
    return _noted(
        ws, name, body, response, seconds=time.perf_counter() - began, note="planted" if fault else None
    )


async def _lost(request: web.Request, kind: str) -> web.StreamResponse:
    if kind == "timeout":
        await asyncio.sleep(NEVER.total_seconds())
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _noted(
    ws: Workspace,
    name: str,
    body: Json,
    response: web.Response,
    *,
    seconds: float = 0,
    note: str | None = None,
) -> web.Response:
    answer = (
        json.loads(response.text or "null") if response.content_type == "application/json" else response.text
    )
    shown = {key: value for key, value in body.items() if key != "token"}
    frown = answer.get("error") or answer.get("warning") if isinstance(answer, dict) else None
    more = {"request": shown, "answer": answer} | ({"note": note or frown} if note or frown else {})
    ws.log.add(ws.now(), "bot", name, response.status, timedelta(seconds=seconds), **more)
    return response


# -- reply addresses --------------------------------------------------------------------------------


async def reply(request: web.Request) -> web.StreamResponse:
    """One answer through a `response_url`."""
    try:
        body = await arguments(request)
        if "payload" in body:
            body = json.loads(body["payload"])
    except (Refused, ValueError):
        return web.Response(status=400, text="invalid_payload")
    ws, key = request.app[WORKSPACE], request.match_info["key"]
    return await _faulty(request, "response_url", body, lambda: _replied(ws, key, body))


def _replied(ws: Workspace, key: str, body: Json) -> web.Response:
    address = ws.tickets.use(key, ws.now())
    if isinstance(address, str):
        return web.json_response({"ok": False, "error": address}, status=404)
    try:
        _answer(ws, address, body)
    except Refused as refused:
        return web.json_response(refused.answer(), status=400)
    return web.Response(text="ok", content_type="text/html")


def _answer(ws: Workspace, address: Reply, body: Json) -> None:
    before = ws.state.messages.get(address.channel, {}).get(address.ts or "")
    if body.get("delete_original"):
        if before is not None:
            ws.state.forget(before)
        return
    written = content(body, strict=ws.strict)
    if body.get("replace_original"):
        if before is None:
            raise Refused("message_not_found")
        rewritten(ws, before, written.text, written.blocks)
        return
    kind: Any = body.get("response_type", "ephemeral")
    only = None if kind == "in_channel" else address.person
    stamp, thread = ws.state.stamp(), body.get("thread_ts")
    ws.state.put(
        Message(address.channel, stamp, BOT, written.text, written.blocks, thread_ts=thread, only_for=only)
    )


# -- Socket Mode ------------------------------------------------------------------------------------


async def socket(request: web.Request) -> web.StreamResponse:
    """One Socket Mode connection."""
    ws, ticket = request.app[WORKSPACE], request.match_info["ticket"]
    if ticket not in ws.sockets:
        return web.Response(status=403, text="this address was used, or never given")
    ws.sockets.discard(ticket)
    connection = web.WebSocketResponse(heartbeat=30)
    await connection.prepare(request)
    await ws.line.listen(connection)
    return connection


def routes() -> list[web.AbstractRouteDef]:
    """The bot's routes."""
    return [
        web.get("/api/{method}", call),
        web.post("/api/{method}", call),
        web.post("/reply/{key}", reply),
        web.get("/socket/{ticket}", socket),
    ]
