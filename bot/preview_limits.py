"""Samples of what is said of the ledger and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from dialogs import doubts, effects, seals
from dialogs.deal import Evidence
from dialogs.effect import Change
from dialogs.held import Loosening, Moved
from dialogs.levels import Level

TWO_DAYS, DAY = timedelta(days=2), timedelta(days=1)


def ledger_samples(
    of: Any,  # noqa: ANN401 - the head of every sample
    evidence: tuple[Evidence, ...],
    changes: tuple[Change, ...],
) -> Mapping[str, effects.Message]:
    """The ledger whole and by subject, one reason opened, and every correction."""
    reasons = _reasons(evidence)
    weights = tuple(
        (ground, Decimal(weight))
        for ground, weight in zip(
            "VCKMAPS", ("0.00", "0.81", "1.44", "0.90", "0.00", "0.00", "0.00"), strict=True
        )
    )
    moved = _moved(evidence[0])
    explain = doubts.Explain(
        **of,
        level=Level.PAUSE,
        weights=weights,
        total=Decimal("3.15"),
        reasons=reasons,
        changes=changes,
        check_ins=4,
        moved=moved[:1],
        unit="€",
        pages=2,
    )
    at = evidence[1].at
    account = (
        doubts.Booked(at, 2, Decimal("0.00"), Decimal("0.95"), Decimal("1.60"), Decimal("1.60"), 3),
        doubts.Booked(
            at + TWO_DAYS, 3, Decimal("1.60"), Decimal("0.95"), Decimal("-0.35"), Decimal("1.17"), 0
        ),
        doubts.Booked(
            at + 2 * TWO_DAYS, 0, Decimal("1.17"), Decimal("0.50"), Decimal("0.00"), Decimal("0.59")
        ),
    )
    one = doubts.Explain(
        **of,
        level=Level.PAUSE,
        weights=weights,
        total=Decimal("3.15"),
        reasons=reasons[1:2],
        changes=(),
        check_ins=4,
        subject="K",
        account=account,
    )
    return {
        "explain": explain,
        "explain_one_subject": one,
        "explain_nothing": doubts.Explain(
            **of, level=Level.STAY, weights=(), total=Decimal(0), reasons=(), changes=(), check_ins=0
        ),
        **{
            f"reason_{counted.question}": doubts.Reason(
                **of, counted=counted, check_in=counted.evidence.check_in, question=counted.question
            )
            for counted in reasons
        },
        **{
            f"doubt_{kind}": doubts.DoubtDone(
                **of,
                check_in=2,
                question="tone",
                kind=kind,
                value=2,
                because="she was quoting somebody else",
                counted=Decimal("0.90"),
                before=Level.PAUSE,
                after=Level.PROBE,
            )
            for kind in ("contested", "withdrawn", "upheld")
        },
        "edit_red_line": effects.Edit(
            **of,
            check_in=2,
            question="red_line",
            value=2,
            words="they want sole rights",
            at=at,
            red_lines=("no sole rights", "our engineers stay with us"),
        ),
        **_limits(of, evidence[0], moved),
    }


def _reasons(evidence: tuple[Evidence, ...]) -> tuple[doubts.Counted, ...]:
    tone, deadlock, insult, must_haves, energy = evidence
    at = insult.at + DAY
    doubted = doubts.Version(
        "contested", at, "she was quoting somebody else", 2, insult.words, Decimal("0.90")
    )
    before = doubts.Version("edited", at, "", 3, "they shouted", Decimal("1.60"))
    gone = doubts.Version("withdrawn", at, "I mixed up two calls", 1, "", Decimal("0.00"))
    nought = Decimal("0.00")
    return (
        doubts.Counted(tone, "C", nought, nought, 3, standing="withdrawn", versions=(gone,), value=1),
        doubts.Counted(deadlock, "K", Decimal("1.60"), Decimal("1.44"), 2, eased=1, halved=1, value=3),
        doubts.Counted(
            insult, "C", nought, nought, 2, standing="contested", versions=(before, doubted), value=2
        ),
        doubts.Counted(must_haves, "M", Decimal("0.90"), Decimal("0.90"), 0, value=2),
        doubts.Counted(energy, "S", nought, nought, 0, value=1),
    )


def _moved(evidence: Evidence) -> tuple[Moved, ...]:
    at = evidence.at
    return (
        Moved("limit", loosened=True, at=at, because="the plant they supplied has closed",
              old=Decimal(85_000), new=Decimal(80_000), agreed_by="c"),
        Moved("limit", loosened=False, at=at + DAY, old=Decimal(80_000), new=Decimal(82_000)),
        Moved("must_have", loosened=True, at=at + TWO_DAYS, because="their system does it", text="net 30"),
        Moved("red_line", loosened=False, at=at + TWO_DAYS, text="no sole rights"),
        Moved("limit", loosened=False, at=at, new=Decimal(85_000)),
    )  # fmt: skip


def _limits(of: Any, evidence: Evidence, moved: tuple[Moved, ...]) -> Mapping[str, effects.Message]:  # noqa: ANN401
    at, fact = evidence.at, "the plant they supplied has closed"
    waits = Loosening(7, "limit", fact, at, at + DAY, Decimal(80_000))
    drops = Loosening(8, "must_have", fact, at, at + DAY, drop=0, text="net 30")
    return {
        "limits": seals.Limits(
            **of,
            limit=Decimal(85_000),
            unit="€",
            must_haves=("joint roadmap", "net 30"),
            red_lines=("no sole rights",),
            alternative="sign with the second bidder",
            loosening=waits,
            moved=moved,
        ),
        "limits_none": seals.Limits(**of, limit=None, unit="", must_haves=(), red_lines=(), alternative=""),
        "new_fact_asked": seals.NewFactAsked(
            **of, what="limit", value=Decimal(80_000), old=Decimal(85_000), unit="€"
        ),
        "new_fact_asked_line": seals.NewFactAsked(**of, what="red_line", text="no sole rights", drop=0),
        "loosening_waits": seals.LooseningWaits(
            **of, loosening=waits, old=Decimal(85_000), unit="€", readers=True
        ),
        "loosening_waits_line": seals.LooseningWaits(**of, loosening=drops),
        **{f"limit_moved_{n}": seals.LimitMoved(**of, moved=one, unit="€") for n, one in enumerate(moved)},
        "second_reading": seals.SecondReading(**of, what="limit", because=fact, number=7, due=at + DAY),
    }
