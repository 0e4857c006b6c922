"""Microsoft Teams: what comes in becomes a call at the desk, what goes out a call of the Bot Connector."""

from bot.teams.colleagues import Colleagues
from bot.teams.entrance import Entrance, Line
from bot.teams.exit import TeamsPlatform
from bot.teams.framework import Framework
from bot.teams.people import People
from bot.teams.references import References

__all__ = ["Colleagues", "Entrance", "Framework", "Line", "People", "References", "TeamsPlatform"]
