"""Settings from the environment and a file: read once, checked together, every problem in one message.

Nothing else reads the environment. A secret is never part of a message or a repr.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from bot import addresses, policy
from bot.logs import FORMS, Form
from bot.policy import Policy
from bot.settings_file import NAMED_BY, merged
from bot.tracing import EXPORTERS, Exporter

W = TypeVar("W", bound=str)

SLACK_API = "https://slack.com/api/"
TEAMS_LOGIN = "https://login.microsoftonline.com"
TEAMS_KEYS = "https://login.botframework.com/v1/.well-known/openidconfiguration"
Transport = Literal["http", "socket"]
GUID = re.compile(policy.GUID, re.IGNORECASE)

DEFAULT_PORT = 3000
LAST_PORT = 65535


class Misconfigured(Exception):
    """One message with everything that is wrong with the settings, and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            "These settings need attention:\n" + "\n".join(f"  - {problem}" for problem in problems)
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Slack:
    """What Slack gave the app. `api` is its Web API; another address only for a local workspace."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    transport: Transport = "http"
    command: str = "/deal"
    api: str = SLACK_API
    client_id: str = ""  # of an app that many workspaces install; then there is no token of its own
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Teams:
    """What Azure gave the bot. `login` and `keys_url` are Microsoft's; other ones only in a test."""

    app_id: str
    tenant: str  # of the app
    password: str = field(repr=False)
    tenants: frozenset[str] = frozenset()  # that are served
    login: str = TEAMS_LOGIN
    keys_url: str = TEAMS_KEYS


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the coach can be told from outside."""

    slack: Slack | None
    teams: Teams | None = None
    redis_url: str | None = field(default=None, repr=False)
    data: Path = Path(".walkaway")
    keys: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    local: bool = False
    policy: Policy = field(default_factory=Policy)
    log: Form = "text"
    traces: Exporter = ""

    @property
    def key_file(self) -> Path:
        """Where the sealing key of a local start lies."""
        return self.data / "sealing.key"


NAMES = {
    NAMED_BY: "a TOML file of settings with the names of this list; what the environment says goes before it",
    "SLACK_BOT_TOKEN": "the bot token Slack shows after installation (xoxb-…)",
    "SLACK_SIGNING_SECRET": "Slack's signing secret; needed for transport http",
    "SLACK_CLIENT_ID": "of an app that many workspaces install by /slack/install, instead of SLACK_BOT_TOKEN",
    "SLACK_CLIENT_SECRET": "its client secret",
    "SLACK_APP_TOKEN": "the app-level token (xapp-…); needed for transport socket",
    "WALKAWAY_SLACK_TRANSPORT": "http or socket (default: socket where an app token is given, else http)",
    "WALKAWAY_COMMAND": "the slash command (default /deal)",
    "WALKAWAY_SLACK_API": "another Web API address, for a local workspace on loopback",
    "TEAMS_APP_ID": "the bot's application id (a GUID); with it the coach serves Microsoft Teams",
    "TEAMS_APP_PASSWORD": "its client secret",
    "TEAMS_TENANT": "the id (a GUID) of the tenant the application belongs to",
    "TEAMS_TENANTS": "ids of the tenants to serve, with commas (default: that one alone)",
    "TEAMS_APP_TYPE": "SingleTenant (the default); Azure makes no other bots any more",
    "WALKAWAY_TEAMS_LOGIN": "another login authority, with WALKAWAY_LOCAL",
    "WALKAWAY_TEAMS_KEYS": "another address of the Bot Framework's keys, with WALKAWAY_LOCAL",
    "REDIS_URL": "a Redis server; without it an embedded one keeps its data in WALKAWAY_DATA",
    "WALKAWAY_DATA": "directory of the embedded server and the local key (default ./.walkaway)",
    "WALKAWAY_KEYS": "sealing keys as id:key[,id:key]; required with REDIS_URL",
    "WALKAWAY_HOST": "address to listen on (default 127.0.0.1)",
    "WALKAWAY_PORT": "port to listen on (default 3000)",
    "WALKAWAY_POLICY": "a TOML file that says who may use the coach, and what is turned off",
    "WALKAWAY_LOG": "text (the default), or json for machines",
    "WALKAWAY_TRACES": "otlp: traces by OpenTelemetry's own SDK and its OTEL_* variables (default: none)",
    "WALKAWAY_LOCAL": "1: serve a local workspace on loopback; never in production",
}


OF_TEAMS = ("TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT", "TEAMS_TENANTS", "TEAMS_APP_TYPE")
OF_SLACK = (
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET",
)  # fmt: skip


def read(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `env` and in the file it names. Raises Misconfigured with all problems at once."""
    env, problems = merged(env, NAMES)
    local = env.get("WALKAWAY_LOCAL", "") == "1"
    teams = _teams(env, problems, local=local)
    slack = None if teams_alone(env) else _slack(env, problems, local=local)
    settings = Settings(
        slack=slack,
        teams=teams,
        redis_url=env.get("REDIS_URL") or None,
        data=Path(env.get("WALKAWAY_DATA") or ".walkaway"),
        keys=env.get("WALKAWAY_KEYS") or None,
        host=env.get("WALKAWAY_HOST") or "127.0.0.1",
        port=_port(env, problems),
        local=local,
        policy=_policy(env, problems),
        log=_one_of(env, problems, "WALKAWAY_LOG", FORMS),
        traces=_one_of(env, problems, "WALKAWAY_TRACES", EXPORTERS),
    )
    if settings.redis_url:
        try:
            addresses.read(settings.redis_url)
        except ValueError as problem:
            problems.append(f"REDIS_URL: {problem}")
    if settings.redis_url and not settings.keys and not local:
        problems.append(
            "WALKAWAY_KEYS: required with REDIS_URL; `python -m bot check --new-key` makes one, keep it safe"
        )
    if local and settings.host not in ("127.0.0.1", "localhost", "::1"):
        problems.append("WALKAWAY_HOST: a local workspace listens on loopback only")
    if problems:
        raise Misconfigured(problems)
    return settings


