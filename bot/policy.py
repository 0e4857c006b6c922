"""What a workspace allows: one file, read once and checked whole; entrances and exits ask the same object."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self

from dialogs.rooms import Room

Members = Literal["all", "named"]
Summaries = Literal["internal", "named", "none"]
MEMBERS: tuple[Members, ...] = ("all", "named")
SUMMARIES: tuple[Summaries, ...] = ("internal", "named", "none")
# A feature and what is typed or tapped for it. Recall, forget and what shows that something stands are none.
FEATURES: Mapping[str, frozenset[str]] = {
    "share": frozenset({"share", "share_post"}),
    "digest": frozenset({"digest"}),
    "chart": frozenset({"chart"}),
    "export": frozenset({"export"}),
}
GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
USER = re.compile(rf"[UW][A-Z0-9]{{2,}}|(?i:{GUID})")
ROOM = re.compile(r"[CG][A-Z0-9]{2,}|19:[\w-]+@(?:thread\.[\w.]+|unq\.gbl\.spaces)")
GROUP = re.compile(r"S[A-Z0-9]{2,}")
KNOWN = {
    "who": {"members", "named", "groups"}, "rooms": {"summaries", "named"}, "features": {"off"},
    "retention": {"closed_days"},
}  # fmt: skip
MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may use the coach, which rooms may be told something, what is turned off."""

    members: Members = "all"
    people: frozenset[str] = field(default=frozenset())
    summaries: Summaries = "internal"
    rooms: frozenset[str] = field(default=frozenset())
    off: frozenset[str] = field(default=frozenset())
    groups: frozenset[str] = field(default=frozenset())
    keeps: timedelta | None = None  # how long a deal is kept once it is closed; None: until it is forgotten

    def serves(self, person: str, *, outsider: bool, member: bool = False) -> bool:
        """Whether somebody, by the platform's id, may use the coach at all; `member` of a group that may."""
        return person in self.people or (not outsider and (self.members == "all" or member))

    def tells(self, room: Room) -> bool:
        """Whether a room without outsiders may be told how a deal stands."""
        return self.summaries == "internal" or (self.summaries == "named" and room.id in self.rooms)

    def allows(self, verb: str) -> bool:
        """Whether what is typed or tapped belongs to a feature that is on."""
        return not any(verb in FEATURES[feature] for feature in self.off)

    @classmethod
    def read(cls, path: Path) -> tuple[Self, list[str]]:
        """The policy of a file, and all that is wrong with it; with anything wrong it must not be used."""
        try:
            told = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as problem:
            return cls(), [f"WALKAWAY_POLICY: {path} cannot be read: {type(problem).__name__}"]
        except tomllib.TOMLDecodeError as problem:
            return cls(), [f"WALKAWAY_POLICY: {path} is not TOML: {problem}"]
        found = _Reading(told)
        policy = cls(
            members=found.choice("who", "members", MEMBERS),
            people=found.ids("who", USER, "ids such as U012AB3CD (Slack) or object ids (Teams)"),
            summaries=found.choice("rooms", "summaries", SUMMARIES),
            rooms=found.ids("rooms", ROOM, "ids such as C012AB3CD (Slack) or 19:…@thread.tacv2 (Teams)"),
            off=found.features(),
            groups=found.ids("who", GROUP, "Slack user group ids such as S012AB3CD", key="groups"),
            keeps=found.days("retention", "closed_days"),
        )
        found.strangers()
        return policy, [f"WALKAWAY_POLICY: {problem}" for problem in found.problems]


class _Reading:
    """Reads a policy's tables, and keeps what is wrong."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self.problems: list[str] = []

    def _at(self, table: str, key: str, default: Any) -> Any:  # noqa: ANN401 - whatever stands there
        found = self._told.get(table, {})
        return found.get(key, default) if isinstance(found, dict) else default

    def choice(self, table: str, key: str, choices: tuple[Any, ...]) -> Any:  # noqa: ANN401 - one of the choices
        given = self._at(table, key, choices[0])
        if given not in choices:
            self.problems.append(f"{table}.{key}: expected one of {', '.join(choices)}, got {given!r}")
            return choices[0]
        return given

    def _list(self, table: str, key: str) -> list[Any]:
        given = self._at(table, key, [])
        if isinstance(given, list):
            return given
        self.problems.append(f"{table}.{key}: expected a list, got {given!r}")
        return []

    def days(self, table: str, key: str) -> timedelta | None:
        given = self._at(table, key, None)
        if given is None or (type(given) is int and 0 < given <= MOST_DAYS):
            return None if given is None else timedelta(days=given)
        self.problems.append(f"{table}.{key}: expected days from 1 to {MOST_DAYS:,}, got {given!r}")
        return None

    def ids(self, table: str, form: re.Pattern[str], what: str, key: str = "named") -> frozenset[str]:
        given = self._list(table, key)
        wrong = [each for each in given if not (isinstance(each, str) and form.fullmatch(each))]
        self.problems += [f"{table}.{key}: expected {what}, got {each!r}" for each in wrong]
        fit = (each for each in given if each not in wrong)
        return frozenset(each.casefold() if re.fullmatch(GUID, each.casefold()) else each for each in fit)

    def features(self) -> frozenset[str]:
        given = self._list("features", "off")
        wrong = [each for each in given if each not in FEATURES]
        self.problems += [
            f"features.off: expected some of {', '.join(FEATURES)}, got {each!r}" for each in wrong
        ]
        return frozenset(each for each in given if each not in wrong)

    def strangers(self) -> None:
        """What nobody reads is a mistake of whoever wrote it."""
        for table, found in self._told.items():
            if table not in KNOWN or not isinstance(found, dict):
                self.problems.append(f"{table}: expected one of the tables {', '.join(KNOWN)}")
                continue
            self.problems += [
                f"{table}.{key}: expected one of {', '.join(sorted(KNOWN[table]))}"
                for key in found
                if key not in KNOWN[table]
            ]
