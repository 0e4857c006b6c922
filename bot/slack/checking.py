"""Whether Slack knows the token, and whether it may all that the manifest asks for."""

from collections.abc import Iterable

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.settings import Slack
from bot.slack.exit import client

SCOPES = "x-oauth-scopes"  # the header of every answer


async def problems(settings: Slack, session: aiohttp.ClientSession, scopes: Iterable[str]) -> list[str]:
    """What is wrong with the bot's token, each with its cure; an app for many workspaces has none."""
    if settings.client_id:
        return []
    try:
        answer = await client(settings.bot_token, settings.api, session).auth_test()
    except SlackApiError as error:
        code = error.response.get("error")
        return [
            f"SLACK_BOT_TOKEN: Slack answers {code}; copy it anew from the app's page, OAuth & Permissions."
        ]
    except Exception as error:  # noqa: BLE001 - whatever keeps it from Slack
        kind = type(error).__name__
        return [f"Slack does not answer: {kind}; may this machine reach {settings.api}?"]
    told = {name.casefold(): str(value) for name, value in answer.headers.items()}
    granted = {each.strip() for each in told.get(SCOPES, "").split(",")}
    lacking = sorted(set(scopes) - granted)
    if SCOPES not in told or not lacking:
        return []
    cure = "take the manifest of `python -m bot manifest slack`, then install the app again."
    return [f"SLACK_BOT_TOKEN lacks {', '.join(lacking)}; {cure}"]
