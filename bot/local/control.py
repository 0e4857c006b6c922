"""What the page may ask of the workspace: the state as one person sees it, and that person's doings.

Each control answers JSON; a person's mistake is `{"ok": false, "error": …}` in words, never a stack trace.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta

from aiohttp import web

from bot.local import forms
from bot.local.api import WORKSPACE
from bot.local.blockkit import elements
from bot.local.model import BOT, Channel, Json, Message, Outcome, Person, Target, View
from bot.local.workspace import Workspace
from dialogs.cadence import working_morning

Control = Callable[[Workspace, Json], Awaitable[Json]]
QUIET = timedelta(seconds=15)  # a line of silence, so that a dead stream is noticed
WIRE_SHOWN = 80


def _ended(outcome: Outcome | None) -> Json:
    if outcome is None:
        return {"ok": True}
    shape: Json = {"ok": outcome.ok, "status": outcome.status}
    if outcome.delivery:
        shape["delivery"] = outcome.delivery.id
    return shape | ({"error": outcome.error} if outcome.error else {})


def _target(ws: Workspace, body: Json) -> Target:
    if "view" in body:
        person = ws.state.person(body["person"])
        found = [ws.modals.find(view_id=body["view"]), ws.state.homes.get(person.id)]
        for view in found:
            if view and view.id == body["view"] and view.person == person.id:
                return view
        raise LookupError("that window is closed")
    standing = ws.state.messages.get(body["channel"], {}).get(body["ts"])
    if standing is None:
        raise LookupError("that message is gone")
    return standing


def _view(ws: Workspace, body: Json) -> View:
    found = _target(ws, body)
    if not isinstance(found, View):
        raise LookupError("that is no window")  # noqa: TRY004 - the page's mistake, not a wrong type of ours
    return found


async def command(ws: Workspace, body: Json) -> Json:
    """Type a slash command."""
    return _ended(await ws.command(body["person"], body["channel"], body["text"]))


async def say(ws: Workspace, body: Json) -> Json:
    """Type a message."""
    return _ended(await ws.say(body["person"], body["text"], body.get("channel", "dm"), body.get("thread")))


async def act(ws: Workspace, body: Json) -> Json:
    """Press or choose in one element, by block_id and action_id."""
    target, person = _target(ws, body), ws.state.person(body["person"])
    block = next((b for b in target.blocks if b["block_id"] == body["block"]), None)
    for _, element in elements(block or {}):
        if block is not None and element.get("action_id") == body["action"]:
            found, filled = (block, element), body.get("values") or {}
            return _ended(await ws.acting.act(person, target, found, body.get("value"), filled=filled))
    raise LookupError("that control is gone")


async def submit(ws: Workspace, body: Json) -> Json:
    """Send a modal."""
    try:
        return _ended(await ws.submit(body["person"], _view(ws, body), body["values"]))
    except forms.FormRefused as refused:
        return {"ok": False, "error": "form", "problems": refused.problems}


async def dismiss(ws: Workspace, body: Json) -> Json:
    """Close a modal."""
    return _ended(await ws.dismiss(body["person"], _view(ws, body)))


async def shortcut(ws: Workspace, body: Json) -> Json:
    """Use a message shortcut."""
    message = _target(ws, body)
    if not isinstance(message, Message):
        raise LookupError("shortcuts are for messages")  # noqa: TRY004 - likewise
    return _ended(await ws.shortcut(body["person"], message, body["callback_id"]))


async def home(ws: Workspace, body: Json) -> Json:
    """Look at the home tab."""
    return _ended(await ws.open_home(body["person"], body.get("tab", "home")))


async def channel(ws: Workspace, body: Json) -> Json:
    """Invite, share or archive."""
    match body["do"]:
        case "invite":
            return _ended(await ws.invite(body["person"], body["channel"]))
        case "share":
            return _ended(await ws.share(body["channel"], pending=bool(body.get("pending"))))
        case "archive":
            return _ended(await ws.archive(body["channel"]))
    raise LookupError("do is one of invite, share, archive")


async def redeliver(ws: Workspace, body: Json) -> Json:
    """Bring a delivery once more."""
    return _ended(await ws.redeliver(ws.courier.deliveries[body["delivery"]]))


async def faults(ws: Workspace, body: Json) -> Json:
    """Plant a fault; without a method, clear all. `limits` turns posting limits on or off."""
    if "limits" in body:
        ws.limits.posting = bool(body["limits"])
    if "method" in body:
        pause = timedelta(seconds=float(body.get("retry_after", 1)))
        ws.fault(body["method"], body["kind"], int(body.get("times", 1)), pause)
    elif "limits" not in body:
        ws.limits.clear()
    return {"ok": True, "planted": ws.limits.planted(), "limits": ws.limits.posting}


async def clock(ws: Workspace, body: Json) -> Json:
    """Move the clock: by `seconds`, or `to` "hour", "morning" (9:00 of their next working day) or "week"."""
    zone = ws.state.person(body.get("person", "maya")).zone
    by = jump(body["to"], ws.now(), zone) if "to" in body else timedelta(seconds=float(body["seconds"]))
    await ws.move_clock(by)
    return _time(ws)


def jump(to: str, now: datetime, zone: str) -> timedelta:
    """How far the clock moves from `now` to the moment that `to` names, for a person in `zone`."""
    if to == "morning":  # not simply tomorrow: on a Friday that shows a day on which nothing is said
        return working_morning(now, zone, 1) - now
    return {"hour": timedelta(hours=1), "week": timedelta(days=7)}[to]


def _time(ws: Workspace) -> Json:
    return {"ok": True, "now": ws.now().isoformat(), "offset": ws.state.offset.total_seconds()}


CONTROLS: dict[str, Control] = {
    "command": command,
    "say": say,
    "press": act,
    "choose": act,
    "submit": submit,
    "close": dismiss,
    "shortcut": shortcut,
    "home": home,
    "channel": channel,
    "redeliver": redeliver,
    "faults": faults,
    "clock": clock,
}


async def do(request: web.Request) -> web.Response:
    """One control. JSON only: another site's form cannot send it."""
    work = CONTROLS.get(request.match_info["name"])
    if work is None or request.content_type != "application/json":
        return web.json_response({"ok": False, "error": "no such control"}, status=404)
    try:
        return web.json_response(await work(request.app[WORKSPACE], await request.json()))
    except (LookupError, ValueError, TypeError) as mistake:
        return web.json_response({"ok": False, "error": str(mistake)}, status=400)


