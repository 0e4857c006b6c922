"""Three packages that are worth the same to my side and mix the issues differently (MESO).

Each favours another issue. None is worth less than asked, none crosses an issue's limit, and figures are as
round as the equality allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from dialogs.issues import Issue

MOST_PACKAGES = 3
WITHIN = Decimal(1)  # points of 100
FINENESS = (10, 20, 50, 100)  # parts of an issue's range
FINEST = 100  # a hundredth of each range is together never more than a point
ROUND_STEPS = (Decimal(5), Decimal(2), Decimal(1))


@dataclass(frozen=True, slots=True)
class Part:
    """One issue's figure in a package."""

    issue: str
    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """One complete offer, and what it is worth to my side (points of 100)."""

    parts: tuple[Part, ...]
    score: Decimal


def packages(issues: Sequence[Issue], least: Decimal) -> tuple[Package, ...]:
    """Up to three packages worth `least` (points of 100) or up to a point more.

    Fewer where mixes come out alike; none where no package is worth `least` within the issues' limits.
    """
    floors = [_floor(issue) for issue in issues]
    if not issues or any(issue.worst == issue.best for issue in issues) or any(f > 1 for f in floors):
        return ()
    shares = _shares(issues)
    wanted = max(least / 100, sum(_times(shares, floors), Decimal(0)))
    if wanted > 1:
        return ()
    mixes = [_mix(shares, floors, wanted, favoured) for favoured in _favourites(shares)]
    for parts in FINENESS:
        found = _made(issues, shares, mixes, parts, whole=True)
        if max(package.score for package in found) <= wanted * 100 + WITHIN:
            return _different(found)
    return _different(_made(issues, shares, mixes, FINEST, whole=False))


def _shares(issues: Sequence[Issue]) -> list[Decimal]:
    total = sum((issue.weight for issue in issues), Decimal(0))
    return [issue.weight / total for issue in issues] if total else [Decimal(1) / len(issues)] * len(issues)


def _times(shares: Sequence[Decimal], heights: Sequence[Decimal]) -> list[Decimal]:
    return [share * height for share, height in zip(shares, heights, strict=True)]


def _height(issue: Issue, value: Decimal) -> Decimal:
    """Where a figure stands between worst (0) and best (1)."""
    return (value - issue.worst) / (issue.best - issue.worst)


def _floor(issue: Issue) -> Decimal:
    if issue.limit is None or issue.worst == issue.best:
        return Decimal(0)
    return max(Decimal(0), _height(issue, issue.limit))


def _favourites(shares: Sequence[Decimal]) -> list[int | None]:
    """The heaviest issues, one a package; with two issues the third package favours neither."""
    heavy: list[int | None] = sorted(range(len(shares)), key=lambda i: -shares[i])[:MOST_PACKAGES]  # type: ignore[assignment]
    return [*heavy, None][:MOST_PACKAGES] if len(shares) > 1 else heavy


def _mix(
    shares: Sequence[Decimal], floors: Sequence[Decimal], wanted: Decimal, favoured: int | None
) -> list[Decimal]:
    """Heights worth `wanted`: the favoured issue as high as it can be, the rest share what is left to get."""
    heights = list(floors)
    if favoured is not None:
        missing = wanted - sum(_times(shares, heights), Decimal(0))
        gain = min(1 - heights[favoured], missing / shares[favoured]) if shares[favoured] else Decimal(0)
        heights[favoured] += gain
    missing = max(wanted - sum(_times(shares, heights), Decimal(0)), Decimal(0))
    room = sum((share * (1 - height) for share, height in zip(shares, heights, strict=True)), Decimal(0))
    rise = min(missing / room, Decimal(1)) if room else Decimal(0)
    return [height + rise * (1 - height) for height in heights]


def _made(
    issues: Sequence[Issue],
    shares: Sequence[Decimal],
    mixes: Sequence[Sequence[Decimal]],
    parts: int,
    *,
    whole: bool,
) -> list[Package]:
    steps = [_step(issue, parts, whole=whole) for issue in issues]
    return [_package(issues, shares, list(_rounded(issues, mix, steps))) for mix in mixes]


def _rounded(
    issues: Sequence[Issue], heights: Sequence[Decimal], steps: Sequence[Decimal]
) -> Iterator[Decimal]:
    """Round figures, always to my side's favour, never past the best."""
    for issue, height, step in zip(issues, heights, steps, strict=True):
        span = issue.best - issue.worst
        exact = (issue.worst + span * height) / step
        toward = exact.to_integral_value(ROUND_CEILING if span > 0 else ROUND_FLOOR) * step
        value = min(toward, issue.best) if span > 0 else max(toward, issue.best)
        yield _plain(value)


def _plain(value: Decimal) -> Decimal:
    """100000, neither 1.0E+5 nor 100000.0."""
    return Decimal(f"{value:.0f}" if value == value.to_integral_value() else f"{value.normalize():f}")


def _step(issue: Issue, parts: int, *, whole: bool) -> Decimal:
    """The largest of 1, 2, 5, 10, 20 … that goes `parts` times into the issue's range.

    With `whole`, no less than 1 where the issue is told in whole figures.
    """
    most = abs(issue.best - issue.worst) / parts
    told = (issue.worst, issue.best, issue.worst if issue.limit is None else issue.limit)
    if whole and most < 1 and all(figure == figure.to_integral_value() for figure in told):
        return Decimal(1)
    ten = Decimal(1).scaleb(most.adjusted())
    return next(step * ten for step in ROUND_STEPS if step * ten <= most)


def _package(issues: Sequence[Issue], shares: Sequence[Decimal], values: Sequence[Decimal]) -> Package:
    heights = [_height(issue, value) for issue, value in zip(issues, values, strict=True)]
    parts = tuple(Part(i.name, value, i.unit) for i, value in zip(issues, values, strict=True))
    return Package(parts, sum(_times(shares, heights), Decimal(0)) * 100)


def _different(found: Sequence[Package]) -> tuple[Package, ...]:
    return tuple({package.parts: package for package in reversed(found)}.values())[::-1]
