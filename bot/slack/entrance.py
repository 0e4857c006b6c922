"""In from Slack: commands, messages, clicks and forms, each acknowledged only after it is stored.

What failed to be stored is not acknowledged, so that Slack shows an error or delivers again; the id of each
delivery makes the second one harmless.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.acquainted import Refused
from bot.desk import Desk, Who
from bot.intents import Button
from bot.mistakes import where
from bot.opening import adding, form_facts, set_up_facts
from bot.outcome import Said
from bot.platforms import Place, Throttled, Undeliverable, Unsure
from bot.redis import Contended, StoreUnavailable
from bot.render import FormFacts, Renderer
from bot.settings import Slack
from bot.slack import delivery, rooms
from bot.slack.asking import asked, failure
from bot.slack.forms import person_in, read_body, room_in, typed
from bot.slack.installing import Installing
from bot.slack.people import People
from bot.slack.text import MENTION, as_typed, decoded
from bot.slack.workspaces import Workspaces, entered
from dialogs.effects import Tell
from dialogs.forms import FORMS
from dialogs.rooms import Room

log = logging.getLogger(__name__)
ADD = "add_to_deal"  # the message shortcut, by its name in the manifest
LATE_TRIGGER = frozenset({"expired_trigger_id", "trigger_expired"})
USED_TRIGGER = frozenset({"exchanged_trigger_id", "trigger_exchanged"})  # delivered again: the window is open
BROKEN = 500
RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")

_failed: ContextVar[list[BaseException]] = ContextVar("failed")


class Entrance:
    """Slack's entrance, over HTTP or Socket Mode."""

    def __init__(
        self,
        settings: Slack,
        desk: Desk,
        people: People,
        client: AsyncWebClient,
        renderer: Renderer,
        *,
        workspaces: Workspaces | None = None,
    ) -> None:
        """`workspaces` where many installed it; None: there is one, with a token of the settings."""
        self._workspaces = workspaces
        self.installing: Installing | None = None
        self._settings = settings
        self._desk = desk
        self._people = people
        self._client = client
        self._renderer = renderer
        self._verifier = SignatureVerifier(settings.signing_secret)
        self.app = self._bolt()
        self._socket: _Socket | None = None

    # ---------------------------------------------------------------- transports

    async def http(self, request: web.Request) -> web.StreamResponse:  # noqa: PLR0911 - one a problem
        """`POST /slack/events`: everything Slack sends over HTTP."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (stamp.isascii() and stamp.isdigit()):  # the SDK's verifier answers 500 to these
            return web.Response(status=401, text="expected a timestamp in X-Slack-Request-Timestamp")
        try:
            raw = (await request.read()).decode()
        except UnicodeDecodeError:
            return web.Response(status=400, text="expected a body in UTF-8")
        if not self._verifier.is_valid_request(raw, dict(request.headers)):
            return web.Response(status=401, text="expected a valid X-Slack-Signature")
        try:
            body = read_body(raw, request.content_type)
        except ValueError:
            return web.Response(status=400, text="expected a body as Slack sends it")
        # Verified and read already, as in Socket Mode: Bolt would take a sixth of a tap's time to read it.
        headers: dict[str, str | Sequence[str]] = {n: request.headers.getall(n, []) for n in RETRY_HEADERS}
        try:
            if self._workspaces is not None:
                refused = await self._workspaces.refuses(body, self._people.tenant)
                if refused is not None:
                    return web.Response(status=refused)
            told = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
        except (TypeError, AttributeError, KeyError, ValueError):  # it does not say where it is from
            return web.Response(status=400, text="expected a body as Slack sends it")
        answer = await self.dispatch(told)
        return await to_aiohttp_response(answer) if answer.body else web.Response(status=answer.status)

    async def dispatch(self, request: AsyncBoltRequest) -> Any:  # noqa: ANN401  - Bolt's own response
        """Bolt's answer, or 503 where a listener failed: Bolt would answer 200 to a failed event."""
        failed: list[BaseException] = []
        _failed.set(failed)
        try:
            response = await self.app.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - Bolt's own: what our listeners raise is told in `failed`
            log.warning("nothing could be made of a delivery: %s", where(error))
            return BoltResponse(status=400)
        if failed:
            response.status, response.body = 503, ""
        elif response.status == BROKEN:  # as above
            response.status, response.body = 400, ""
        return response

    async def connect(self) -> None:
        """Open the Socket Mode connection."""
        self._socket = _Socket(self, self._settings.app_token)
        self._socket.client.proxy = self._socket.client.web_client.proxy = None  # both read HTTPS_PROXY
        await self._socket.connect_async()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Close the connection, if one was opened."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]

    async def connected(self) -> bool:
        """Whether Slack can reach us: always over HTTP, else if the socket stands."""
        return self._settings.transport == "http" or (
            self._socket is not None and await self._socket.client.is_connected()
        )

    def _bolt(self) -> AsyncApp:
        app = AsyncApp(
            signing_secret=self._settings.signing_secret or "-",
            client=AsyncWebClient(base_url=self._settings.api),
            authorize=self._authorizer(),
            process_before_response=True,  # store first, then acknowledge
            request_verification_enabled=False,  # done in `http`; a socket is Slack's own
            # What we do not use costs a tenth of a millisecond a tap.
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,  # `_message` passes our own over
            ignoring_self_assistant_message_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.action(re.compile(".*"))(self._told(self._action))
        app.command(re.compile(f"^{re.escape(self._settings.command)}$"))(self._told(self._command))
        app.view(re.compile("^form:"))(self._told(self._view))
        app.shortcut({"callback_id": ADD, "type": "message_action"})(self._told(self._add))
        app.event("app_home_opened")(self._told(self._home_opened))
        app.event("message")(self._told(self._message))
        app.event("user_change")(self._told(self._user_changed))
        for kind in (*rooms.TURNS, "member_left_channel"):
            app.event(kind)(self._told(self._room_turned))
        app.event(re.compile(".*"))(self._told(_nothing))  # an unhandled event counts as a failure
        return app

    def _authorizer(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        """Who we are, asked of Slack once. A function, for Bolt takes a method's `self` for an argument."""
        known: list[AuthorizeResult] = []

        async def authorize() -> AuthorizeResult:
            if (now := entered()) is not None:
                return AuthorizeResult(
                    enterprise_id=now.enterprise or None, team_id=now.team, bot_id=now.bot,
                    bot_user_id=now.bot_user, bot_token=now.token,
                )  # fmt: skip
            if not known:
                try:
                    answer = await asked(self._client.auth_test())
                except (Throttled, Unsure):  # nothing of a turn rests on it: asked again with the next
                    return AuthorizeResult(
                        enterprise_id=None, team_id=None, bot_token=self._settings.bot_token
                    )
                known[:] = [
                    AuthorizeResult(
                        enterprise_id=answer.get("enterprise_id"),
                        team_id=answer.get("team_id"),
                        bot_id=answer.get("bot_id"),
                        bot_user_id=answer.get("user_id"),
                        bot_token=self._settings.bot_token,
                    )
                ]
            return known[0]

        return authorize

    def _told(self, listener: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The listener, its failures told to `dispatch`; content stays out of the log."""

        async def listening(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
            try:
                await listener(ack, body)
            except Refused:
                await self._refuse(ack, body)
            except (StoreUnavailable, Contended, Throttled, Unsure) as error:  # it is brought again
                log.warning("not taken: %s", type(error).__name__)
                _failed.get().append(error)
            except Exception as error:  # noqa: BLE001 - of any kind: it must not be acknowledged
                log.error("a listener failed: %s", where(error))  # noqa: TRY400
                _failed.get().append(error)

        return listening

    # ---------------------------------------------------------------- listeners

    async def _command(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        text = as_typed(body.get("text") or "")
        facts = set_up_facts(text)
        if facts is not None and await self._opened(body["trigger_id"], "set_up", facts):
            await ack()
            return
        who = await self._who(body)
        text = await self._mentions(body["team_id"], text)
        said = Said(f"slack:{body['team_id']}:c:{body['trigger_id']}")
        await self._desk.text(who, text, said, outright=True)
        here = str(body.get("channel_id", "")).startswith("D")
        await (ack() if here else ack(self._words("only_here")))

    async def _message(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        event = body["event"]
        if event.get("channel_type") == "im" and not event.get("subtype") and not event.get("bot_id"):
            who = await self._who(body)
            text = await self._mentions(body["team_id"], as_typed(event.get("text") or ""))
            place = (
                Place(channel=event["user"], thread=event["thread_ts"]) if event.get("thread_ts") else None
            )
            await self._desk.text(who, text, Said(delivery.event_id(body), place))
        await ack()

    async def _home_opened(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        who = await self._who(body)
        said = Said(delivery.event_id(body))
        await self._desk.greet(who, said)
        await ack()

    async def _user_changed(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        await self._people.changed(body["team_id"], body["event"]["user"]["id"])
        await ack()

    async def _room_turned(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        """Something became of a channel: others read along, or nobody may post there."""
        event = body["event"]
        us = str((await asked(self._client.auth_test()))["user_id"])
        how, channel = await rooms.turned(self._client, event, us), rooms.channel_of(event)
        if how is not None and channel:
            tenant = await self._people.tenant(body["team_id"])
            await self._desk.rooms.turned(tenant, Room("slack", channel), how, delivery.event_id(body))
        await ack()

    async def _action(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        action = body["actions"][0]
        button = delivery.button(action, body)
        if button is None:
            await ack()
            return
        if button.verb == "form" and await self._form(body, button):
            await ack()
            return
        who = await self._who(body)
        name = (
            f"slack:{delivery.team(body)}:a:{body['user']['id']}:{action['action_ts']}:{action['action_id']}"
        )
        await self._desk.press(who, button, Said(name, delivery.place(body)))
        await ack()

    async def _add(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        """The message shortcut: a window with the message's words; where it stands, nothing shows."""
        who = await self._who(body)
        said = Said(f"slack:{delivery.team(body)}:s:{body['trigger_id']}")
        deals = await self._desk.own_deals(who)
        if not deals:
            await self._desk.regret(who, "no_deals", said)
        elif not await self._opened(body["trigger_id"], "add", adding(delivery.shown(body), deals)):
            await self._desk.regret(who, "form_expired", said)
        await ack()

    async def _view(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        view = body["view"]
        button = Button.read(view.get("private_metadata") or "")
        if button is None or button.extra not in FORMS:
            await ack()
            return
        who = await self._who(body)
        form, state = FORMS[button.extra], view["state"]["values"]
        chosen = person_in(form, state)
        colleague = (await self._people.who(delivery.team(body), chosen)).person if chosen else ""
        said = Said(f"slack:{delivery.team(body)}:v:{view['id']}:{view.get('hash') or ''}")
        filled = typed(form, state)
        if picked := room_in(form, state):
            filled["room"] = await rooms.named(self._client, picked)
        problems = await self._desk.submit(who, button, filled, said, colleague)
        if problems:
            shown = {
                delivery.block(key): self._renderer.problem(problem) for key, problem in problems.items()
            }
            await ack(response_action="errors", errors=shown)
        else:
            await ack()

    # ---------------------------------------------------------------- pieces

    async def _who(self, body: dict[str, Any]) -> Who:
        return await self._people.who(delivery.team(body), delivery.user(body), delivery.own_chat(body))

    async def _form(self, body: dict[str, Any], button: Button) -> bool:
        """Whether the form was opened; not if its trigger is too old."""
        who = await self._who(body) if button.deal else Who("", "", "")  # a window must open in three seconds
        facts = await form_facts(self._desk, who, button)
        if facts is None:
            return False
        return await self._opened(body["trigger_id"], button.extra, facts)

    async def _opened(self, trigger: str, key: str, facts: FormFacts) -> bool:
        try:
            await self._client.views_open(trigger_id=trigger, view=self._renderer.form(key, facts))
        except SlackApiError as error:
            code = error.response.get("error")
            if code not in LATE_TRIGGER | USED_TRIGGER:
                raise failure(error) from None
            return code in USED_TRIGGER
        return True

    async def _mentions(self, team: str, text: str) -> str:
        """Mentions of people, as `@p:` and our own id; channels as rooms."""
        text = rooms.with_rooms(text.replace("@p:", "@"))  # only a real mention becomes an id
        for user in dict.fromkeys(MENTION.findall(text)):
            text = re.sub(rf"<@{user}(?:\|[^>]*)?>", await self._named(team, user), text)
        return decoded(text)

    async def _named(self, team: str, user: str) -> str:
        try:
            return f"@p:{(await self._people.who(team, user)).person}"
        except Refused:  # the one mentioned, not the one who speaks
            return "@somebody"

    async def _refuse(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401
        """Guests and strangers hear it once, themselves alone."""
        words = self._words("guest_refused")
        if "command" in body:
            await ack(words)
            return
        if body.get("type") == "view_submission":
            inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
            await ack(response_action="errors", errors={inputs[0]: words})
            return
        await ack()
        event = body.get("event") or {}
        if event.get("type") == "message":
            with suppress(Throttled, Unsure, Undeliverable):  # told once, if at all
                await asked(self._client.chat_postMessage(channel=event["channel"], text=words))
        elif body.get("type") == "message_action":  # in their own chat, for others read along where it stands
            with suppress(Throttled, Unsure, Undeliverable):  # a stranger has none with us, and hears nothing
                await asked(self._client.chat_postMessage(channel=delivery.user(body), text=words))
        elif body.get("channel"):
            told = self._client.chat_postEphemeral(
                channel=body["channel"]["id"], user=delivery.user(body), text=words
            )
            with suppress(Throttled, Unsure, Undeliverable):  # whoever is not there cannot be told there
                await asked(told)

    def _words(self, key: str) -> str:
        return str(self._renderer.message(Tell(key=key))["text"])


class _Socket(AsyncSocketModeHandler):
    """Socket Mode through the same dispatch, so that what failed is not acknowledged."""

    def __init__(self, entrance: Entrance, app_token: str) -> None:
        super().__init__(entrance.app, app_token)
        self._entrance = entrance

    async def handle(self, client: Any, req: Any) -> None:  # noqa: ANN401  - the SDK's own types
        from slack_bolt.adapter.socket_mode.async_internals import send_async_response  # noqa: PLC0415
        from slack_bolt.adapter.socket_mode.internals import build_headers  # noqa: PLC0415

        request = AsyncBoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))
        await send_async_response(client, req, await self._entrance.dispatch(request), 0.0)


async def _nothing(ack: Any, _: dict[str, Any]) -> None:  # noqa: ANN401
    await ack()
