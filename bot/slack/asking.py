"""One call to Slack's Web API; its failures become the port's three exceptions."""

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.platforms import Throttled, Undeliverable, Unsure

DEAD_ENDS = frozenset({
    "channel_not_found", "account_inactive", "messages_tab_disabled", "is_archived", "restricted_action",
    "token_revoked", "invalid_auth", "not_in_channel", "user_not_found", "cannot_dm_bot",
    "not_allowed_token_type",
    "invalid_blocks", "msg_too_long", "missing_scope", "no_permission", "user_disabled", "message_not_found",
    "cant_update_message", "edit_window_closed", "invalid_arguments", "not_enabled", "view_too_large",
})  # fmt: skip
PASSING = timedelta(seconds=5)
TOO_MANY, SERVER_ERROR = 429, 500


async def asked(call: Awaitable[Any]) -> Any:  # noqa: ANN401  - Slack's answers have as many shapes as methods
    """The answer; raises Throttled, Undeliverable or Unsure."""
    try:
        return await call
    except SlackApiError as error:
        raise failure(error) from None
    except TimeoutError as error:
        raise Unsure("Slack did not answer in time") from error
    except aiohttp.ClientConnectorError as error:
        raise Throttled(PASSING) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unsure(type(error).__name__) from error


def failure(error: SlackApiError) -> Exception:
    """Which of the port's three it is."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    code = _code(response)
    if status == TOO_MANY or code in ("ratelimited", "rate_limited"):
        return Throttled(retry_after(getattr(response, "headers", {})))
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


def retry_after(headers: Mapping[str, Any]) -> timedelta:
    """How long Slack asks to wait."""
    for name, value in headers.items():
        if name.casefold() == "retry-after" and str(value).isdigit():
            return timedelta(seconds=int(value))
    return timedelta(seconds=1)
