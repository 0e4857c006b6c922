"""A workspace in which the coach is installed, and what it needs to speak there; sealed like a deal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

TEAM, TENANT = "slack-team", "slack-tenant"  # look-ups: from Slack's id to ours, and back
KEY = "00install"
PURGE = "purge"  # the timer: how long an uninstalled workspace is kept


@dataclass(frozen=True, slots=True)
class Installed:
    """One installation. Without a token nothing is said there; `suspended` says since when."""

    team: str  # the platform's id of the workspace, or of the whole organisation
    token: str = ""
    bot: str = ""
    bot_user: str = ""
    enterprise: str = ""
    refresh: str = ""  # for a token that ends
    expires: datetime | None = None
    suspended: datetime | None = None
    key: str = KEY
    tenants: tuple[str, ...] = ()  # ours, of the workspaces that an organisation's installation speaks for
    purging: bool = False  # said in the audit stream; at the next ring all of it goes

    def __repr__(self) -> str:
        return f"Installed(team={self.team!r}, suspended={self.suspended!r})"
