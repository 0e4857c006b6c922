"""Replay: two readings of one page agree, errors stand in their lines, and a long file needs no memory."""

from __future__ import annotations

import json
import pickle
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.letters import codec
from bot.spool import Spool
from dialogs.replay import Replay
from tests import second_reading

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
DEALS, SEED = 300, 20261123
WITHIN = 0.011  # two roundings to two decimals may differ by one unit
ONE_DEAL: dict[str, Any] = {"name": "DynamicTech renewal", "counterpart": "DynamicTech"}


def line(event: str, day: float = 0, *, deal: str = "d1", **fields: object) -> str:
    return json.dumps(
        {"at": (START + timedelta(days=day)).isoformat(), "deal": deal, "event": event, **fields}
    )


def verdicts(*lines: str) -> list[dict[str, Any]]:
    return list(Replay().verdicts(lines))


def mixed(deals: list[list[str]], rng: random.Random) -> Iterator[str]:
    """The lines of many deals in one file, each deal's own in order."""
    waiting = [iter(deal) for deal in deals]
    while waiting:
        teller = rng.choice(waiting)
        told = next(teller, None)
        if told is None:
            waiting.remove(teller)
        else:
            yield told


# ---- two readings


def test_two_readings_of_the_page_agree_on_random_deals() -> None:
    rng = random.Random(SEED)
    lines = list(mixed([second_reading.random_deal(rng) for _ in range(DEALS)], rng))
    ours, theirs = list(Replay(rules=1).verdicts(lines)), list(second_reading.replay(lines))
    compared = sum(agree(text, one, other) for text, one, other in zip(lines, ours, theirs, strict=True))
    assert compared > 30 * DEALS
    assert sum(one.get("fit") is not None for one in ours) > 10 * DEALS


def test_without_prices_and_a_last_day_both_rules_say_the_same() -> None:
    rng = random.Random(SEED)
    deals = [second_reading.random_deal(rng) for _ in range(DEALS)]
    timeless = [deal for deal in deals if "deadline" not in json.loads(deal[0])]
    assert len(timeless) > DEALS // 20
    for lines in timeless:
        assert list(Replay(rules=1).verdicts(lines)) == list(Replay(rules=2).verdicts(lines))


