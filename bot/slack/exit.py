"""Out to Slack: payloads to places; its failures become the port's three exceptions."""

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms import Payload, Place, Throttled, Undeliverable, Unsure

DEAD_ENDS = frozenset({
    "channel_not_found", "account_inactive", "messages_tab_disabled", "is_archived", "restricted_action",
    "token_revoked", "invalid_auth", "not_in_channel", "user_not_found", "cannot_dm_bot",
    "not_allowed_token_type",
    "invalid_blocks", "msg_too_long", "missing_scope", "no_permission", "user_disabled", "message_not_found",
    "cant_update_message", "edit_window_closed", "invalid_arguments", "not_enabled", "view_too_large",
})  # fmt: skip
PASSING = timedelta(seconds=5)
CONNECTIONS = 64
OK, TOO_MANY, SERVER_ERROR = 200, 429, 500


def session() -> aiohttp.ClientSession:
    """Connections kept for all calls, and let go before Slack would drop them.

    A post into a connection that was just dropped is in doubt. Proxies of the environment are left alone.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(keepalive_timeout=10, limit=CONNECTIONS),
        timeout=aiohttp.ClientTimeout(total=10),
        trust_env=False,
    )


def client(token: str, api: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A Web API client without retries of its own: a post repeated blindly is a post doubled."""
    made = AsyncWebClient(token=token, base_url=api, retry_handlers=[], timeout=10, session=session)
    made.proxy = None  # the client reads HTTPS_PROXY even for loopback
    return made


class SlackPlatform:
    """The port to Slack."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    async def post(self, place: Place, payload: Payload) -> Place:
        """Post to a channel or a person; to one person alone where the place says so."""
        if place.only_for:
            await _asked(
                self._client.chat_postEphemeral(channel=place.channel, user=place.only_for, **payload)
            )
            return place
        call = self._client.chat_postMessage(
            channel=place.channel, thread_ts=place.thread, unfurl_links=False, unfurl_media=False, **payload
        )
        answer = await _asked(call)
        return Place(channel=str(answer["channel"]), message=str(answer["ts"]), thread=place.thread)

    async def update(self, place: Place, payload: Payload) -> Place:
        """Replace a message: through the click's own address first, for `chat.update` is scarce."""
        stands = Place(channel=place.channel, message=place.message, thread=place.thread)
        if place.reply_url and await self._replied(place.reply_url, {"replace_original": True, **payload}):
            return stands
        if place.message is None:
            raise Undeliverable("no_message")
        await _asked(self._client.chat_update(channel=place.channel, ts=place.message, **payload))
        return stands

    async def aside(self, place: Place, payload: Payload) -> None:
        """A word beside the message that was tapped, for the one who tapped."""
        words = {"response_type": "ephemeral", "replace_original": False, **payload}
        if not (place.reply_url and await self._replied(place.reply_url, words)):
            await self.post(place, payload)

    async def home(self, person: str, payload: Payload) -> None:
        """Publish the App Home."""
        await _asked(self._client.views_publish(user_id=person, view=payload))

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
            raise Throttled(_retry_after(answer.headers))
        return (answer.status_code == OK and answer.body in ("ok", "")) or answer.body.startswith(
            '{"ok":true'
        )


async def _asked(call: Awaitable[Any]) -> Any:  # noqa: ANN401  - Slack's answers have as many shapes as methods
    try:
        return await call
    except SlackApiError as error:
        raise _failure(error) from None
    except TimeoutError as error:
        raise Unsure("Slack did not answer in time") from error
    except aiohttp.ClientConnectorError as error:
        raise Throttled(PASSING) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unsure(type(error).__name__) from error


def _failure(error: SlackApiError) -> Exception:
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    code = _code(response)
    if status == TOO_MANY or code in ("ratelimited", "rate_limited"):
        return Throttled(_retry_after(getattr(response, "headers", {})))
    if status >= SERVER_ERROR or not code:
        return Unsure(f"status {status}")
    if code in DEAD_ENDS:
        return Undeliverable(code)
    return (
        Throttled(PASSING)
        if code in ("internal_error", "fatal_error", "service_unavailable")
        else Undeliverable(code)
    )


def _code(response: Any) -> str:  # noqa: ANN401
    body = getattr(response, "data", response)
    return str(body.get("error", "")) if isinstance(body, Mapping) else ""


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    for name, value in headers.items():
        if name.casefold() == "retry-after" and str(value).isdigit():
            return timedelta(seconds=int(value))
    return timedelta(seconds=1)
