"""The guard: no secret passes in any form it knows, and ordinary talk passes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.deal import Alternative, Promise, RedLine
from dialogs.events import AlternativeChanged
from dialogs.guard import Kind, Secrets, found, secrets_of
from dialogs.held import Moved
from dialogs.issues import Issue
from tests import spellings
from tests.story import MONDAY, Story

TALK = (Path(__file__).parent / "data" / "deal_talk.txt").read_text("utf-8").splitlines()
ROUNDS, SEED = 10_000, 20261126
WORDS = ("exclusivity", "source code", "audit rights", "liability", "branding", "poaching", "escrow")
NAMES = (
    "StagnantCo", "Nordwind Logistics GmbH", "Blue Heron", "renew with the current vendor", "Acme Ltd",
    "build it ourselves", "Müller & Söhne", "Vertex Systems Inc.", "Haldane", "the Rotterdam offer",
)  # fmt: skip
HEADS = (
    "82", "eighty-two", "82 and a half thousand or so", "€82", "82k", "80–82k", "82-85k", "82 thousand 350",
    "eight two zero zero zero", "half a million minus 418k, so 82 K", "0,082 million", "82 000,00",
)  # fmt: skip


def of(value: object, unit: str = "", kind: Kind = "limit") -> Secrets:
    return Secrets(figures=((kind, Decimal(str(value)), unit),))


def named(phrase: str, kind: Kind = "plan_b") -> Secrets:
    return Secrets(phrases=((kind, phrase),))


# ---- figures


@pytest.mark.parametrize("form", sorted(set(spellings.every(82_350))))
def test_no_form_of_a_figure_passes(form: str) -> None:
    assert found(f"We stop at {form}.", of(82_350))


@pytest.mark.parametrize("form", HEADS)
def test_short_forms_and_ranges_are_forms(form: str) -> None:
    secret = 82_500 if "half thousand" in form else 82_350 if "350" in form else 82_000
    assert found(f"not under {form}", of(secret))


@pytest.mark.parametrize("form", list(spellings.percentages(12)))
def test_a_share_is_found_as_a_share(form: str) -> None:
    assert found(f"they must not know of {form}", of(12, "%"))


@pytest.mark.parametrize(
    ("text", "secret", "unit"),
    [
        ("We meet on 24 November", 24, ""), ("at 17:00", 17, ""), ("24 people joined", 24, "months"),
        ("version 82 is out", 82, "%"), ("in 2026 all is new", 2026, ""), ("12% are done", 12_000, "€"),
        ("80k", 82_350, ""), ("they have 82 users", 82_000, ""), ("May 24 works", 24, "€"),
        ("Q4 and v2.3", 4, ""),
        ("9k", 82_350, ""), ("3pm", 3, ""), ("the 24th", 24, ""), ("in 24 hours", 24, "months"),
    ],
)  # fmt: skip
def test_what_is_another_figure_passes(text: str, secret: int, unit: str) -> None:
    assert found(text, of(secret, unit)) == ()


def test_the_ends_of_a_range_share_its_scale() -> None:
    assert found("between 9-12k", of(9_000))
    assert not found("between 9 and 12 of them", of(9_000))


def test_a_small_figure_in_its_own_unit_is_found() -> None:
    assert found("we need 24 months", of(24, "months", "issue_limit"))
    assert found("sixty points", of(60, "points"))
    assert found("at least 24, no less", of(24, "months"))


def test_a_hit_says_where_it_stands_in_the_text_as_typed() -> None:
    text = "Ünder\N{ZERO WIDTH SPACE} us: *8*2k is it"
    (hit,) = found(text, of(82_000))
    assert text[hit.start : hit.end] == "8*2k"


@given(st.integers(10_001, 9_999_999), st.randoms(use_true_random=False))
def test_whatever_the_figure_its_forms_are_found(value: int, rng: random.Random) -> None:
    form = rng.choice(list(spellings.every(value)))
    assert found(spellings.said(form, rng), of(value)), form


# ---- names and phrases


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("we could go with stagnantco", "StagnantCo"), ("S t a g n a n t C o is cheaper", "StagnantCo"),
        ("the NORDWIND people", "Nordwind GmbH"), ("nordwindlogistics called", "Nordwind Logistics"),
        ("else we renew with our current vendor", "renew with the current vendor"),
        ("muller said no, müller said yes", "Müller"), ("Stagnant\N{SOFT HYPHEN}Co", "StagnantCo"),
        ("Stagnant Co then", "StagnantCo"), ("Acmes offer", "Acme Ltd"),
        ("else it is nordwind", "Nordwind Logistics"),
    ],
)  # fmt: skip
def test_the_alternative_is_known_by_name(text: str, name: str) -> None:
    assert found(text, named(name))


def test_an_ordinary_first_word_does_not_stand_for_the_name() -> None:
    assert not found("the first offer came, the national one too", named("First National Bank"))
    assert found("the First National bank then", named("First National Bank"))


def test_the_words_of_a_red_line_are_found_in_other_sentences() -> None:
    line = "They ask for exclusivity in our home market"
    assert found("we would never give them exclusivity on the home market", named(line, "red_line"))
    assert not found("the market is difficult at home these days, no exclusive news", named(line, "red_line"))


def test_common_words_alone_are_no_phrase_unless_there_are_no_others() -> None:
    assert not found("I will be out, they will not", named("I will leave if they are rude", "promise"))
    assert found("it is what it is", named("it is what it is", "promise"))


# ---- the deal's secrets


def test_a_deal_keeps_limits_past_and_present_its_plan_b_its_lines_and_its_promise() -> None:
    deal = Story(limit=Decimal(82_000), side="seller").does(
        AlternativeChanged, alternative=Alternative("StagnantCo", low=Decimal(71_000), high=Decimal(76_000))
    ).deal  # fmt: skip
    deal = replace(
        deal,
        target=Decimal(95_000),
        moved=(Moved("limit", loosened=True, at=MONDAY, old=Decimal(88_000), new=Decimal(82_000)),),
        issues=(Issue("term", Decimal(100), Decimal(12), Decimal(48), Decimal(36), "months"),),
        red_lines=(RedLine("Personal insults"),),
        promise=Promise("they ask for exclusivity", MONDAY - timedelta(days=1)),
    )
    said = (
        "88k 82k 95k, StagnantCo at 71k to 76k; 36 months; no personal insults; if they ask for exclusivity"
    )
    kinds = {hit.kind for hit in found(said, secrets_of(deal))}
    assert kinds == {
        "limit", "target", "plan_b", "plan_b_value", "issue_limit", "red_line", "promise",
    }  # fmt: skip
    assert len([hit for hit in found(said, secrets_of(deal)) if hit.kind == "limit"]) == 2
    assert {hit.kind for hit in found(said, secrets_of(deal), allowed=("limit", "target"))} == kinds - {
        "limit", "target",
    }  # fmt: skip


def test_secrets_do_not_show_themselves() -> None:
    secrets = Secrets(of(82_000).figures, named("StagnantCo").phrases)
    assert "82" not in repr(secrets)
    assert "Stagnant" not in repr(secrets)


# ---- many deals


def deals(count: int) -> list[Secrets]:
    rng = random.Random(SEED)
    return [
        Secrets(
            figures=(
                ("limit", Decimal(rng.randrange(10_001, 3_000_000, rng.choice((1, 50, 500)))), "€"),
                ("target", Decimal(rng.randrange(10_001, 3_000_000, 500)), "€"),
                ("issue_limit", Decimal(rng.randrange(6, 60)), "months"),
            ),
            phrases=(
                ("plan_b", rng.choice(NAMES)),
                ("red_line", f"They insist on {' and '.join(rng.sample(WORDS, 2))}"),
            ),
        )
        for _ in range(count)
    ]


def test_ten_thousand_deals_and_spellings_and_none_passes() -> None:
    rng = random.Random(SEED)
    passed = []
    for secrets in deals(ROUNDS):
        kind, value, _ = rng.choice(secrets.figures[:2])
        form = rng.choice(list(spellings.every(int(value))))
        text = f"{rng.choice(TALK)} {spellings.said(form, rng)} {rng.choice(TALK)}"
        if kind not in {hit.kind for hit in found(text, secrets)}:
            passed.append((value, form))
    assert passed == []


def test_ordinary_talk_is_hardly_ever_refused() -> None:
    refused = [
        (text, hit.kind) for secrets in deals(ROUNDS // 20) for text in TALK for hit in found(text, secrets)
    ]
    assert len(refused) < 0.01 * len(TALK) * (ROUNDS // 20), random.Random(SEED).sample(refused, 20)


def test_a_long_text_is_read_in_one_go() -> None:
    hostile = "82 " * 20_000 + "1,1.1'1" * 5_000 + "and a half " * 5_000 + "eight " * 10_000
    assert found(hostile, Secrets(of(7_654_321).figures, named("S t a g n a n t").phrases)) == ()