def agree(text: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Compare two verdicts on one line; whether it was one that could be read."""
    assert ("error" in one) == ("error" in other), (text, one, other)
    if "error" in one:
        assert one["line"] == other["line"]
        return False
    assert (one["level"], one["nudge"], set(one["gates"])) == (
        other["level"],
        other["nudge"],
        set(other["gates"]),
    ), (text, one, other)
    for ground, weight in one["grounds"].items():
        assert abs(weight - other["grounds"][ground]) <= WITHIN, (text, ground, one, other)
    assert (one["fit"] is None) == (other["fit"] is None), (text, one, other)
    for figure, value in (one["fit"] or {}).items():
        assert abs(value - other["fit"][figure]) <= WITHIN, (text, figure, one, other)
    return True


def test_the_random_deals_show_every_level_gate_and_event() -> None:
    rng = random.Random(SEED)
    seen: set[str] = set()
    for _ in range(DEALS // 3):
        for said in Replay().verdicts(second_reading.random_deal(rng)):
            seen |= {said["level"], said["event"], *said["gates"]} if "level" in said else {"error"}
    assert seen >= {"stay", "probe", "pause", "final_offer", "walk_away", "error"}
    assert seen >= {"red_line", "below_limit", "must_have", "beats_alternative", "nothing_tried"}
    assert seen >= {"opened", *second_reading.EVENTS}


def test_replayed_twice_is_the_same() -> None:
    lines = second_reading.random_deal(random.Random(SEED))
    assert verdicts(*lines) == verdicts(*lines)


# ---- what is written


def test_a_verdict_has_the_fields_the_page_promises() -> None:
    (_, _, said) = verdicts(
        line("opened", **ONE_DEAL), line("answered", question="tone", answer=3), line("checked_in")
    )
    assert {key: said[key] for key in ("deal", "event", "level", "fit", "gates", "nudge")} == {
        "deal": "d1",
        "event": "checked_in",
        "level": "probe",
        "fit": None,
        "gates": [],
        "nudge": True,
    }
    assert said["grounds"] == {"V": 0, "C": 1.6, "K": 0, "M": 0, "A": 0, "P": 0, "S": 0, "total": 1.6}
    assert [(r["question"], r["answer"], r["check_in"]) for r in said["reasons"]] == [("tone", 3, 1)]
    assert [set(change) for change in said["would_change"]] == [{"question", "answer", "check_ins", "level"}]


def test_answers_are_taken_as_given_without_the_words_a_dialog_needs() -> None:
    said = verdicts(
        line("opened", **ONE_DEAL), line("answered", question="tone", answer=2), line("checked_in")
    )
    assert said[-1]["grounds"]["C"] == 0.9


def test_every_verdict_is_json() -> None:
    for said in verdicts(*second_reading.random_deal(random.Random(1))):
        assert json.loads(json.dumps(said)) == said


def test_a_bare_date_ends_with_its_day_where_the_deal_was_opened() -> None:
    opened = {**ONE_DEAL, "at": "2026-11-23T09:00:00-05:00", "deal": "d1", "event": "opened"}
    replay = Replay()
    replay.verdict(json.dumps({**opened, "deadline": "2026-12-03"}))
    deadline = replay.deals["d1"].deadline
    assert deadline is not None
    assert deadline.isoformat() == "2026-12-03T23:59:59.999999-05:00"


def test_the_day_of_the_budget_is_the_one_the_line_is_written_in() -> None:
    def at(moment: str, event: str, **fields: object) -> str:
        return json.dumps({"at": moment, "deal": "d1", "event": event, **fields})

    said = verdicts(
        at("2026-11-23T08:00:00+09:00", "opened", **ONE_DEAL),
        at("2026-11-23T08:30:00+09:00", "answered", question="tone", answer=3),
        at("2026-11-23T08:30:00+09:00", "checked_in"),  # still the 22nd in UTC
        at("2026-11-23T20:00:00+09:00", "answered", question="tone", answer=3),
        at("2026-11-23T20:00:00+09:00", "checked_in"),
    )
    assert (said[-1]["level"], said[2]["nudge"], said[-1]["nudge"]) == ("pause", True, False)


def test_the_example_in_the_documentation_is_true() -> None:
    page = Path(__file__).parent.parent.joinpath("docs", "replay.md").read_text(encoding="utf-8")
    lines, verdict = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert verdicts(*lines.splitlines())[-1] == json.loads(verdict)


# ---- errors

OPEN = line("opened", **ONE_DEAL, red_lines=["exclusivity"], must_haves=["net 30", "exit"])


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "object"),
        (line("opened", **ONE_DEAL), "open already"),
        (line("checked_in", deal="d2"), "unknown"),
        (line("checked_in", -1), "back in time"),
        (line("sulked"), "expected one of"),
        ('{"at": "2026-11-24T09:00:00", "deal": "d1", "event": "checked_in"}', "zone"),
        ('{"at": "soon", "deal": "d1", "event": "checked_in"}', "ISO 8601"),
        ('{"at": "2026-11-24T09:00Z", "deal": 1, "event": "checked_in"}', "deal"),
        (line("answered", question="weather", answer=1), "question"),
        (line("answered", question="tone", answer=4), "0, 1, 2, 3 or null"),
        (line("answered", question="tone", answer=True), "0, 1, 2, 3 or null"),
        (line("answered", question="tone", answer="2"), "0, 1, 2, 3 or null"),
        (line("answered", question="tone", answer=[1]), "0, 1, 2, 3 or null"),
        (line("answered", question="must_haves", answer=2), "met, partly, not"),
        (line("answered", question="must_haves", answer=["met"]), "met, partly, not"),
        (line("answered", question="must_haves", answer=["met", ["met"]]), "met, partly, not"),
        (line("answered", question="red_line", answer=2, red_line=1), "red_line"),
        (line("offered", by="them"), "value"),
        (line("offered", by="us", value="80"), "value"),
        (line("offered", by="me", value=80), "by"),
        (line("offered", by="us", value=float("inf")), "value"),
        (line("red_line_confirmed", red_line=-1), "red_line"),
        (line("red_line_confirmed", red_line=True), "red_line"),
        (line("acted", action="sulked"), "action"),
        (line("closed", outcome="lost"), "outcome"),
        (line("about_to_sign", value=80, must_haves=["met"]), "must_haves"),
        (line("alternative_changed", alternative={"name": "x", "firmness": "rock"}), "firmness"),
    ],
)
def test_a_line_that_cannot_be_read_says_so_in_its_place_and_changes_nothing(bad: str, says: str) -> None:
    replay = Replay()
    said = list(
        replay.verdicts([OPEN, bad, line("answered", 1, question="tone", answer=3), line("checked_in", 1)])
    )
    assert said[1]["line"] == 2
    assert says in said[1]["error"]
    assert (said[3]["level"], said[3]["grounds"]["total"], replay.failed) == ("probe", 1.6, 1)


def test_nothing_comes_after_closed() -> None:
    said = verdicts(OPEN, line("closed", outcome="agreed"), line("checked_in"), line("opened", 1, **ONE_DEAL))
    assert ["error" in verdict for verdict in said] == [False, False, True, True]


def test_a_bad_line_in_one_deal_leaves_the_others_alone() -> None:
    rng = random.Random(7)
    one, other = second_reading.random_deal(rng), second_reading.random_deal(rng)
    alone = [v for v in verdicts(*other) if "error" not in v]
    torn = [part for text in one for part in (text, text[:20])]
    together = [v for v in verdicts(*torn, *other) if v.get("deal") in {a["deal"] for a in alone}]
    assert together == alone


# ---- a long file


def long_file(count: int) -> Iterator[str]:
    yield OPEN
    for number in range(1, count):
        kind, day = number % 3, number / 100
        if kind:
            yield line(
                "answered", day, question=("tone", "deadlock")[kind - 1], answer=number % 4, note="words"
            )
        else:
            yield line("checked_in", day)


def size(replay: Replay) -> int:
    """How many bytes all that a replay remembers would take on disk."""
    return len(pickle.dumps(replay.deals))


def test_a_file_of_25000_lines_is_read_line_by_line_and_remembered_in_the_same_room() -> None:
    replay, sizes = Replay(), {}
    for number, said in enumerate(replay.verdicts(long_file(25_000)), 1):
        assert "error" not in said
        if number in (1_000, 25_000):
            sizes[number] = size(replay)
    assert sizes[25_000] < 1.1 * sizes[1_000]


def test_each_verdict_comes_before_the_next_line_is_read() -> None:
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for text in long_file(10):
            taken += 1
            yield text

    for number, _ in enumerate(Replay().verdicts(lines()), 1):
        assert taken == number


# ---- the logs


def test_logs_on_disk_are_those_in_memory() -> None:
    rng = random.Random(SEED)
    lines = list(mixed([second_reading.random_deal(rng) for _ in range(20)], rng))
    lines += [line("edited", 400, deal=key, check_in=1, question="tone", answer=3) for key in opened(lines)]
    with Spool(codec, in_memory=7) as spool:
        spilled = Replay(logs=spool)
        memory = Replay()
        assert list(spilled.verdicts(lines)) == list(memory.verdicts(lines))
        assert spilled.deals == memory.deals
        for key in memory.deals:
            assert list(spool.of(key)) == list(memory.logs.of(key))
            spool.drop(key)
            assert spool.of(key) == []


def opened(lines: list[str]) -> list[str]:
    """The deals that a file opens."""
    told = [json.loads(text) for text in lines if text.startswith("{")]
    return [row["deal"] for row in told if row.get("event") == "opened" and isinstance(row.get("deal"), str)]
