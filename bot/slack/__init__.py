"""Slack: what comes in becomes a call at the desk, what goes out becomes a call of its Web API."""

from bot.slack.chats import Chats
from bot.slack.checking import problems
from bot.slack.entrance import Entrance
from bot.slack.exit import SlackPlatform, client, session

__all__ = ["Chats", "Entrance", "SlackPlatform", "client", "problems", "session"]
