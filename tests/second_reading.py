"""A second reading of rules 1, written from the page alone and sharing no code with the coach.

`replay` gives verdicts without reasons; `random_deal` writes deals to compare two readings on.
It refuses to be fast, and knows no silence rule for a counterpart who jumped once and stood still.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

Record = dict[str, Any]

LEVELS = ("stay", "probe", "pause", "final_offer", "walk_away")
STAY, PROBE, PAUSE, FINAL_OFFER, WALK_AWAY = range(5)
GROUND_OF = {
    "must_haves": "M", "movement": "K", "tone": "C", "red_line": "V", "deadlock": "K", "mutual": "M",
    "pressure": "P", "word": "C", "openness": "K", "integrity": "V", "reciprocity": "K",
    "retrade": "C", "authority": "K", "fresh_eyes": "S", "drift": "S", "defend": "V", "energy": "S",
}  # fmt: skip
SUMMED = ("V", "C", "K", "M", "A", "P")
STEP = (-0.35, 0.0, 0.9, 1.6)
ALTERNATIVE = (0.0, 0.3, 1.0, 2.6)
BETAS = (0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)
ACTIONS = (
    "named_behaviour", "asked_for_time", "final_offer",
    "final_offer_refused", "cure_attempted", "cure_refused",
)  # fmt: skip
EPS = 1e-9  # a bound is met at equality, whatever the order of the floating additions


class Unreadable(Exception):
    """The line gives an error in its place and changes nothing."""


@dataclass(slots=True)
class Breach:
    """One red line: how often confirmed, whether it stands, and what was done since."""

    times: int = 0
    standing: bool = False
    attempted: bool = False
    refused: bool = False


@dataclass(slots=True)
class Deal:
    """All that the lines of one deal have left behind; values are in the deal's unit."""

    opened: datetime
    last: datetime
    sign: int  # 1 seller, -1 buyer, 0 neither
    unit: str | None
    limit: float | None
    target: float | None
    deadline: datetime | None
    alternative: tuple[tuple[float, ...], str | None, datetime | None]
    red_lines: int
    theirs: list[tuple[datetime, float]] = field(default_factory=list)
    first_ask: float | None = None
    open_round: dict[str, int | None] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=lambda: dict.fromkeys("VCKMAPS", 0.0))
    raised_v: set[str] = field(default_factory=set)
    single_three: dict[str, int] = field(default_factory=dict)  # ground -> check-ins it has counted for
    alternative_answer: int = 0
    suspected: bool = False
    breaches: dict[int, Breach] = field(default_factory=dict)
    acts: set[str] = field(default_factory=set)
    pause_open: bool = False
    pause_until: datetime | None = None
    pause_to_return_from: bool = False
    returned: bool = False
    checked_in_since_return: bool = False
    tried: bool = False
    closed: bool = False
    fit: Record | None = None
    latched: set[int] = field(default_factory=set)
    misses: dict[int, int] = field(default_factory=dict)
    level: int = STAY
    told_level: int = STAY
    told_total: float = 0.0
    fresh: set[str] = field(default_factory=set)  # grounds made active since the last nudge
    high_check_ins: int = 0
    last_budgeted: datetime | None = None

    def total(self) -> float:
        return sum(self.scores[g] for g in SUMMED)

    def active(self) -> set[str]:
        return {g for g in SUMMED if self.scores[g] >= 0.9 - EPS}

    def passed(self, at: datetime) -> float:
        """Share of the time from opening to deadline; 0 where there is no deadline."""
        if self.deadline is None or self.deadline <= self.opened:
            return 0.0
        return (at - self.opened) / (self.deadline - self.opened)


# ---- reading a line


def number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise Unreadable("not a number")
    return float(value)


