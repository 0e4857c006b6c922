"""Issues and their weights: a package of several figures as one score, 0 to 100, more is better for me.

Each issue runs in a straight line from `worst` (nothing) to `best` (its whole weight). It reads them as
people write them, and refuses weights that do not make 100.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dialogs.amounts import read_amount

WHOLE = Decimal(100)
MOST_ISSUES = 8
LONGEST_NAME = 30
POINTS = "points"  # the unit of a deal that is measured by its issues

Named = tuple[tuple[str, Decimal], ...]  # a package: a figure for each issue, in the order of the issues

_ISSUE = re.compile(
    r"(?P<name>[^\d\W](?:[\w &/'-]*?[\w'])?)\s*[:=]?\s+(?P<weight>\d{1,3}(?:[.,]\d+)?)\s*%?\s*[:,]?\s+"
    r"(?:from\s+)?"
    r"(?P<worst>\S+(?: \d{3})*)\s*(?:\.\.+|…|\bto\b)\s*(?P<best>\S+(?: \d{3})*)"
    r"(?:\s+(?P<unit>(?!limit\b)[^\W\d]+))?(?:\s*,?\s*limit\s+(?P<limit>\S.*))?$",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\s*[=:]\s*")


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is negotiated: `weight` of 100, from `worst` to `best`, and its own limit, if any."""

    name: str
    weight: Decimal
    worst: Decimal
    best: Decimal
    limit: Decimal | None = None
    unit: str = ""

    def height(self, value: Decimal) -> Decimal:
        """How far a figure is from `worst` to `best`, 0 to 1."""
        return min(max((value - self.worst) / (self.best - self.worst), Decimal(0)), Decimal(1))

    def crosses(self, value: Decimal) -> bool:
        """Whether a figure is worse for my side than this issue's limit."""
        if self.limit is None:
            return False
        return value < self.limit if self.best > self.worst else value > self.limit


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read: a problem's key, and the words it is about."""

    problem: str
    text: str = ""


def score(issues: Sequence[Issue], package: Named) -> Decimal:
    """What a package is worth to my side, 0 to 100: the sum of weight times height (additive weighting)."""
    given = dict(package)
    worth = sum((i.weight * i.height(given[i.name]) for i in issues if i.name in given), Decimal(0))
    return (
        worth.quantize(Decimal(1)) if worth == worth.to_integral_value() else worth.quantize(Decimal("0.1"))
    )


def read_issues(text: str) -> tuple[Issue, ...] | Unread:
    """`price 60 100k..70k limit 90k, term 40 12..36 months` (or a line each) as issues."""
    parts = [
        part.strip(" \t-*•") for part in re.split(r"[\n;]+|,\s+(?!limit\b)", text) if part.strip(" \t-*•")
    ]
    if len(parts) > MOST_ISSUES:
        return Unread("too_many_issues")
    found: list[Issue] = []
    for part in parts:
        issue = _issue(part)
        if isinstance(issue, Unread):
            return issue
        found.append(issue)
    if len({issue.name for issue in found}) < len(found):
        return Unread("issue_twice")
    if not found or sum((issue.weight for issue in found), Decimal(0)) != WHOLE:
        return Unread("weights_of_100", f"{sum((issue.weight for issue in found), Decimal(0)):f}")
    return tuple(found)


def _issue(part: str) -> Issue | Unread:
    found = _ISSUE.match(part)
    if found is None or len(found["name"]) > LONGEST_NAME:
        return Unread("expected_issue", part)
    unit = (found["unit"] or "").casefold()
    worst, best = _figure(found["worst"], unit), _figure(found["best"], unit)
    limit = _figure(found["limit"], unit) if found["limit"] else None
    if worst is None or best is None or worst == best or (found["limit"] and limit is None):
        return Unread("expected_issue", part)
    weight = Decimal(found["weight"].replace(",", "."))
    return Issue(" ".join(found["name"].casefold().split()), weight, worst, best, limit, unit)


def _figure(text: str, unit: str) -> Decimal | None:
    """A figure of an issue: 24m are months where the issue counts months, and millions elsewhere."""
    plain = text.strip().casefold()
    if unit and plain.endswith(unit):
        plain = plain[: -len(unit)].strip()
    elif unit and (found := re.fullmatch(r"([\d.,]+)\s*([a-z])", plain)) and unit.startswith(found[2]):
        plain = found[1]
    return read_amount(plain)


def read_package(issues: Sequence[Issue], text: str) -> Named | Unread:
    """`price=82000 term=24m` as a package; a name may be cut short while it means one issue only."""
    given: dict[str, Decimal] = {}
    words = _PAIR.sub("=", text).replace(";", " ")
    for name, figure in re.findall(r"([^\s=,][^=,]*?)=(\S+(?: \d{3})*)", words):
        meant = [i for i in issues if i.name.startswith(name.strip().casefold())]
        exact = [i for i in meant if i.name == name.strip().casefold()]
        if len(exact or meant) != 1:
            return Unread("which_issue", name.strip())
        issue = (exact or meant)[0]
        value = _figure(figure.rstrip(","), issue.unit)
        if value is None:
            return Unread("expected_amount", figure)
        given[issue.name] = value
    missing = [issue.name for issue in issues if issue.name not in given]
    if missing:
        return Unread("issue_missing", missing[0])
    return tuple((issue.name, given[issue.name]) for issue in issues)


def crossing(issues: Sequence[Issue], package: Named) -> tuple[tuple[Issue, Decimal], ...]:
    """The figures of a package that are worse than their issue's limit."""
    given = dict(package)
    return tuple((i, given[i.name]) for i in issues if i.name in given and i.crosses(given[i.name]))
