"""`python -m bot manifest slack|teams`: the app's manifest with its ids; for Teams the zip to upload."""

import argparse
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from bot.commanding import OK, failed

DEPLOY = Path(__file__).parent.parent / "deploy"
DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
DAY_ONE = (2026, 1, 1, 0, 0, 0)  # of every file in the zip, so that the same ids make the same bytes


def add_to(commands: Any) -> None:  # noqa: ANN401 - what argparse answers has no name
    """The subcommand."""
    manifest = commands.add_parser("manifest", help="the app's manifest, to create it in Slack or Teams")
    kinds = manifest.add_subparsers(required=True, metavar="PLATFORM")
    teams = kinds.add_parser("teams", help="a zip to upload in Teams")
    teams.add_argument("--app-id", required=True, metavar="GUID", help="the bot's application id")
    teams.add_argument(
        "--domain", required=True, metavar="HOST", help="where the bot is reached, without https://"
    )
    teams.add_argument("--out", type=Path, default=Path("walkaway-teams.zip"), metavar="FILE")
    teams.set_defaults(command=_teams)
    slack = kinds.add_parser("slack", help="JSON to paste where Slack asks for a manifest")
    slack.add_argument("--url", metavar="URL", help="where the bot is reached; without it, Socket Mode")
    slack.set_defaults(command=_slack)


def _teams(given: argparse.Namespace) -> int:
    from bot.settings import GUID  # noqa: PLC0415 - a command loads what it needs

    if not GUID.fullmatch(given.app_id):
        return failed(f"--app-id: expected a GUID, got {given.app_id!r}")
    if not DOMAIN.fullmatch(given.domain):
        return failed(f"--domain: expected a host name such as coach.example.com, got {given.domain!r}")
    text = (DEPLOY / "teams" / "manifest.json").read_text("utf-8")
    text = text.replace("{{APP_ID}}", given.app_id).replace("{{DOMAIN}}", given.domain)
    files = {"manifest.json": text.encode()}
    files |= {name: (DEPLOY / "teams" / name).read_bytes() for name in ("color.png", "outline.png")}
    with zipfile.ZipFile(given.out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name, DAY_ONE), content)
    print(f"Wrote {given.out}")
    return OK


def _slack(given: argparse.Namespace) -> int:
    manifest = json.loads((DEPLOY / "slack" / "manifest.json").read_text("utf-8"))
    if given.url:
        if not given.url.startswith("https://"):
            return failed(f"--url: expected an address that begins with https://, got {given.url!r}")
        there = f"{given.url.rstrip('/')}/slack/events"
        manifest["settings"]["socket_mode_enabled"] = False
        manifest["oauth_config"]["redirect_urls"] = [f"{given.url.rstrip('/')}/slack/oauth_redirect"]
        manifest["settings"]["event_subscriptions"]["request_url"] = there
        manifest["settings"]["interactivity"]["request_url"] = there
        for command in manifest["features"]["slash_commands"]:
            command["url"] = there
    print(json.dumps(manifest, indent=2))
    return OK
