"""The one module that knows the Bot Framework SDK: who may speak to us, and how we speak to the connector.

The SDK's support has ended; whoever replaces it replaces this. Its traps are cured here: keys are fetched off
the loop and once more for an unknown one, a token is got before it is needed, a failure keeps its status.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn

import aiohttp
import msal
from azure.core.exceptions import DeserializationError
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ConversationReference,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AppCredentials,
    AuthenticateRequestResult,
    AuthenticationConfiguration,
    AuthenticationConstants,
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    ConnectorFactory,
    JwtTokenExtractor,
    ServiceClientCredentialsFactory,
)
from cachetools import TLRUCache
from msrest.exceptions import ClientException, ClientRequestError, HttpOperationError

from bot.platforms import Throttled, Undeliverable, Unsure
from bot.settings import Teams
from bot.teams.failures import PASSING, Malformed, failure
from bot.teams.keys import ISSUER, Keys, KeysAway, Unauthorised, speaks_for_the_framework

SCOPE = f"{AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE}/.default"
EARLY = timedelta(minutes=5)  # before a token ends another is got
ANSWERS_WITHIN = timedelta(seconds=10)
BELIEVED, MOST_BELIEVED = timedelta(minutes=5), 10_000  # one token comes with many activities
CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a conversation is reached: the connector's latest address, and who is who there."""

    service: str
    conversation: str
    tenant: str
    bot: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invoke is answered; for all other activities the status alone."""

    status: int = 200
    body: Mapping[str, Any] | None = None


class Framework:
    """Authentication and the connector, for one app."""

    def __init__(
        self, settings: Teams, session: aiohttp.ClientSession, now: Callable[[], float] = time.time
    ) -> None:
        self._settings, self._now = settings, now
        self._tokens = _Tokens(settings)
        JwtTokenExtractor.metadataCache[settings.keys_url] = Keys(settings.keys_url, session)
        self._connectors = _Connectors(self._tokens)
        self._believed: TLRUCache[bytes, tuple[float, object]] = TLRUCache(  # until when, and who
            MOST_BELIEVED, lambda _checked, known, _now: known[0], now
        )
        self._adapter = _Adapter(_Authentication(settings, self._tokens, self._connectors))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._connectors.close()
        self._tokens.close()

    async def has_token(self) -> None:
        """Have a token for the connector. Raises Throttled or Undeliverable."""
        await self._tokens.fresh()

    async def authenticate(self, body: Mapping[str, Any], header: str) -> object:
        """What `take` needs of whoever sent an activity. Raises Unauthorised or KeysAway."""
        channel, service = str(body["channelId"]), str(body["serviceUrl"])
        name = hashlib.blake2b(f"{header}\n{channel}\n{service}".encode()).digest()
        if (believed := self._believed.get(name)) is not None:
            return believed[1]
        ends = speaks_for_the_framework(header)
        known = await self._checked(Activity(channel_id=channel, service_url=service), header)
        self._believed[name] = min(ends, self._now() + BELIEVED.total_seconds()), known
        return known

    async def _checked(self, activity: Activity, header: str) -> object:
        try:
            return await self._adapter.bot_framework_authentication.authenticate_request(activity, header)
        except KeysAway:
            raise
        except Exception as refusal:  # noqa: BLE001 - the SDK raises bare ones; whatever it is, nobody is let in
            raise Unauthorised(type(refusal).__name__) from None

    async def take(
        self, known: object, body: Mapping[str, Any], work: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Run `work` as the turn of an activity; what it raises comes out as it is."""
        try:
            activity = Activity().deserialize(dict(body))
        except (DeserializationError, TypeError, AttributeError, ValueError) as problem:
            raise Malformed(type(problem).__name__) from None

        async def logic(context: TurnContext) -> None:
            answer = await work()
            if activity.type == ActivityTypes.invoke:
                value = InvokeResponse(status=answer.status, body=answer.body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=value))

        done = await self._adapter.process_activity(known, activity, logic)
        return Answer(int(done.status), done.body) if done else Answer()

    async def post(self, place: Reference, message: Message) -> tuple[str, str]:
        """Post a message; answers the conversation and its id there. A channel gets a new thread."""
        if is_channel(place.conversation):
            return await self._thread(place, message)
        return place.conversation, await self._turned(place, lambda c: c.send_activity(_activity(message)))

    async def update(self, place: Reference, stands: str, message: Message) -> None:
        """Put a message in the place of another."""
        activity = _activity(message)
        activity.id = stands
        await self._turned(place, lambda context: context.update_activity(activity))

    async def delete(self, place: Reference, stands: str) -> None:
        """Take a message away."""
        await self._turned(place, lambda context: context.delete_activity(stands))

    async def members(self, place: Reference) -> list[dict[str, Any]]:
        """Everybody in a conversation, as Teams describes them."""
        found, more = list[dict[str, Any]](), None
        while True:
            page = await self._connected(
                place, "get_conversation_paged_members", place.conversation, continuation_token=more
            )
            found += [_told(member) for member in page.members]
            more = page.continuation_token
            if not more:
                return found

    async def member(self, place: Reference, user: str) -> dict[str, Any]:
        """One of them."""
        return _told(await self._connected(place, "get_conversation_member", place.conversation, user))

    async def chat(self, place: Reference, member: str) -> str:
        """The id of the coach's own chat with a member of a room, made if there is none."""
        wanted = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=place.bot),
            members=[ChannelAccount(id=member)],
            tenant_id=place.tenant,
            channel_data={"tenant": {"id": place.tenant}},
        )
        return str((await self._connected(place, "create_conversation", wanted)).id)

    async def _thread(self, place: Reference, message: Message) -> tuple[str, str]:
        there = {"channel": {"id": place.conversation}, "tenant": {"id": place.tenant}}
        wanted = ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=place.bot),
            activity=_activity(message),
            tenant_id=place.tenant,
            channel_data=there,
        )
        made = await self._connected(place, "create_conversation", wanted)
        return str(made.id), str(made.activity_id or "")

    async def _connected(self, place: Reference, method: str, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401
        await self._tokens.fresh()
        client = self._connectors.of(place.service)
        with _failures():
            return await getattr(client.conversations, method)(*arguments, **more)

    async def _turned(self, place: Reference, work: Callable[[TurnContext], Awaitable[Any]]) -> str:
        """Do it in a turn of the SDK's, towards whom nobody spoke just now."""
        await self._tokens.fresh()
        found = ""

        async def logic(context: TurnContext) -> None:
            nonlocal found
            context.activity.id = None  # else the SDK answers a message that it made up
            found = str(getattr(await work(context), "id", None) or "")

        with _failures():
            await self._adapter.continue_conversation(_reference(place), logic, self._settings.app_id)
        return found


def is_channel(conversation: str) -> bool:
    """Whether a conversation is a team's channel, rather than a chat or one thread of a channel."""
    return conversation.startswith("19:") and conversation.endswith(("@thread.tacv2", "@thread.skype"))


def is_room(conversation: str) -> bool:
    """Whether others read along: in channels and their threads, and in group chats."""
    return conversation.startswith("19:")


class _Tokens(AppCredentials):  # type: ignore[misc] # the SDK has no types
    """The app's own token for the connector: got in a thread before it is needed, and kept."""

    def __init__(self, settings: Teams) -> None:
        super().__init__(app_id=settings.app_id, channel_auth_tenant=settings.tenant)
        self._settings = settings
        self._app: msal.ConfidentialClientApplication | None = None
        self._token, self._until = "", 0.0
        self._getting = asyncio.Lock()

    async def fresh(self) -> None:
        """Have a token. Raises Throttled while nobody gives one, Undeliverable where it is refused."""
        async with self._getting:
            if time.monotonic() < self._until:
                return
            try:
                told = await asyncio.to_thread(self._asked)
            except (OSError, ValueError) as problem:  # requests' and msal's own
                raise Throttled(PASSING) from problem
            if "access_token" not in told:
                raise Undeliverable(str(told.get("error") or "no_token"))
            self._token = str(told["access_token"])
            self._until = time.monotonic() + max(0.0, float(told["expires_in"]) - EARLY.total_seconds())

    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 - the SDK's own
        """The token at hand; the SDK asks from the loop."""
        return self._token

    def close(self) -> None:
        if self._app is not None:
            self._app.http_client.close()

    def _asked(self) -> dict[str, Any]:
        if self._app is None:
            given = self._settings
            self._app = msal.ConfidentialClientApplication(
                given.app_id,
                client_credential=given.password,
                authority=f"{given.login.rstrip('/')}/{given.tenant}",
                instance_discovery=False,
            )
        return dict(self._app.acquire_token_for_client(scopes=[SCOPE]) or {})


class _Credentials(ServiceClientCredentialsFactory):  # type: ignore[misc]
    """One pair of credentials for all: the SDK would make them anew each turn."""

    def __init__(self, app_id: str, tokens: _Tokens) -> None:
        self._app_id, self._tokens = app_id, tokens

    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == self._app_id

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(self, *_: object, **__: object) -> AppCredentials:
        return self._tokens


class _Connectors(ConnectorFactory):  # type: ignore[misc]
    """A connector for each address, kept."""

    def __init__(self, tokens: _Tokens) -> None:
        self._tokens = tokens
        self._known: dict[str, ConnectorClient] = {}

    def of(self, service: str) -> ConnectorClient:
        if service not in self._known:
            client = self._known[service] = ConnectorClient(self._tokens, base_url=service)
            client.config.connection.timeout = int(ANSWERS_WITHIN.total_seconds())
        return self._known[service]

    async def close(self) -> None:
        for client in self._known.values():
            await client.__aexit__(None, None, None)
        self._known.clear()

    async def create(self, service_url: str, audience: str = "") -> ConnectorClient:  # noqa: ARG002
        return self.of(service_url)


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """The SDK's own checks of a token, and our connectors."""

    def __init__(self, settings: Teams, tokens: _Tokens, connectors: _Connectors) -> None:
        self._connectors = connectors
        self._inner = BotFrameworkAuthenticationFactory.create(
            validate_authority=True,
            to_channel_from_bot_login_url=f"{settings.login.rstrip('/')}/{settings.tenant}",
            to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
            to_bot_from_channel_token_issuer=ISSUER,
            oauth_url=AuthenticationConstants.OAUTH_URL,
            to_bot_from_channel_open_id_metadata_url=settings.keys_url,
            to_bot_from_emulator_open_id_metadata_url=settings.keys_url,
            credential_factory=_Credentials(settings.app_id, tokens),
            auth_configuration=AuthenticationConfiguration(),
        )

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        known = await self._inner.authenticate_request(activity, auth_header)
        known.connector_factory = self._connectors
        return known

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:  # noqa: ARG002
        return None  # nobody signs in to anything

    def get_originating_audience(self) -> str:
        return str(self._inner.get_originating_audience())

    async def authenticate_streaming_request(self, *_: object) -> NoReturn:
        raise PermissionError("streaming is not served")

    async def authenticate_channel_request(self, *_: object) -> NoReturn:
        raise PermissionError("skills are not served")

    def create_bot_framework_client(self) -> NoReturn:
        raise PermissionError("skills are not called")


class _Adapter(CloudAdapterBase):  # type: ignore[misc]
    """The SDK's adapter, as it is."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: a card or words, and the words of its notification."""

    card: Mapping[str, Any] | None
    words: str
    summary: str


def _activity(message: Message) -> Activity:
    """Plain words, never Markdown: what a user typed shows as it was typed."""
    if message.card is None:
        return Activity(type=ActivityTypes.message, text=message.words, text_format="plain")
    card = Attachment(content_type=CARD, content=dict(message.card))
    return Activity(type=ActivityTypes.message, attachments=[card], summary=message.summary)


def _reference(place: Reference) -> ConversationReference:
    return ConversationReference(
        channel_id="msteams",
        service_url=place.service,
        conversation=ConversationAccount(id=place.conversation),
        bot=ChannelAccount(id=place.bot),
        user=ChannelAccount(),
    )


def _told(model: Any) -> dict[str, Any]:  # noqa: ANN401 - the SDK's own
    return {**model.serialize(keep_readonly=True), **(model.additional_properties or {})}


@contextmanager
def _failures() -> Iterator[None]:
    """The connector's failures become the port's; whoever asks is told in its own time, not ours."""
    try:
        yield
    except HttpOperationError as error:
        raise failure(int(error.response.status_code), error.response.headers) from None
    except ClientRequestError as error:
        raise _lost(error) from error
    except (ClientException, DeserializationError) as error:  # a body that is no JSON hides its status so
        raise Unsure(type(error).__name__) from error


def _lost(error: ClientRequestError) -> Exception:
    """Refused at once, nothing was posted; lost on the way, who knows."""
    inner = error.inner_exception
    reason = getattr(inner.args[0] if inner.args else None, "reason", None)
    refused = type(reason).__name__ == "NewConnectionError"
    return Throttled(PASSING) if refused else Unsure(type(inner).__name__)