# -- what the page sees -----------------------------------------------------------------------------


def _person(person: Person) -> Json:
    return {"id": person.id, "handle": person.handle, "name": person.name, "title": person.title} | {
        "zone": person.zone,
        "bot": person.is_bot,
        "guest": person.is_restricted or person.is_ultra_restricted,
        "outside": person.team != "T0DYNAMIC",
    }


def _room(ws: Workspace, room: Channel, who: Person) -> Json:
    seen = ws.visible_to(who, room.id)
    shape = {"id": room.id, "name": room.name, "kind": room.kind, "archived": room.is_archived}
    shape["shared"] = bool(room.shared_with) or room.is_pending_ext_shared
    return shape | {"members": list(room.members), "messages": [asdict(message) for message in seen]}


def _shown(view: View | None) -> Json | None:
    return {**view.wire(), "errors": view.errors} if view else None


async def state(request: web.Request) -> web.Response:
    """Everything one person sees."""
    ws = request.app[WORKSPACE]
    who = ws.state.person(request.query.get("person", "maya"))
    ws.state.direct(who)
    rooms = [room for room in ws.state.channels.values() if who.id in room.members]
    return web.json_response(
        {
            "me": who.id,
            "bot": BOT,
            "people": [_person(person) for person in ws.state.people.values()],
            "rooms": [_room(ws, room, who) for room in rooms],
            "home": _shown(ws.home(who)),
            "modal": _shown(ws.view(who)),
            "commands": sorted(ws.manifest.commands),
            "shortcuts": [{"id": key, "name": name} for key, name in ws.manifest.shortcuts.items()],
            "transport": ws.line.transport,
            **_time(ws),
        }
    )


async def wire(request: web.Request) -> web.Response:
    """The latest of the wire log."""
    return web.json_response(list(request.app[WORKSPACE].log.entries)[-WIRE_SHOWN:])


async def look(request: web.Request) -> web.Response:
    """The clock, or the planted faults."""
    ws = request.app[WORKSPACE]
    if request.match_info["name"] == "faults":
        return web.json_response({"ok": True, "planted": ws.limits.planted(), "limits": ws.limits.posting})
    return web.json_response(_time(ws))


async def live(request: web.Request) -> web.StreamResponse:
    """A stream that says when there is something new to see."""
    ws = request.app[WORKSPACE]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    word = b"data: changed\n\n"
    with suppress(ConnectionError):
        while True:
            seen = ws.state.version
            await response.write(word)
            word = b"data: changed\n\n" if await ws.state.changed(QUIET, seen) else b": still here\n\n"
    return response


def routes() -> list[web.AbstractRouteDef]:
    """The page's routes."""
    return [
        web.get("/control/state", state),
        web.get("/control/wire", wire),
        web.get("/control/live", live),
        web.get("/control/{name:clock|faults}", look),
        web.post("/control/{name}", do),
    ]