def moment(value: object, zone: tzinfo | None = None) -> datetime | None:
    """Read a time with its zone; a bare date ends with its day in `zone` (refused where there is none)."""
    if value is None:
        return None
    try:
        if zone is not None and isinstance(value, str) and len(value) == len("2030-01-31"):
            return datetime.combine(date.fromisoformat(value) + timedelta(days=1), time(), zone)
        read = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError) as wrong:
        raise Unreadable("not a time") from wrong
    if read.utcoffset() is None:
        raise Unreadable("no zone")
    return read


def one_of(value: object, allowed: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise Unreadable(f"not one of {', '.join(allowed)}")
    return value


def texts(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Unreadable("not a list of texts")
    return value


def met(value: object) -> list[str]:
    return [one_of(state, ("met", "partly", "not")) for state in texts(value)]


def alternative(value: object, zone: tzinfo | None) -> tuple[tuple[float, ...], str | None, datetime | None]:
    if value is None:
        return (), None, None
    if not isinstance(value, dict):
        raise Unreadable("not an alternative")
    firmness = value.get("firmness")
    if firmness is not None:
        one_of(firmness, ("hope", "likely", "firm"))
    one = number(value.get("value"))
    three = [number(value.get(k)) for k in ("low", "likely", "high")]
    spread = tuple(v for v in three if v is not None)
    values = (one,) if one is not None else spread if len(spread) == 3 else ()
    return values, firmness, moment(value.get("expires"), zone)


def red_line_index(deal: Deal, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < deal.red_lines:
        raise Unreadable("no such red line")
    return value


def open_deal(line: Record, at: datetime) -> Deal:
    side = one_of(line.get("side") or "neither", ("seller", "buyer", "neither"))
    if not isinstance(line.get("name"), str) or not isinstance(line.get("counterpart"), str):
        raise Unreadable("no name or counterpart")
    texts(line.get("must_haves"))
    zone = at.tzinfo
    return Deal(
        opened=at,
        last=at,
        sign={"seller": 1, "buyer": -1, "neither": 0}[side],
        unit=line.get("unit"),
        limit=number(line.get("reservation_value")),
        target=number(line.get("target")),
        deadline=moment(line.get("deadline"), zone),
        alternative=alternative(line.get("alternative"), zone),
        red_lines=len(texts(line.get("red_lines"))),
    )


# ---- what each event does


def offered(deal: Deal, line: Record, at: datetime) -> None:
    value, by = number(line.get("value")), one_of(line.get("by"), ("us", "them"))
    if value is None:
        raise Unreadable("an offer without a value")
    if by == "them":
        deal.theirs.append((at, value))
    elif deal.first_ask is None:
        deal.first_ask = value


def must_have_answer(states: list[str]) -> int:
    if not states:
        raise Unreadable("no must-have answered")
    unmet = states.count("not")
    if unmet:
        return 3 if 2 * unmet >= len(states) else 2
    return 1 if "partly" in states else 0


def answered(deal: Deal, line: Record, _at: datetime) -> None:
    question = one_of(line.get("question"), ("offer", "alternative", *GROUND_OF))
    answer = line.get("answer")
    if line.get("red_line") is not None:
        red_line_index(deal, line["red_line"])
    if question == "offer":
        return  # the numbers come as `offered`
    if question == "must_haves" and answer is not None:
        answer = must_have_answer(met(answer))
    if answer is not None and (type(answer) is not int or answer not in range(4)):
        raise Unreadable("not an answer")
    deal.open_round[question] = answer


def checked_in(deal: Deal, _line: Record, _at: datetime) -> None:
    given = {q: a for q, a in deal.open_round.items() if a is not None}
    deal.open_round = {}
    for ground in "VCKMPS":
        own = {q: a for q, a in given.items() if GROUND_OF.get(q) == ground}
        deal.scores[ground] = next_score(deal, ground, own)
        age_single_three(deal, ground, own)
    deal.alternative_answer = given.get("alternative", deal.alternative_answer)
    if "red_line" in given:
        deal.suspected = given["red_line"] >= 2
    settle_alternative(deal)
    deal.checked_in_since_return = deal.returned


def next_score(deal: Deal, ground: str, own: dict[str, int]) -> float:
    kept = deal.scores[ground] * (1.0 if ground == "V" else 0.95)
    if not own:
        return kept
    worst = max(own.values())
    weight = STEP[worst]
    if ground == "V":
        deal.raised_v |= {q for q, a in own.items() if a >= 2}
        if worst == 0 and not deal.raised_v <= set(own):
            weight = 0.0
    cap = 4.0 if ground != "K" else 2.0 if deal.fit else 3.0
    return min(max(kept + weight, 0.0), cap)


def age_single_three(deal: Deal, ground: str, own: dict[str, int]) -> None:
    if own:
        deal.single_three.pop(ground, None)
        if max(own.values()) == 3:
            deal.single_three[ground] = 1
    elif ground in deal.single_three:
        deal.single_three[ground] += 1
        if deal.single_three[ground] > 2:
            del deal.single_three[ground]


def settle_alternative(deal: Deal) -> None:
    from_fit = 0
    if deal.fit:
        from_fit = sum(deal.fit["p_below_limit"] >= bound - EPS for bound in (0.60, 0.74, 0.85))
    deal.scores["A"] = ALTERNATIVE[max(deal.alternative_answer, from_fit)]


def nothing_changed(deal: Deal, _line: Record, _at: datetime) -> None:
    deal.open_round = {}


def alternative_changed(deal: Deal, line: Record, _at: datetime) -> None:
    deal.alternative = alternative(line.get("alternative", line), deal.opened.tzinfo)


def red_line_confirmed(deal: Deal, line: Record, _at: datetime) -> None:
    breach = deal.breaches.setdefault(red_line_index(deal, line.get("red_line")), Breach())
    breach.times += 1
    breach.standing = True


def red_line_cured(deal: Deal, line: Record, _at: datetime) -> None:
    breach = deal.breaches.setdefault(red_line_index(deal, line.get("red_line")), Breach())
    breach.standing = breach.attempted = breach.refused = False


def acted(deal: Deal, line: Record, _at: datetime) -> None:
    action = one_of(line.get("action"), ACTIONS)
    deal.acts.add(action)
    deal.tried |= action in {"named_behaviour", "final_offer", "final_offer_refused"}
    for breach in deal.breaches.values():
        if breach.standing:
            breach.attempted |= action == "cure_attempted"
            breach.refused |= action == "cure_refused"


def paused(deal: Deal, line: Record, _at: datetime) -> None:
    deal.pause_until = moment(line.get("until"), deal.opened.tzinfo)
    deal.pause_open = deal.pause_to_return_from = True


def returned(deal: Deal, _line: Record, _at: datetime) -> None:
    for ground in "CKMP":
        deal.scores[ground] /= 2
    deal.single_three.clear()
    settle_alternative(deal)
    deal.tried |= deal.pause_to_return_from
    deal.pause_open = deal.pause_to_return_from = False
    deal.returned = True
    deal.checked_in_since_return = False


def about_to(_deal: Deal, line: Record, _at: datetime) -> None:
    number(line.get("value"))
    met(line.get("must_haves"))


def closed(deal: Deal, line: Record, _at: datetime) -> None:
    number(line.get("value"))
    one_of(line.get("outcome"), ("agreed", "walked_away", "impasse"))
    deal.closed = True


EVENTS: dict[str, Callable[[Deal, Record, datetime], None]] = {
    "offered": offered, "answered": answered, "checked_in": checked_in, "nothing_changed": nothing_changed,
    "alternative_changed": alternative_changed, "red_line_confirmed": red_line_confirmed,
    "red_line_cured": red_line_cured, "acted": acted, "paused": paused, "returned": returned,
    "about_to_sign": about_to, "about_to_walk": about_to, "closed": closed,
}  # fmt: skip


# ---- fit


def scale(deal: Deal) -> tuple[float, float] | None:
    """Value at score 0 and value of one point; None where there is no scale."""
    if not deal.sign or not deal.theirs:
        return None
    if deal.unit == "points":
        return (0.0, 1.0) if deal.sign > 0 else (100.0, -1.0)
    ask = deal.first_ask if deal.first_ask is not None else deal.target
    zero = deal.theirs[0][1]
    if ask is None or (ask - zero) * deal.sign <= 0:
        return None
    return zero, (ask - zero) / 100


def floors(deal: Deal, at: datetime) -> list[tuple[float, float]]:
    """Weighted values below which a deal is not worth having, in the unit; [] where there is none."""
    values, firmness, expires = deal.alternative
    if firmness == "hope" or (expires is not None and at >= expires):
        values = ()
    if deal.limit is not None:
        better = max if deal.sign > 0 else min
        values = tuple(better(v, deal.limit) for v in values) if firmness == "firm" else ()
        values = values or (deal.limit,)
    weights = (0.25, 0.5, 0.25) if len(values) == 3 else (1.0,)
    return list(zip(weights, values, strict=False))


def fit(deal: Deal, at: datetime) -> Record | None:
    """Project their best by the deadline; None where the fit is silent."""
    measure, limits = scale(deal), floors(deal, at)
    if measure is None or not limits or len(deal.theirs) < 3 or deal.deadline is None:
        return None
    zero, point = measure
    path = best_so_far([(deal.passed(when), (v - zero) / point) for when, v in deal.theirs])
    if deal.deadline <= deal.opened or path[0][0] >= 1:
        return None
    chances = posterior(path)
    if not chances:
        return None
    p = sum(w * sum(c for x, c in chances.items() if x < (v - zero) / point - EPS) for w, v in limits)
    kept = min(max(p, 0.01), 0.99)
    logit = 0.83 + 0.60 * math.log(kept / (1 - kept)) + 0.96 * deal.passed(at)
    return {
        "p_below_limit": p,
        "p_fail": 1 / (1 + math.exp(-logit)),
        "projected_low": zero + point * quantile(chances, 0.05),
        "projected_high": zero + point * quantile(chances, 0.95),
    }


def best_so_far(offers: list[tuple[float, float]]) -> list[tuple[float, float]]:
    path: list[tuple[float, float]] = []
    for t, score in offers:
        path.append((min(t, 1.0), max(score, path[-1][1]) if path else score))
    return path


def posterior(path: list[tuple[float, float]]) -> dict[int, float]:
    """Chance of each final X, summed over the curves; {} where every X is impossible."""
    (t0, x0), best = path[0], path[-1][1]
    logs: list[tuple[int, float]] = []
    for beta in BETAS:
        shape = [(t**beta - t0**beta) / (1 - t0**beta) for t, _ in path]
        for x in range(0, 101, 2):
            if x >= best - 2 - EPS:
                squares = sum((y - x0 - (x - x0) * g) ** 2 for g, (_, y) in zip(shape, path, strict=True))
                logs.append((x, -squares / (2 * 5.0**2)))
    if not logs:
        return {}
    top = max(log for _, log in logs)
    chances = dict.fromkeys((x for x, _ in logs), 0.0)
    for x, log in logs:
        chances[x] += math.exp(log - top)
    whole = sum(chances.values())
    return {x: c / whole for x, c in chances.items()}


def quantile(chances: dict[int, float], share: float) -> float:
    below = 0.0
    for x in sorted(chances):
        below += chances[x]
        if below >= share - EPS:
            return float(x)
    return float(max(chances))


# ---- levels


def row_met(deal: Deal, level: int, at: datetime, lower: float = 0.0) -> bool:
    """Say whether a row holds without its confirmed-red-line cell; `lower` is 0, or 1.0 for going off."""
    total, active, three = deal.total() + EPS, len(deal.active()), deal.single_three
    p = deal.fit["p_below_limit"] + lower / 10 + EPS if deal.fit else 0.0
    if level == PROBE:
        return total >= 3.0 - lower or bool(three.keys() & {"C", "P"}) or p >= 0.60 or deal.suspected
    if level == PAUSE:
        alone = max(deal.scores["C"], deal.scores["V"]) + EPS >= 3.0 - lower
        return (total >= 4.5 - lower and active >= 2) or alone or "V" in three or p >= 0.74
    if level == FINAL_OFFER:
        after_return = deal.checked_in_since_return and row_met(deal, PAUSE, at, lower)
        return after_return or (p >= 0.74 and deal.passed(at) >= 0.8 - EPS)
    grounds = total >= 5.7 - lower and active >= 2 and deal.tried
    return grounds or (p >= 0.85 and "final_offer_refused" in deal.acts)


def red_line_level(deal: Deal) -> int:
    standing = [b for b in deal.breaches.values() if b.standing]
    if any(b.refused or b.times > 1 for b in standing):
        return WALK_AWAY
    if any(b.attempted for b in standing) or (standing and deal.checked_in_since_return):
        return FINAL_OFFER
    return PAUSE if standing else STAY


def settle_level(deal: Deal, event: str, at: datetime) -> None:
    for level in (PROBE, PAUSE, FINAL_OFFER, WALK_AWAY):
        if event == "checked_in":
            held = row_met(deal, level, at, lower=1.0)
            deal.misses[level] = 0 if held else deal.misses.get(level, 0) + 1
            if deal.misses[level] >= 2:
                deal.latched.discard(level)
        if row_met(deal, level, at):
            if level not in deal.latched:
                deal.misses[level] = 0
            deal.latched.add(level)
    deal.level = max(deal.latched | {red_line_level(deal)})


# ---- gates and nudges


def gates(deal: Deal, line: Record) -> set[str]:
    """Return what stands on this line."""
    event, value, found = line["event"], line.get("value"), set[str]()
    if any(b.standing for b in deal.breaches.values()):
        found.add("red_line")
    if event == "about_to_sign":
        if value is not None and deal.limit is not None and (value - deal.limit) * deal.sign < 0:
            found.add("below_limit")
        if "not" in (line.get("must_haves") or []):
            found.add("must_have")
    if event == "about_to_walk":
        # A ruling: a confirmed breach silences "but the price is good".
        limit = None if "red_line" in found else deal.limit
        if limit is not None and any((v - limit) * deal.sign > 0 for _, v in deal.theirs):
            found.add("beats_alternative")
        if not deal.tried:
            found.add("nothing_tried")
    return found


def gate_fires(line: Record, standing: set[str]) -> bool:
    if line["event"] == "about_to_walk":
        return bool(standing - {"red_line"})
    return line["event"] == "red_line_confirmed" or (line["event"] == "about_to_sign" and bool(standing))


def within_budget(deal: Deal, at: datetime) -> bool:
    if deal.last_budgeted is None:
        return True
    if deal.deadline is not None and timedelta() <= deal.deadline - at < timedelta(days=1):
        return at - deal.last_budgeted >= timedelta(hours=1)
    return at.date() != deal.last_budgeted.date()


def worth_telling(deal: Deal, event: str, before: tuple[int, float, set[str]]) -> bool:
    """Say whether the line asks for a nudge, budget and pause aside; `before` is level, total, active."""
    level, total, active = before
    deal.told_level = min(deal.told_level, deal.level)
    if event == "checked_in":
        deal.fresh = (deal.fresh | (deal.active() - active)) & deal.active()
        deal.high_check_ins = deal.high_check_ins + 1 if deal.level >= PAUSE else 0
        grown = (
            deal.total() - deal.told_total >= 1.0 - EPS or bool(deal.fresh) or deal.level > deal.told_level
        )
        if grown and deal.level >= PROBE and deal.total() > total + EPS:
            return True
        if deal.high_check_ins and deal.high_check_ins % 4 == 0:
            return True
    return deal.level > level


def nudge(
    deal: Deal, line: Record, at: datetime, before: tuple[int, float, set[str]], standing: set[str]
) -> bool:
    fires = gate_fires(line, standing)
    wanted = worth_telling(deal, line["event"], before) and not deal.closed
    if deal.pause_open and line["event"] != "offered":
        wanted = False
    exempt = fires or deal.level == WALK_AWAY
    if not fires and not (wanted and (exempt or within_budget(deal, at))):
        return False
    if not exempt:
        deal.last_budgeted = at
    deal.told_level, deal.told_total, deal.fresh = deal.level, deal.total(), set()
    return True


# ---- replay


def read(text: str) -> tuple[Record, datetime]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("not JSON") from wrong
    if not isinstance(line, dict) or not isinstance(line.get("deal"), str):
        raise Unreadable("no deal")
    one_of(line.get("event"), ("opened", *EVENTS))
    at = moment(line.get("at"))
    if at is None:
        raise Unreadable("no time")
    return line, at


def step(deals: dict[str, Deal], text: str, *, with_fit: bool) -> Record:
    line, at = read(text)
    deal = deals.get(line["deal"])
    if line["event"] == "opened":
        if deal is not None:
            raise Unreadable("opened twice")
        deal = deals[line["deal"]] = open_deal(line, at)
    elif deal is None or deal.closed or at < deal.last:
        raise Unreadable("unknown, closed, or back in time")
    before = (deal.level, deal.total(), deal.active())
    # The fit comes first, because grounds are settled with it; only these two events change what it sees.
    if line["event"] not in {"offered", "alternative_changed"}:
        deal.fit = fit(deal, at) if with_fit else None
    if line["event"] != "opened":
        EVENTS[line["event"]](deal, line, at)
    if deal.pause_until is not None and at >= deal.pause_until:
        deal.pause_open = False
    deal.fit = fit(deal, at) if with_fit else None
    deal.last = at
    settle_level(deal, line["event"], at)
    standing = gates(deal, line)
    told = nudge(deal, line, at, before, standing)
    grounds = {g: round(s, 2) for g, s in deal.scores.items()} | {"total": round(deal.total(), 2)}
    return {
        "at": line["at"], "deal": line["deal"], "event": line["event"], "level": LEVELS[deal.level],
        "grounds": grounds, "fit": deal.fit, "gates": sorted(standing), "nudge": told,
    }  # fmt: skip


def replay(lines: Iterable[str], *, with_fit: bool = True) -> Iterator[Record]:
    """Give a verdict or `{"line": n, "error": why}` for each line; `with_fit=False` silences the fit."""
    deals: dict[str, Deal] = {}
    for n, text in enumerate(lines, 1):
        try:
            yield step(deals, text, with_fit=with_fit)
        except Unreadable as why:
            yield {"line": n, "error": str(why)}


# ---- random deals

MOODS = {"calm": (12, 4, 1, 0), "cool": (4, 5, 3, 1), "stall": (3, 4, 5, 3), "hostile": (2, 2, 5, 5)}
MALFORMED = (
    "", "not json", "[]", "null", '{"deal": 7}',
    '{"at": "2030-01-01T09:00:00", "deal": "%s", "event": "checked_in"}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s", "event": "no_such_event"}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s", "event": "answered", "question": "weather", "answer": 1}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s", "event": "answered", "question": "tone", "answer": 4}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s", "event": "offered", "by": "them"}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s", "event": "red_line_confirmed", "red_line": 9}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s", "event": "acted", "action": "sulked"}',
    '{"at": "2029-01-01T09:00Z", "deal": "%s", "event": "checked_in"}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s, which nobody opened", "event": "checked_in"}',
    '{"at": "2031-01-01T09:00Z", "deal": "%s", "event": "opened", "name": "twice", "counterpart": "Acme"}',
)  # fmt: skip


@dataclass(slots=True)
class Storyteller:
    """Writes one deal, line by line; the clock only goes forward."""

    rng: random.Random
    deal: str
    at: datetime
    facts: Record = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    gap: float = 40.0  # what their best offer lacks of the first ask, as a share of 100
    mood: str = "calm"

    def say(self, event: str, **fields: object) -> None:
        self.lines.append(
            json.dumps({"at": self.at.isoformat(), "deal": self.deal, "event": event, **fields})
        )
        self.at += timedelta(minutes=self.rng.randint(0, 45))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def random_alternative(rng: random.Random, start: datetime, price: Callable[[float], float]) -> Record:
    worth = rng.uniform(20, 70)
    found: Record = {"name": "the other bid", "firmness": rng.choice(("hope", "likely", "firm"))}
    if rng.random() < 0.6:
        found["value"] = price(worth)
    elif rng.random() < 0.6:
        found |= {"low": price(worth - 10), "likely": price(worth), "high": price(worth + 10)}
    if rng.random() < 0.4:
        expires = start + timedelta(days=rng.randint(3, 40))
        found["expires"] = expires.date().isoformat() if rng.random() < 0.5 else expires.isoformat()
    return found


def price_of(facts: Record) -> Callable[[float], float]:
    """Turn a score (0 their opening, 100 our ask) into a value that suits side and unit."""
    if facts.get("unit") == "points":
        return (lambda s: round(100 - s, 1)) if facts.get("side") == "buyer" else (lambda s: round(s, 1))
    point = -400 if facts.get("side") == "buyer" else 400
    return lambda s: round(80_000 + point * s, 2)


def random_facts(rng: random.Random, start: datetime) -> Record:
    facts: Record = {"name": "DynamicTech renewal", "counterpart": "DynamicTech"}
    if rng.random() < 0.9:
        facts["side"] = rng.choice(("seller", "buyer", "seller", "buyer", "neither"))
    facts["unit"] = rng.choice(("EUR", "points", None))
    price = price_of(facts)
    if rng.random() < 0.75:
        facts["reservation_value"] = price(rng.uniform(35, 75))
    if rng.random() < 0.6:
        facts["target"] = price(100)
    if rng.random() < 0.85:
        end = start + timedelta(days=rng.randint(8, 60), hours=rng.randint(0, 9))
        facts["deadline"] = end.date().isoformat() if rng.random() < 0.3 else end.isoformat()
    facts["must_haves"] = ["net 30", "data stays in the EU", "exit clause"][: rng.randint(0, 3)] or None
    facts["red_lines"] = ["exclusivity", "unlimited liability"][: rng.randint(0, 2)]
    facts["alternative"] = random_alternative(rng, start, price) if rng.random() < 0.5 else None
    return facts


def tell_offers(teller: Storyteller) -> None:
    price = price_of(teller.facts)
    if teller.chance(0.6):
        teller.gap = max(0.0, teller.gap * teller.rng.uniform(0.75, 1.0))
        teller.say("offered", by="them", value=price(100 - 100 * teller.gap / 40 + teller.rng.uniform(-2, 2)))
    if teller.chance(0.4):
        teller.say("offered", by="us", value=price(100 - teller.rng.uniform(0, 15)))


def tell_answer(teller: Storyteller, question: str) -> None:
    count = len(teller.facts["must_haves"] or ())
    answer: object = teller.rng.choices(range(4), MOODS[teller.mood])[0]
    if question == "must_haves":
        answer = teller.rng.choices(
            ("met", "partly", "not"), (4, 2, 1 + 3 * (teller.mood == "stall")), k=max(count, 1)
        )
    extra: Record = {"note": "their words"} if teller.chance(0.2) else {}
    if question == "red_line" and teller.facts["red_lines"] and teller.chance(0.5):
        extra["red_line"] = 0
    teller.say("answered", question=question, answer=None if teller.chance(0.07) else answer, **extra)


def tell_check_in(teller: Storyteller) -> None:
    asked = teller.rng.sample(["alternative", *GROUND_OF], teller.rng.randint(0, 5))
    if not teller.facts["red_lines"]:
        asked = [q for q in asked if q != "red_line"]
    if not teller.facts["must_haves"]:
        asked = [q for q in asked if q != "must_haves"]
    for question in asked + (asked[:1] if teller.chance(0.15) else []):
        tell_answer(teller, question)
    teller.say("nothing_changed" if teller.chance(0.07) else "checked_in")


def tell_breach(teller: Storyteller) -> None:
    lines = len(teller.facts["red_lines"])
    if not lines:
        return
    index = teller.rng.randrange(lines)
    teller.say("red_line_confirmed", red_line=index)
    if teller.chance(0.5):
        teller.say("acted", action="cure_attempted")
    if teller.chance(0.6):
        tell_check_in(teller)
    if teller.chance(0.3):
        teller.say("acted", action="cure_refused")
    elif teller.chance(0.7):
        teller.say("red_line_cured", red_line=index)


def tell_pause(teller: Storyteller) -> None:
    until = teller.at + timedelta(days=teller.rng.randint(1, 5))
    bare = teller.chance(0.5)
    teller.say(
        "paused", reason="their board meets", until=until.date().isoformat() if bare else until.isoformat()
    )
    teller.at += timedelta(days=teller.rng.choice((0, 1, 3, 6)), hours=2)
    if teller.chance(0.3):
        tell_offers(teller)
    if teller.chance(0.3):
        tell_check_in(teller)
    teller.say("returned", because="a better package")


def tell_gate(teller: Storyteller) -> None:
    if teller.chance(0.4):
        teller.say("about_to_walk")
        return
    count = len(teller.facts["must_haves"] or ())
    states = teller.rng.choices(("met", "partly", "not"), (5, 2, 1), k=count)
    value = None if teller.chance(0.2) else price_of(teller.facts)(teller.rng.uniform(20, 100))
    teller.say("about_to_sign", value=value, must_haves=states or None)


def tell_act(teller: Storyteller) -> None:
    action = teller.rng.choice(ACTIONS[:3])
    teller.say("acted", action=action)
    if action == "final_offer" and teller.chance(0.5):
        teller.say("acted", action="final_offer_refused")


def tell_alternative(teller: Storyteller) -> None:
    teller.say("alternative_changed", **random_alternative(teller.rng, teller.at, price_of(teller.facts)))


def random_deal(rng: random.Random) -> list[str]:
    """Write the lines of one plausible deal; some dozens show every event and every bad line."""
    zone = timezone(timedelta(hours=rng.choice((-5, 0, 0, 2, 9))))
    start = datetime(2030, 1, 7, 9, tzinfo=zone) + timedelta(days=rng.randint(0, 90))
    teller = Storyteller(rng, f"deal-{rng.randrange(10**9)}", start, random_facts(rng, start))
    teller.say("opened", **teller.facts)
    end = moment(teller.facts.get("deadline"), zone) or start + timedelta(days=30)
    for turn in range(turns := rng.randint(4, 18)):
        if rng.random() < 0.4:
            teller.mood = rng.choice(tuple(MOODS))
        if turn >= turns - 2 and rng.random() < 0.5:
            teller.at = max(teller.at, end - timedelta(hours=rng.randint(2, 20)))
        else:
            teller.at += (end - start) / (turns + 1) * rng.uniform(0.5, 1.2)
        tell_offers(teller)
        tell_check_in(teller)
        for tell, share in ((tell_breach, 0.06), (tell_pause, 0.08), (tell_gate, 0.1), (tell_act, 0.12)):
            if rng.random() < share:
                tell(teller)
        if rng.random() < 0.06:
            tell_alternative(teller)
        if rng.random() < 0.05:
            teller.lines.append(rng.choice(MALFORMED).replace("%s", teller.deal))
    if rng.random() < 0.7:
        teller.say("closed", outcome=rng.choice(("agreed", "walked_away", "impasse")), value=None)
    if rng.random() < 0.2:
        tell_check_in(teller)
    return teller.lines