def without_platforms(env: Mapping[str, str] = os.environ) -> Settings:
    """What is said of Redis and its keys, for commands that need no platform.

    Raises Misconfigured if the file of settings cannot be used.
    """
    env, problems = merged(env, NAMES)
    if problems:
        raise Misconfigured(problems)
    data = Path(env.get("WALKAWAY_DATA") or ".walkaway")
    return Settings(slack=None, redis_url=env.get("REDIS_URL"), keys=env.get("WALKAWAY_KEYS"), data=data)


def teams_alone(env: Mapping[str, str]) -> bool:
    """Whether only Teams is meant."""
    return any(env.get(name) for name in OF_TEAMS) and not any(env.get(name) for name in OF_SLACK)


def _teams(env: Mapping[str, str], problems: list[str], *, local: bool) -> Teams | None:
    """None if nothing is said of Teams; half of it is a problem: without an app id anybody could speak."""
    if not any(env.get(name) for name in OF_TEAMS):
        return None
    app_id, tenant = env.get("TEAMS_APP_ID", ""), env.get("TEAMS_TENANT", "")
    tenants = [each.strip() for each in env.get("TEAMS_TENANTS", tenant).split(",") if each.strip()]
    for name, given in (("TEAMS_APP_ID", app_id), ("TEAMS_TENANT", tenant)):
        if not GUID.fullmatch(given):
            problems.append(f"{name}: expected {NAMES[name]}")
    if not env.get("TEAMS_APP_PASSWORD"):
        problems.append(f"TEAMS_APP_PASSWORD: expected {NAMES['TEAMS_APP_PASSWORD']}")
    if strange := [each for each in tenants if not GUID.fullmatch(each)]:
        problems.append(f"TEAMS_TENANTS: expected {NAMES['TEAMS_TENANTS']}, got {', '.join(strange)}")
    if env.get("TEAMS_APP_TYPE", "SingleTenant") != "SingleTenant":
        problems.append(f"TEAMS_APP_TYPE: expected SingleTenant, got {env['TEAMS_APP_TYPE']!r}")
    login, keys = env.get("WALKAWAY_TEAMS_LOGIN", TEAMS_LOGIN), env.get("WALKAWAY_TEAMS_KEYS", TEAMS_KEYS)
    if (login, keys) != (TEAMS_LOGIN, TEAMS_KEYS) and not local:
        problems.append("WALKAWAY_TEAMS_LOGIN, WALKAWAY_TEAMS_KEYS: other addresses need WALKAWAY_LOCAL=1")
    served = frozenset(each.casefold() for each in tenants)
    return Teams(app_id, tenant, env.get("TEAMS_APP_PASSWORD", ""), served, login, keys)


