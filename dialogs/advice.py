"""From a level to advice: the reasons that carry it, and one action to take first.

Everything here is computed from the record by the same rules; it refuses to invent a reason.
"""

from __future__ import annotations

from dialogs import gates, grounds
from dialogs.deal import Deal, Evidence
from dialogs.grounds import COUNTED, Ground
from dialogs.levels import Level
from dialogs.questions import QUESTIONS, ground_of
from dialogs.record import level_of

MOST_REASONS = 3
WORRYING = 2
OWN_STATE = tuple(q.key for q in QUESTIONS if q.ground == "S")
WORTH_KNOWING = ("alternative", "mutual", "authority", "word")

ACTIONS: dict[Ground, str] = {
    "C": "name_behaviour",
    "P": "ask_for_time",
    "K": "ask_what_moves",
    "M": "ask_needs",
    "A": "check_plan_b",
    "V": "confirm_red_line",
}


def reasons(deal: Deal) -> tuple[Evidence, ...]:
    """Up to three pieces of evidence, one a question at most: the heaviest ground first, own words first."""
    weights = deal.coach.grounds
    best: dict[str, Evidence] = {}
    for evidence in deal.coach.evidence:
        kept = best.get(evidence.question)
        if evidence.value >= WORRYING and (kept is None or _speaks(evidence) >= _speaks(kept)):
            best[evidence.question] = evidence
    heavy = [e for e in best.values() if _weight(weights, e) > 0]
    heavy.sort(key=lambda e: (-_weight(weights, e), not e.words, -e.value, -e.check_in))
    first = [e for i, e in enumerate(heavy) if ground_of(e.question) not in _grounds_of(heavy[:i])]
    rest = [e for e in heavy if e not in first]
    return tuple((first + rest)[:MOST_REASONS])


def _grounds_of(found: list[Evidence]) -> set[Ground | None]:
    return {ground_of(e.question) for e in found}


def _speaks(evidence: Evidence) -> tuple[bool, int, int]:
    """The user's own words first, then the worse answer, then the newer."""
    return bool(evidence.words), evidence.value, evidence.check_in


def _weight(weights: grounds.Grounds, evidence: Evidence) -> float:
    ground = ground_of(evidence.question)
    return 0.0 if ground is None or ground == "S" else weights[ground]


def unknown(deal: Deal) -> tuple[str, ...]:
    """What was never answered and would be worth knowing, at most two."""
    asked = deal.coach.asked
    return tuple(k for k in WORTH_KNOWING if k not in asked or asked[k].value is None)[:2]


def tired(deal: Deal) -> bool:
    """Whether the negotiator's own state, as last answered, asks for a day's wait."""
    asked = deal.coach.asked
    own = [last for key in OWN_STATE if (last := asked.get(key)) and last.value is not None]
    newest = max((last.number for last in own), default=0)
    return any((last.value or 0) >= WORRYING for last in own if last.number == newest)


def suspected(deal: Deal) -> int | None:
    """The red line a demand may have crossed, not confirmed yet; None if there is none."""
    line = deal.coach.suspected_line
    if not deal.coach.suspected or line >= len(deal.red_lines) or deal.red_lines[line].confirmed:
        return None
    return line


def breached(deal: Deal) -> tuple[str, ...]:
    """The words of the red lines whose breach is confirmed."""
    return tuple(line.text for line in deal.red_lines if line.confirmed)


def action(deal: Deal) -> str:
    """The one action offered first at this level."""
    level = level_of(deal)
    if level is Level.STAY:
        return "go_on"
    if tired(deal) and level is not Level.WALK_AWAY:
        return "wait_a_day"
    if level is Level.PAUSE:
        return "pause"
    if level in (Level.FINAL_OFFER, Level.WALK_AWAY):
        return level.key
    return _probe(deal)


def _probe(deal: Deal) -> str:
    if deal.coach.suspected and not gates.red_line_confirmed(deal):
        return "confirm_red_line"
    weights = deal.coach.grounds
    return ACTIONS[max(COUNTED, key=lambda ground: weights[ground])]
