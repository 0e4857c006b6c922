"""In from Teams: words, cards and what happens to the coach's chats, each answered only after it is stored.

Our own `process`, for the SDK's answers 500 to whatever is amiss. Who may is asked here, whatever a card
says; where others read along nothing is taken but a call for help.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.acquainted import Refused
from bot.desk import Desk, Who
from bot.intents import Button
from bot.mistakes import where
from bot.opening import adding, form_facts, set_up_facts
from bot.outcome import Said
from bot.platforms import Payload, Place, Throttled, Undeliverable, Unsure
from bot.redis import Contended, Store, StoreUnavailable
from bot.render import FormFacts, Renderer
from bot.settings import Teams
from bot.teams import delivery, rooms
from bot.teams.colleagues import Colleagues
from bot.teams.exit import TeamsPlatform
from bot.teams.failures import Malformed
from bot.teams.framework import CARD, Answer, Framework
from bot.teams.keys import KeysAway, Unauthorised
from bot.teams.people import People
from bot.teams.references import References
from dialogs.commands import Intention, read_command
from dialogs.effects import Tell
from dialogs.forms import FORMS, Field
from dialogs.rooms import Room, room_word

log = logging.getLogger(__name__)
FETCH = "composeExtension/fetchTask"
MESSAGE = "application/vnd.microsoft.activity.message"
NOT_SERVED = 501
FORM, DELIVERED_AGAIN = "teams-form", timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """All that reaches Teams, and what is remembered of it."""

    framework: Framework
    platform: TeamsPlatform
    references: References
    store: Store
    renderer: Renderer
    colleagues: Colleagues


class _Unread(Exception):
    """No activity: what was expected, and the status that says so."""

    def __init__(self, status: int, expected: str) -> None:
        super().__init__(expected)
        self.status = status


class Entrance:
    """Teams' entrance, over HTTP."""

    def __init__(self, settings: Teams, desk: Desk, people: People, line: Line) -> None:
        self._settings = settings
        self._desk = desk
        self._people = people
        self._framework = line.framework
        self._platform = line.platform
        self._references = line.references
        self._store = line.store
        self._renderer = line.renderer
        self._colleagues = line.colleagues

    async def close(self) -> None:
        """Let go of all connections."""
        await self._framework.close()

    async def problem(self) -> str:
        """What keeps it from speaking to Teams, "" if nothing."""
        try:
            await self._framework.has_token()
        except (Throttled, Undeliverable) as error:
            return f"teams: no token from the login authority: {error}"
        return ""

    async def http(self, request: web.Request) -> web.Response:
        """`POST /api/messages`: everything Teams sends."""
        try:
            body = await _read(request)
            known = await self._framework.authenticate(body, request.headers.get("Authorization", ""))
        except _Unread as problem:
            return web.Response(status=problem.status, text=f"expected {problem}")
        except Unauthorised:
            return web.Response(status=401)
        except KeysAway:
            return web.Response(status=503, text="the keys of the Bot Framework cannot be fetched")
        if delivery.tenant(body) not in self._settings.tenants:
            return web.Response(status=403, text="this tenant is not served")
        return await self._answered(known, body)

    async def _answered(self, known: object, body: dict[str, Any]) -> web.Response:
        """What failed to be stored is not acknowledged, so that Teams shows an error or delivers again."""
        try:
            answer = await self._framework.take(known, body, lambda: self._took(body))
        except Malformed:
            return web.Response(status=400, text="expected an activity")
        except (StoreUnavailable, Contended, Throttled, Unsure) as error:
            log.warning("not taken: %s", type(error).__name__)
            return web.Response(status=503)
        except Exception as error:  # noqa: BLE001 - of any kind: it must not be acknowledged
            log.error("an activity failed: %s", where(error))  # noqa: TRY400
            return web.Response(status=500)
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.json_response(dict(answer.body), status=answer.status)

    async def _took(self, body: dict[str, Any]) -> Answer:
        await self._references.learn(delivery.reference(body))
        match body["type"], body.get("name"):
            case "conversationUpdate" | "installationUpdate", _:
                await self._happened(body)
                return Answer()
            case "invoke", "composeExtension/fetchTask" | "composeExtension/submitAction":
                return await self._adding(body)
            case ("message", _) | ("invoke", "adaptiveCard/action"):
                return await (self._own(body) if delivery.is_personal(body) else self._aloud(body))
            case "invoke", _:
                return Answer(NOT_SERVED)
            case _:
                return Answer()

    async def _own(self, body: dict[str, Any]) -> Answer:
        try:
            who = await self._people.who(body)
        except Refused:
            return await self._said(body, "guest_refused")
        data = delivery.acted(body)
        if data is not None:
            return await self._acted(body, data, who)
        await self._typed(body, who)
        return Answer()

    # ---------------------------------------------------------------- their own chat

    async def _typed(self, body: dict[str, Any], who: Who) -> None:
        text, outright = delivery.command(delivery.text(body))
        if (facts := set_up_facts(text)) is not None:
            await self._opened(body, "set_up", facts)
            return
        text = await rooms.with_rooms(self._store, who.tenant, text)
        text = await self._colleagues.named(delivery.tenant(body), who, text)
        await self._desk.text(who, text, Said(delivery.event_id(body)), outright=outright)

    async def _acted(self, body: dict[str, Any], data: dict[str, Any], who: Who) -> Answer:
        button = delivery.button(data)
        if button is None:
            return _message(self._words("old_button"))
        if "form" in data:
            return await self._filled(body, data, button, who)
        if button.verb == "form" and await self._form(body, button, who):
            return _message(self._words("taken"))
        await self._desk.press(who, button, Said(delivery.event_id(body), delivery.place(body)))
        return _message(self._words("taken"))

    async def _form(self, body: dict[str, Any], button: Button, who: Who) -> bool:
        """Whether the form is there; not if there is none, or the deal is not theirs."""
        facts = await form_facts(self._desk, who, button)
        if facts is None:
            return False
        await self._opened(body, button.extra, await self._with_rooms(facts, who))
        return True

    async def _opened(self, body: dict[str, Any], key: str, facts: FormFacts) -> None:
        """A form is a card of its own, once, however often it was asked for by the same delivery."""
        mark = (FORM, delivery.event_id(body))
        if not await self._store.first(*mark, within=DELIVERED_AGAIN):
            return
        try:
            await self._platform.post(Place(delivery.conversation(body)), self._card_of(key, facts))
        except (Throttled, Undeliverable):  # nothing stands there
            await self._store.forget_ident(*mark)
            raise

    async def _with_rooms(self, facts: FormFacts, who: Who) -> FormFacts:
        return replace(facts, options={**facts.options, "room": await rooms.options(self._store, who.tenant)})

    async def _filled(self, body: dict[str, Any], data: dict[str, Any], button: Button, who: Who) -> Answer:
        """A form was sent: what is wrong stands in it, else it gives way to a word."""
        if button.extra not in FORMS or data.get("form") != button.extra:
            return _message(self._words("old_button"))
        typed = {field.key: _typed(field, data) for field in FORMS[button.extra].fields}
        chosen = str(typed.get("room") or "")
        if chosen:
            known = (await rooms.known(self._store, who.tenant)).rooms.get(chosen)
            typed["room"] = room_word(Room("teams", chosen, known.name)) if known else ""
        problems, colleague = dict[str, str](), str(typed.get("colleague") or "")
        if colleague:
            found = await self._colleagues.find(delivery.tenant(body), who, colleague)
            problems |= {} if found else {"colleague": "expected_person"}
            typed["colleague"] = found
        if not problems:
            said = Said(delivery.event_id(body))
            problems |= await self._desk.submit(who, button, typed, said, str(typed.get("colleague") or ""))
        if problems:
            facts = await form_facts(self._desk, who, button) or FormFacts(button.value)
            facts = replace(await self._with_rooms(facts, who), values=_again(data), problems=problems)
            if button.extra == "add":
                facts = replace(facts, options=adding("", await self._desk.own_deals(who)).options)
            return await self._instead(body, self._card_of(button.extra, facts))
        return await self._instead(body, self._renderer.message(Tell(key="form_sent")))

    async def _instead(self, body: dict[str, Any], payload: Payload) -> Answer:
        """In the place of the card that was sent; whoever executed it gets it as the answer too."""
        place = delivery.place(body)
        if place is not None:
            try:
                await self._platform.update(place, payload)
            except (Throttled, Undeliverable, Unsure) as error:  # what was sent is stored
                log.warning("a form stays as it was: %s", type(error).__name__)
        return Answer(body={"statusCode": 200, "type": CARD, "value": payload["card"]})

    # ---------------------------------------------------------------- a message, to a deal

    async def _adding(self, body: dict[str, Any]) -> Answer:
        """The message action: a dialog with the message's words, for whoever chose it alone."""
        try:
            who = await self._people.who(body)
        except Refused:
            return _dialog_message(self._words("guest_refused"))
        value = body.get("value")
        value = value if isinstance(value, Mapping) else {}
        if body["name"] == FETCH:
            deals = await self._desk.own_deals(who)
            if not deals:
                return _dialog_message(self._words("no_deals"))
            return _dialog(self._card_of("add", adding(delivery.message(value), deals)))
        data = value.get("data")
        data = dict(data) if isinstance(data, Mapping) else {}
        typed = {field.key: _typed(field, data) for field in FORMS["add"].fields}
        said = Said(delivery.event_id(body))
        problems = await self._desk.submit(who, Button("form", extra="add"), typed, said)
        if not problems:
            return Answer(body={})
        facts = adding(str(typed["text"]), await self._desk.own_deals(who))
        return _dialog(self._card_of("add", replace(facts, values=_again(data), problems=problems)))

    # ---------------------------------------------------------------- where others read along

    async def _aloud(self, body: dict[str, Any]) -> Answer:
        """In a channel or group chat: help, else the word where to go on; what was typed is not read back."""
        command = read_command(delivery.command(delivery.text(body))[0])
        asked = isinstance(command, Intention) and command.verb == "help"
        try:
            answer = await self._said(body, "help_aloud" if asked else "go_on_in_our_chat")
        except Undeliverable:  # a private channel: whoever spoke hears it in their own chat, if there is one
            if (who := await self._people.met(body)) is not None:
                await self._desk.regret(who, "not_there", Said(delivery.event_id(body)))
            return Answer()
        await rooms.learn(self._store, await self._people.tenant(delivery.tenant(body)), body)
        return answer

    async def _happened(self, body: dict[str, Any]) -> None:
        """The coach was installed or taken away, or somebody came to a room it is in."""
        if delivery.is_personal(body):
            if body.get("action", "add") == "add" and _came(body):
                try:
                    who = await self._people.who(body)
                except Refused:
                    return
                await self._desk.greet(who, Said(delivery.event_id(body)))
            return
        tenant = await self._people.tenant(delivery.tenant(body))
        for member in delivery.left(body):
            await self._people.gone(delivery.tenant(body), member)
        how = await rooms.turned(self._framework, body)
        if body.get("action") == "remove":
            how = "closed"
        if how is None:
            await rooms.learn(self._store, tenant, body)
            return
        told = rooms.touched(await rooms.known(self._store, tenant), body)
        for room in told:
            name = f"{delivery.event_id(body)}:{room}"
            await self._desk.rooms.turned(tenant, Room("teams", room), how, name)
        if how == "closed":
            await rooms.forgotten(self._store, tenant, body, *told)

    # ---------------------------------------------------------------- pieces

    async def _said(self, body: dict[str, Any], key: str) -> Answer:
        """A few words in the chat it came from; an invoke is answered by them."""
        words = self._words(key)
        if body["type"] == "invoke":
            return _message(words)
        await self._platform.post(Place(delivery.reference(body).conversation), {"text": words})
        return Answer()

    def _card_of(self, key: str, facts: FormFacts) -> Payload:
        form = self._renderer.form(key, facts)
        return {"text": form["title"], "card": form["card"]}

    def _words(self, key: str) -> str:
        return str(self._renderer.message(Tell(key=key))["text"])