def _slack(env: Mapping[str, str], problems: list[str], *, local: bool) -> Slack | None:
    token, secret = env.get("SLACK_BOT_TOKEN", ""), env.get("SLACK_SIGNING_SECRET", "")
    app_token = env.get("SLACK_APP_TOKEN", "")
    given = env.get("WALKAWAY_SLACK_TRANSPORT") or ("socket" if app_token else "http")
    if given not in ("http", "socket"):
        problems.append(f"WALKAWAY_SLACK_TRANSPORT: expected http or socket, got {given!r}")
    client_id, client_secret = env.get("SLACK_CLIENT_ID", ""), env.get("SLACK_CLIENT_SECRET", "")
    shared = _for_many(env, problems, given)
    if not shared and not token.startswith("xoxb-"):
        problems.append(f"SLACK_BOT_TOKEN: expected {NAMES['SLACK_BOT_TOKEN']}")
    if given == "http" and not secret:
        socket = "" if env.get("WALKAWAY_SLACK_TRANSPORT") else ", or SLACK_APP_TOKEN for Socket Mode"
        problems.append(f"SLACK_SIGNING_SECRET: expected {NAMES['SLACK_SIGNING_SECRET']}{socket}")
    if given == "socket" and not app_token.startswith("xapp-"):
        problems.append(f"SLACK_APP_TOKEN: expected {NAMES['SLACK_APP_TOKEN']}")
    command, api = env.get("WALKAWAY_COMMAND") or "/deal", env.get("WALKAWAY_SLACK_API") or SLACK_API
    if not command.startswith("/") or " " in command:
        problems.append(f"WALKAWAY_COMMAND: expected a slash command like /deal, got {command!r}")
    if api != SLACK_API and not local:
        problems.append("WALKAWAY_SLACK_API: another address needs WALKAWAY_LOCAL=1")
    transport: Transport = "socket" if given == "socket" else "http"
    base = api.rstrip("/") + "/"
    return Slack(token, secret, app_token, transport, command, base, client_id, client_secret)


def _for_many(env: Mapping[str, str], problems: list[str], transport: str) -> bool:
    """Whether many workspaces install the app, and give a token each."""
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    if not any(env.get(name) for name in names):
        return False
    problems += [f"{name}: expected {NAMES[name]}" for name in names if not env.get(name)]
    if env.get("SLACK_BOT_TOKEN"):
        problems.append("SLACK_BOT_TOKEN: not beside SLACK_CLIENT_ID: each workspace gives its own token")
    if transport != "http":
        problems.append("WALKAWAY_SLACK_TRANSPORT: an app for many workspaces is spoken to over http")
    return True


def _policy(env: Mapping[str, str], problems: list[str]) -> Policy:
    given = env.get("WALKAWAY_POLICY")
    if not given:
        return Policy()
    policy, wrong = Policy.read(Path(given))
    problems += wrong
    return policy


def _one_of(env: Mapping[str, str], problems: list[str], name: str, known: Sequence[W]) -> W:
    """The word that is set, of those that are known; the first of them where none is."""
    given = env.get(name) or known[0]
    for word in known:
        if given == word:
            return word
    problems.append(f"{name}: expected {' or '.join(filter(None, known))}, got {given!r}")
    return known[0]


def _port(env: Mapping[str, str], problems: list[str]) -> int:
    text = env.get("WALKAWAY_PORT") or str(DEFAULT_PORT)
    if text.isdigit() and 0 < int(text) <= LAST_PORT:
        return int(text)
    problems.append(f"WALKAWAY_PORT: expected a port from 1 to {LAST_PORT}, got {text!r}")
    return DEFAULT_PORT
