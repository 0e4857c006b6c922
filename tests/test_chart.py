"""The offers as a picture: what is drawn, for whom, within the platform's limits, and the list if refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.local import Workspace
from bot.local.blockkit import check_blocks
from bot.redis import Link, embedded
from bot.render import Renderer
from dialogs.curve import MOST_MOMENTS, MOST_ROWS, curve
from dialogs.deal import Party
from dialogs.drawing import ChartAsked, Curve, Move, OffersDrawn
from dialogs.events import Offered
from dialogs.offers import OfferCorrected, OfferWithdrawn
from dialogs.reread import taken
from tests.living import Living, living
from tests.story import MONDAY, OWNER, Story

slack, plain = Renderer("slack"), Renderer("plain")
PRICED: dict[str, Any] = {"side": "seller", "unit": "€", "limit": Decimal(82_000)}


def talked(*offers: tuple[Party, int], **facts: Any) -> Story:  # noqa: ANN401
    story = Story(**{**PRICED, "deadline": MONDAY + timedelta(days=30), **facts})
    for side, value in offers:
        story.later(days=1).does(Offered, side=side, value=Decimal(value))
    return story


def drawn(story: Story) -> OffersDrawn:
    turn = taken(story.deal, story.log, ChartAsked(id="c", at=story.now, by=OWNER))
    (said,) = turn.effects
    assert isinstance(said, OffersDrawn)
    assert turn.entries == ()
    return said


SALE: tuple[tuple[Party, int], ...] = (
    ("us", 98_000), ("them", 70_000), ("them", 74_000), ("us", 95_000), ("them", 77_000),
)  # fmt: skip


def test_both_sides_stand_at_the_same_moments_and_stay_where_they_were() -> None:
    seen = drawn(talked(*SALE)).curve
    assert seen is not None
    assert seen.theirs == tuple(map(Decimal, (70_000, 74_000, 74_000, 77_000)))
    assert seen.ours == tuple(map(Decimal, (98_000, 98_000, 95_000, 95_000)))


def test_where_theirs_may_end_is_the_fits_range_at_the_deadline() -> None:
    seen = drawn(talked(*SALE))
    assert seen.curve is not None
    assert seen.curve.ends is not None
    low, high = seen.curve.ends
    assert Decimal(70_000) < low <= high
    assert seen.curve.until == MONDAY + timedelta(days=30)
    assert drawn(talked(*SALE, deadline=None)).curve == Curve(
        seen.curve.moments, seen.curve.theirs, seen.curve.ours
    )


def test_a_buyer_sees_the_mirror_image() -> None:
    mirrored = tuple((side, 180_000 - value) for side, value in SALE)
    sold, bought = drawn(talked(*SALE)), drawn(talked(*mirrored, side="buyer", limit=Decimal(98_000)))
    assert sold.curve is not None
    assert bought.curve is not None
    assert [180_000 - value for value in bought.curve.theirs] == list(sold.curve.theirs)
    assert sold.curve.ends is not None
    assert bought.curve.ends is not None
    assert [180_000 - value for value in bought.curve.ends] == list(sold.curve.ends)


def test_a_curve_for_others_has_no_limit_to_give_away() -> None:
    assert {each.name for each in fields(Curve)} == {"moments", "theirs", "ours", "ends", "until"}


@pytest.mark.parametrize("offers", [(), (("them", 70_000),), (("us", 95_000), ("us", 94_000))])
def test_too_little_is_a_list_and_no_picture(offers: tuple[tuple[Party, int], ...]) -> None:
    seen = drawn(talked(*offers))
    assert seen.curve is None
    assert len(seen.moves) == len(offers)
    assert not [b for b in slack.message(seen)["blocks"] if b["type"] == "data_visualization"]


def test_one_side_alone_is_one_line() -> None:
    seen = drawn(talked(("them", 70_000), ("them", 75_000)))
    assert seen.curve is not None
    assert seen.curve.ours == ()


def test_what_was_corrected_or_taken_back_is_drawn_as_it_counts() -> None:
    story = talked(*SALE)
    for event in (
        OfferCorrected(id="x1", at=story.now, by=OWNER, offer=3, value=Decimal(73_000)),
        OfferWithdrawn(id="x2", at=story.now, by=OWNER, offer=5),
    ):
        turn = taken(story.deal, story.log, event)
        story.turn, story.log = turn, [*story.log, *turn.entries]
    assert [int(move.value) for move in drawn(story).moves] == [98_000, 70_000, 73_000, 95_000]


def test_a_long_talk_is_thinned_to_what_the_platform_draws() -> None:
    story = talked(
        *((("them", "us")[n % 2], 70_000 + 100 * n * (1 - 2 * (n % 2)) + 30_000 * (n % 2)) for n in range(60))
    )
    seen = drawn(story)
    assert seen.curve is not None
    assert len(seen.curve.moments) == MOST_MOMENTS
    assert (seen.curve.moments[0], seen.curve.moments[-1]) == (MONDAY + timedelta(days=2), story.now)
    assert (len(seen.moves), seen.left_out) == (MOST_ROWS, 60 - MOST_ROWS)
    assert check_blocks(slack.message(seen)["blocks"]) == []


def test_two_offers_of_one_day_are_told_apart() -> None:
    moves = [Move(MONDAY + timedelta(minutes=n), "them", Decimal(70_000 + n)) for n in range(4)]
    seen = OffersDrawn(unit="€", moves=tuple(moves), curve=curve(moves))
    (chart,) = [b for b in slack.message(seen)["blocks"] if b["type"] == "data_visualization"]
    labels = chart["chart"]["axis_config"]["categories"]
    assert len(set(labels)) == len(labels) == 4


def test_where_nothing_is_drawn_the_list_says_it_all() -> None:
    said = plain.message(drawn(talked(*SALE)))["text"]
    assert all(figure in said for figure in ("98k", "70k", "74k", "95k", "77k"))
    assert "come €7,000 your way" in said


# ---- through Slack


@pytest.fixture
async def up(ws: Workspace, redis: Link, server: embedded.Embedded, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(ws, redis, server.url, tmp_path) as made:
        await made.types("/deal new")
        await made.fills({
            "name": "Renewal", "counterpart": "StagnantCo", "must_haves": "Net 30", "limit": "82000",
            "side": "seller",
        })  # fmt: skip
        await made.types("them 70k")
        await made.types("us 95k")
        await made.types("them 74k")
        yield made


def charts(up: Living) -> list[dict[str, Any]]:
    return [block for block in up.last().blocks if block["type"] == "data_visualization"]


async def test_the_owner_sees_lines_and_a_list_in_their_own_chat(up: Living) -> None:
    await up.types("/deal chart")
    (chart,) = charts(up)
    assert [line["name"] for line in chart["chart"]["series"]] == ["theirs", "yours", "your limit"]
    assert "they *74k*" in up.last().reads or "they 74k" in up.last().reads


async def test_where_the_platform_refuses_the_chart_the_list_is_said_without_it(up: Living) -> None:
    up.ws.fault("chat.postMessage", "invalid_blocks", 1)
    await up.types("/deal chart")
    assert charts(up) == []
    assert "74k" in up.last().reads