async def _read(request: web.Request) -> dict[str, Any]:
    """The activity in a request. Raises _Unread."""
    if request.content_type != "application/json":
        raise _Unread(415, "application/json")
    try:
        body: dict[str, Any] = json.loads(await request.read())
    except ValueError:
        raise _Unread(400, "JSON") from None
    if lacking := delivery.lacking(body):
        raise _Unread(400, f"an activity with {lacking}")
    return body


def _message(words: str) -> Answer:
    """What an Execute is answered."""
    return Answer(body={"statusCode": 200, "type": MESSAGE, "value": words})


def _dialog(payload: Payload) -> Answer:
    card = {"contentType": CARD, "content": payload["card"]}
    return Answer(body={"task": {"type": "continue", "value": {"title": payload["text"], "card": card}}})


def _dialog_message(words: str) -> Answer:
    return Answer(body={"task": {"type": "message", "value": words}})


def _typed(field: Field, data: Mapping[str, Any]) -> str | tuple[str, ...]:
    """What was typed into one field; a card's inputs are strings, and come from the client."""
    if field.kind == "terms":
        names = sorted(
            (name for name in data if name.startswith("terms:") and name[6:].isdecimal()), key=_index
        )
        given = tuple(str(data[name] or "") for name in names)
        return given if all(given) else ()
    value = delivery.clean(str(data.get(field.key) or ""))
    return tuple(value.split(",")) if field.kind == "checks" and value else value


def _index(name: str) -> int:
    return int(name.partition(":")[2])


def _again(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, for the form that comes back."""
    typed = {key: value for key, value in data.items() if key not in ("button", "form")}
    return {key: delivery.clean(str(value or "")) for key, value in typed.items()}


def _came(body: Mapping[str, Any]) -> bool:
    """Whether it is the coach that came; an installation says so by itself."""
    if body["type"] == "installationUpdate":
        return True
    added = body.get("membersAdded")
    us = body["recipient"].get("id")
    return isinstance(added, list) and any(isinstance(m, Mapping) and m.get("id") == us for m in added)
