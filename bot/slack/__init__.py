"""Slack: what comes in becomes a call at the desk, what goes out becomes a call of its Web API."""

from bot.slack.chats import Chats
from bot.slack.checking import problems
from bot.slack.entrance import Entrance
from bot.slack.exit import SlackPlatform, client, session
from bot.slack.installing import BACK, INSTALL, Installations, Installing, States, scopes, workspaces
from bot.slack.workspaces import TeamClient, Workspaces, entered_team

__all__ = [
    "BACK",
    "INSTALL",
    "Chats",
    "Entrance",
    "Installations",
    "Installing",
    "SlackPlatform",
    "States",
    "TeamClient",
    "Workspaces",
    "client",
    "entered_team",
    "problems",
    "scopes",
    "session",
    "workspaces",
]
