"""What happens when a person types, presses, chooses or submits.

The delivery goes out, and what the bot answers is shown. Refuses what this person cannot see or reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.local import forms, payloads
from bot.local.blockkit import CHOSEN, elements
from bot.local.modals import view_body
from bot.local.model import BOT, SLACKBOT, Channel, Delivery, Json, Message, Outcome, Person, Target, View
from bot.local.posting import Refused, content
from bot.local.state import fresh

if TYPE_CHECKING:
    from bot.local.workspace import Workspace

Found = tuple[Json, Json]


class Acting:
    """The hands of the people in one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._chosen: dict[tuple[str, str], forms.Chosen] = {}

    # -- typing -------------------------------------------------------------------------------------

    async def command(self, person: Person, channel: Channel, line: str) -> Outcome:
        """A slash command."""
        self._member(person, channel)
        word, _, text = line.strip().partition(" ")
        if word not in self._ws.manifest.commands or not self._ws.state.installed:
            self._notice(
                person, channel, f"{word} is not a valid command. In Slack, it would be refused too."
            )
            return Outcome(None, 0, error="unknown_command")
        written = (word, self._typed(text.strip()))
        body = payloads.command(person, channel, written, self._rights(person, channel.id))
        return await self.again(Delivery(fresh("I"), "command", body, person.id))

    async def say(self, person: Person, channel: Channel, text: str, thread: str | None) -> Outcome:
        """A message."""
        self._member(person, channel)
        state = self._ws.state
        message = Message(channel.id, state.stamp(), person.id, self._typed(text), thread_ts=thread)
        state.put(message)
        if channel.kind != "im":
            return Outcome(None, 0)
        event = payloads.said(message, new=lambda: fresh(""))
        return await self._ws.courier.event(event, person.id)

    def _typed(self, text: str) -> str:
        return payloads.typed(text, self._ws.state.people.values(), self._ws.state.channels.values())

    # -- pressing and choosing ----------------------------------------------------------------------

    def button(self, where: Target, name: str) -> Found:
        """The one button with this text or action_id; LookupError otherwise."""
        buttons = [(b, e) for b in where.blocks for _, e in elements(b) if e["type"] == "button"]
        by_text = [(b, e) for b, e in buttons if e["text"]["text"] == name]
        by_action = [(b, e) for b, e in buttons if e["action_id"] == name]
        for found in (by_text, by_action):
            if len(found) == 1:
                return found[0]
        there = [element["text"]["text"] for _, element in buttons]
        raise LookupError(f"no single button {name!r}; there are {there}")

    def chooser(self, where: Target, wanted: forms.Wanted, name: str | None) -> Found:
        """The one element that `wanted` can be chosen in; `name` is its action_id or block_id."""
        stateful = CHOSEN | {"overflow"}
        found = [(b, e) for b in where.blocks for _, e in elements(b) if e["type"] in stateful]
        if name is not None:
            found = [(b, e) for b, e in found if name in {e["action_id"], b["block_id"]}]
        else:
            found = [(b, e) for b, e in found if _offers(e, wanted)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} elements fit {wanted!r} ({name or 'any'})")
        return found[0]

    async def act(
        self,
        person: Person,
        where: Target,
        found: Found,
        wanted: forms.Wanted = None,
        *,
        filled: Mapping[str, forms.Wanted] | None = None,
    ) -> Outcome:
        """One `block_actions` of an element; `filled` is what stands in the inputs around it."""
        block, element = found
        place = (block["block_id"], element["action_id"])
        chosen = forms.filled(where.blocks, filled or {}, self._chosen.get((_key(where), person.id), {}))
        action: Json = {"type": element["type"], "block_id": place[0], "action_id": place[1]}
        action["action_ts"] = self._ws.state.stamp()
        if element["type"] == "button":
            action |= {name: element[name] for name in ("text", "value", "style") if name in element}
        elif element["type"] in forms.FIELDS:
            entered = forms.entered(element, wanted)
            action |= entered
            if element["type"] != "overflow":
                chosen[place] = entered
        self._chosen[_key(where), person.id] = chosen
        body = self._pressed(person, where, forms.values(where.blocks, chosen)) | {"actions": [action]}
        return await self.again(Delivery(fresh("I"), "interactive", body, person.id))

    def _pressed(self, person: Person, where: Target, values: Json) -> Json:
        if isinstance(where, View):
            return payloads.pressed_view(person, where, values, self._trigger(person))
        channel, standing = self._standing(person, where)
        rights = self._rights(person, channel.id, where.ts)
        return payloads.pressed_message(person, channel, standing, values, rights)

    def _standing(self, person: Person, message: Message) -> tuple[Channel, Message]:
        """The message as it stands now; LookupError where this person cannot see it."""
        channel = self._ws.state.channels[message.channel]
        self._member(person, channel)
        standing = self._ws.state.messages.get(channel.id, {}).get(message.ts)
        if standing is None or standing.only_for not in {None, person.id}:
            raise LookupError("this message is not there for this person")
        return channel, standing

    async def shortcut(self, person: Person, message: Message, callback: str) -> Outcome:
        """A message shortcut; Slack offers none on what only one person sees."""
        channel, standing = self._standing(person, message)
        if standing.only_for or callback not in self._ws.manifest.shortcuts or not self._ws.state.installed:
            raise LookupError(f"this message has no shortcut {callback!r}")
        rights = self._rights(person, channel.id, message.ts)
        body = payloads.shortcut(person, channel, standing, callback, rights)
        body["action_ts"] = self._ws.state.stamp()
        return await self.again(Delivery(fresh("I"), "interactive", body, person.id))

    # -- modals -------------------------------------------------------------------------------------

    async def submit(self, person: Person, view: View, answers: Mapping[str, Any]) -> Outcome:
        """One `view_submission`; raises `FormRefused`."""
        key = (view.id, person.id)
        self._chosen[key] = forms.filled(view.blocks, answers, self._chosen.get(key, {}))
        values = forms.values(view.blocks, self._chosen[key])
        problems = forms.refusals(view.blocks, values)
        if problems:
            raise forms.FormRefused(problems)
        body = payloads.submitted(person, view, values, self._trigger(person))
        return await self.again(Delivery(fresh("I"), "interactive", body, person.id))

    async def dismiss(self, person: Person, view: View) -> Outcome | None:
        """Close a modal; one `view_closed` where it was asked for."""
        whole = bool(view.body.get("clear_on_close"))
        if whole:
            self._ws.modals.clear(person.id)
        else:
            self._ws.modals.pop(view)
        self._ws.state.wake()
        if not view.body.get("notify_on_close"):
            return None
        body = payloads.closed(person, view, cleared=whole)
        return await self.again(Delivery(fresh("I"), "interactive", body, person.id))

    # -- the bot's answer ---------------------------------------------------------------------------

    async def again(self, delivery: Delivery) -> Outcome:
        """Bring a delivery, for the first time or once more, and show what the bot answers."""
        outcome = await self._ws.courier.once(delivery)
        person = self._ws.state.people.get(delivery.person or "")
        if person is None or delivery.kind == "event":
            return outcome
        try:
            if delivery.kind == "command":
                self._after_command(person, delivery, outcome)
            elif delivery.body["type"] == "view_submission":
                self._after_submit(person, delivery, outcome)
        except Refused as refused:
            self._ws.log.add(
                self._ws.now(), "bot", f"answer to {delivery.title}", 0, outcome.took, answer=refused.answer()
            )
            return Outcome(delivery, outcome.status, refused.answer(), refused.code, outcome.took)
        finally:
            self._ws.state.wake()
        return outcome

    def _after_command(self, person: Person, delivery: Delivery, outcome: Outcome) -> None:
        channel = self._ws.state.channels[delivery.body["channel_id"]]
        word = delivery.body["command"]
        if outcome.error:
            self._notice(person, channel, f"{word} failed with the error “{outcome.error}”")
            return
        answer = {"text": outcome.answer} if isinstance(outcome.answer, str) else outcome.answer
        if not answer:
            return
        shown = content(answer, strict=self._ws.strict)
        open_to_all = answer.get("response_type") == "in_channel"
        state = self._ws.state
        if open_to_all:
            line = f"{word} {delivery.body['text']}".strip()
            state.put(Message(channel.id, state.stamp(), person.id, line))
        only = None if open_to_all else person.id
        state.put(Message(channel.id, state.stamp(), BOT, shown.text, shown.blocks, only_for=only))

    def _after_submit(self, person: Person, delivery: Delivery, outcome: Outcome) -> None:
        modals = self._ws.modals
        view = modals.find(view_id=delivery.body["view"]["id"])
        if view is None:
            return
        answer = outcome.answer if isinstance(outcome.answer, dict) else {}
        if outcome.error:
            modals.complain(view, {"": "We had some trouble connecting. Try again?"})
            return
        match answer.get("response_action"):
            case "errors":
                modals.complain(view, _known(view, answer.get("errors")))
            case "update":
                modals.update(view, view_body(answer.get("view"), "modal"))
            case "push":
                modals.push(person.id, view_body(answer.get("view"), "modal"))
            case "clear":
                modals.clear(person.id)
            case None:
                modals.pop(view)
            case other:
                raise Refused("invalid_response_action", [str(other)])

    # -- small things -------------------------------------------------------------------------------

    def _trigger(self, person: Person) -> str:
        return self._ws.tickets.trigger(person.id, self._ws.now())

    def _rights(self, person: Person, channel: str, ts: str | None = None) -> payloads.Rights:
        key = self._ws.tickets.reply(channel, person.id, self._ws.now(), ts)
        return payloads.Rights(self._trigger(person), f"{self._ws.base}/reply/{key}")

    def _notice(self, person: Person, channel: Channel, text: str) -> None:
        state = self._ws.state
        state.put(Message(channel.id, state.stamp(), SLACKBOT, payloads.escaped(text), only_for=person.id))

    def _member(self, person: Person, channel: Channel) -> None:
        if person.id not in channel.members:
            raise LookupError(f"{person.name} is not in {channel.name or 'this chat'}")


def _key(where: Target) -> str:
    return where.id if isinstance(where, View) else f"{where.channel}:{where.ts}"


def _offers(element: Json, wanted: forms.Wanted) -> bool:
    return any(wanted in {one["text"]["text"], one["value"]} for one in forms.options(element))


def _known(view: View, errors: object) -> dict[str, str]:
    """The bot's errors; each must name an input block that is there."""
    names = {block["block_id"] for block in forms.inputs(view.blocks)}
    if not isinstance(errors, dict) or not errors or not set(errors) <= names:
        raise Refused("invalid_arguments", [f"errors must name input blocks of the view: {sorted(names)}"])
    return {name: str(text) for name, text in errors.items()}
