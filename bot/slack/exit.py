"""Out to Slack: payloads to places; its failures become the port's three exceptions."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms import Payload, Place, Throttled, Undeliverable, Unsure
from bot.slack import rooms
from bot.slack.asking import TOO_MANY, asked, retry_after
from bot.slack.chats import Chats
from bot.slack.workspaces import TeamClient
from dialogs.rooms import Audience, Room

CONNECTIONS = 64
CHART = "data_visualization"
OK = 200
LETTER = "walkaway_letter"  # the kind of our metadata
PAGE = 15  # all that an app distributed outside Slack's marketplace is shown at once
CLOCKS = timedelta(minutes=1)  # how far Redis's clock may be ahead of Slack's


def session() -> aiohttp.ClientSession:
    """Connections kept for all calls, and let go before Slack would drop them.

    A post into a connection that was just dropped is in doubt. Proxies of the environment are left alone.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(keepalive_timeout=10, limit=CONNECTIONS),
        timeout=aiohttp.ClientTimeout(total=10),
        trust_env=False,
    )


def client(token: str | None, api: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A Web API client without retries of its own: a post repeated blindly is a post doubled.

    Without a token it speaks with that of whichever workspace was entered.
    """
    kind = TeamClient if token is None else AsyncWebClient
    made = kind(token=token, base_url=api, retry_handlers=[], timeout=10, session=session)
    made.proxy = None  # the client reads HTTPS_PROXY even for loopback
    return made


class SlackPlatform:
    """The port to Slack."""

    def __init__(
        self,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        chats: Chats,
        enter: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._enter = enter  # None: there is one workspace
        self._client = client
        self._session = session
        self._chats = chats

    async def post(self, place: Place, payload: Payload, letter: str = "") -> Place:
        """Post to a channel or a person; to one person alone where the place says so.

        The letter's id goes along as metadata, which other apps of the workspace may read: an id of ours, a
        hash, and nothing else.
        """
        if place.only_for:
            await asked(
                self._client.chat_postEphemeral(channel=place.channel, user=place.only_for, **payload)
            )
            return place
        return await self._without_a_refused_chart(partial(self._posted, place, letter), payload)

    async def _posted(self, place: Place, letter: str, payload: Payload) -> Place:
        metadata = {"event_type": LETTER, "event_payload": {"id": letter}} if letter else None
        call = self._client.chat_postMessage(
            channel=place.channel,
            thread_ts=place.thread,
            unfurl_links=False,
            unfurl_media=False,
            metadata=metadata,
            **payload,
        )
        answer = await asked(call)
        stands = Place(channel=str(answer["channel"]), message=str(answer["ts"]), thread=place.thread)
        if stands.channel != place.channel:
            await self._chats.learn(place.channel, stands.channel)
        return stands

    async def find(self, place: Place, letter: str, since: datetime) -> Place | None:
        """Look for the letter's id in one page of the chat (or thread) with a person.

        One page and one try, for an app distributed outside the marketplace may look once a minute. A
        message changed since then keeps its metadata. Raises StoreUnavailable too: there the chat is known.
        """
        chat = await self._chats.of(place.channel)
        if chat is None:
            raise Unsure("chat_unknown")
        oldest = max(0.0, (since - CLOCKS).timestamp())
        if place.thread:  # the history of a chat leaves out what stands in its threads
            call = self._client.conversations_replies(
                channel=chat, ts=place.thread, oldest=f"{oldest:.6f}", limit=PAGE, include_all_metadata=True
            )
        else:
            call = self._client.conversations_history(
                channel=chat, oldest=f"{oldest:.6f}", limit=PAGE, include_all_metadata=True
            )
        answer = await asked(call)
        for message in answer.get("messages") or ():
            if _letter(message) == letter:
                return Place(channel=chat, message=str(message["ts"]), thread=place.thread)
        if answer.get("has_more"):  # a page is not all there is, whichever end it is from
            raise Unsure("more_than_a_page")
        return None

    async def update(self, place: Place, payload: Payload) -> Place:
        """Replace a message: through the click's own address first, for `chat.update` is scarce.

        Without metadata, so it keeps that of the letter which posted it.
        """
        stands = Place(channel=place.channel, message=place.message, thread=place.thread)
        if place.reply_url and await self._replied(place.reply_url, {"replace_original": True, **payload}):
            return stands
        if place.message is None:
            raise Undeliverable("no_message")
        change = partial(self._client.chat_update, channel=place.channel, ts=place.message)

        async def changed(said: Payload) -> Place:
            await asked(change(**said))
            return stands

        return await self._without_a_refused_chart(changed, payload)

    async def _without_a_refused_chart(
        self, send: Callable[[Payload], Awaitable[Place]], payload: Payload
    ) -> Place:
        """Sent as it is; where this workspace does not draw charts yet, the table that stands beside it."""
        try:
            return await send(payload)
        except Undeliverable as error:
            bare = [block for block in payload.get("blocks", ()) if block["type"] != CHART]
            if error.reason != "invalid_blocks" or len(bare) == len(payload.get("blocks", ())):
                raise
            return await send({**payload, "blocks": bare})

    async def aside(self, place: Place, payload: Payload) -> None:
        """A word beside the message that was tapped, for the one who tapped."""
        words = {"response_type": "ephemeral", "replace_original": False, **payload}
        if not (place.reply_url and await self._replied(place.reply_url, words)):
            await self.post(place, payload)

    async def delete(self, place: Place) -> None:
        """Delete a message of ours; one that is gone already is no failure."""
        if place.message is None:
            raise Undeliverable("no_message")
        try:
            await asked(self._client.chat_delete(channel=place.channel, ts=place.message))
        except Undeliverable as error:
            if error.reason != "message_not_found":
                raise

    async def audience(self, room: Room) -> Audience:
        """Who reads along in a channel now."""
        return await rooms.audience(self._client, room)

    async def enter(self, tenant: str) -> None:
        """Speak with the token of this workspace."""
        if self._enter is not None:
            await self._enter(tenant)

    async def home(self, person: str, payload: Payload) -> None:
        """Publish the App Home."""
        await asked(self._client.views_publish(user_id=person, view=payload))

    async def _replied(self, url: str, body: Mapping[str, Any]) -> bool:
        """Whether the click's address took it: it lives 30 minutes and five uses."""
        hook = AsyncWebhookClient(url, timeout=10, retry_handlers=[], session=self._session)
        hook.proxy = None
        try:
            answer = await hook.send_dict(dict(body))
        except TimeoutError as error:
            raise Unsure("no answer from the reply address") from error
        except (aiohttp.ClientError, OSError):
            return False
        if answer.status_code == TOO_MANY:
            raise Throttled(retry_after(answer.headers))
        return (answer.status_code == OK and answer.body in ("ok", "")) or answer.body.startswith(
            '{"ok":true'
        )


def _letter(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    ours = metadata.get("event_type") == LETTER
    return str((metadata.get("event_payload") or {}).get("id")) if ours else None
