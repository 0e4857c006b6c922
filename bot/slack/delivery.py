"""What one delivery of Slack's says: who, where, which button. It asks nobody and decides nothing."""

from typing import Any

from bot.intents import Button
from bot.platforms import Place
from bot.slack.text import as_shown, clean
from dialogs.forms import LONGEST_TEXT


def event_id(body: dict[str, Any]) -> str:
    """Our name for an event, the same whenever it is delivered."""
    return f"slack:{body['team_id']}:e:{body['event_id']}"


def team(body: dict[str, Any]) -> str:
    """The workspace it comes from."""
    return str((body.get("team") or {}).get("id") or body.get("team_id") or body["user"]["team_id"])


def enterprise(body: dict[str, Any]) -> str:
    """The organisation it comes from, "" if its workspace is in none."""
    return str((body.get("enterprise") or {}).get("id") or body.get("enterprise_id") or "")


def event_kind(body: dict[str, Any]) -> str:
    """Which event it is, "" if it is none."""
    return str((body.get("event") or {}).get("type") or "")


def revoked(body: dict[str, Any]) -> bool:
    """Whether the bot's own token is among those that were revoked; a user's alone changes nothing."""
    return bool(((body.get("event") or {}).get("tokens") or {}).get("bot"))


def user(body: dict[str, Any]) -> str:
    """Whoever caused it."""
    user = body.get("user") or body.get("user_id") or body.get("event", {}).get("user")
    return str(user["id"] if isinstance(user, dict) else user)


def own_chat(body: dict[str, Any]) -> str:
    """The person's chat with us, where a delivery names it for certain: these events come from no other."""
    event = body.get("event") or {}
    ours = event.get("channel_type") == "im" or event.get("type") == "app_home_opened"
    return str(event.get("channel") or "") if ours else ""


def button(action: dict[str, Any], body: dict[str, Any]) -> Button | None:
    """What was pressed: a button, a menu's entry, or return in the message's own input."""
    option = action.get("selected_option") or {}
    if action["type"] == "plain_text_input":
        return Button.read(action["block_id"], clean(str(action.get("value") or "")))
    value = str(option.get("value") or action.get("value") or "")
    return Button.read(value, _typed_beside(value, body))


def _typed_beside(value: str, body: dict[str, Any]) -> str:
    """What stands in the message's own input when its Save button is pressed."""
    fields = (body.get("state") or {}).get("values", {}).get(value, {}) if value.startswith("say~") else {}
    return next((clean(str(field.get("value") or "")) for field in fields.values()), "")


def place(body: dict[str, Any]) -> Place | None:
    """The message that was tapped, if it was one."""
    container = body.get("container") or {}
    if container.get("type") != "message":
        return None
    return Place(
        channel=str(container["channel_id"]),
        message=str(container["message_ts"]),
        reply_url=body.get("response_url"),
        thread=container.get("thread_ts"),
    )


def shown(body: dict[str, Any]) -> str:
    """The words of the message that a shortcut was used on, as they look."""
    return as_shown(str(body["message"].get("text") or ""), LONGEST_TEXT)


def block(field: str) -> str:
    """The block of a form's field."""
    return "terms:0" if field == "terms" else field
