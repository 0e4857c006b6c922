"""The coach in Teams, as a process of its own with real authentication, against a stand-in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.living import next_such, until
from tests.teams_bot import (
    FOUR,
    LIMIT,
    SET_UP,
    Answered,
    InTeams,
    bot,
    moved,
    set_up,
    state,
    teams,
    titles,
    until_more,
)
from tests.teams_stand_in import CHANNEL, OTHER_TENANT, TEAM, Posted, actions

__all__ = ["bot", "teams"]
OPEN = "Stop here, go on later"  # what an open check-in offers


async def goes_badly(bot: InTeams) -> None:
    """A check-in with the worst answer to everything, by Execute and by Submit in turns."""
    await bot.types("checkin renewal")
    await bot.offers(OPEN)
    for turn in range(20):
        if not bot.has(OPEN):
            return
        before, how = state(bot), ("execute", "submit")[turn % 2]
        card, _ = bot.offering(OPEN)
        answers = [a for a in actions(card.card) if a.get("mode") != "secondary"]
        if "Save" in titles(card):
            await bot.taps("Save", how=how, say="sign on Friday or we build it without you")
        elif len(answers) < FOUR:
            await bot.taps("Not sure", how=how)
        else:
            await bot.presses(card, answers[3], how=how)
        await moved(bot, before)
    raise AssertionError("the check-in does not end")


# ---- as it should go


async def test_the_whole_way_from_install_to_a_nudge_with_the_promise_in_it(bot: InTeams) -> None:
    assert (await bot.installs()).status == 200
    await bot.hears("Set up a deal")
    await set_up(bot)
    await goes_badly(bot)
    await goes_badly(bot)
    nudge = await bot.hears("What you wrote on a calm day")
    assert "I will leave if they want exclusivity" in nudge.reads
    assert "build it without you" in nudge.reads
    edited = [p for p in bot.messages() if p.edits > 3]
    assert edited, "a check-in is one card, put right in its place"


async def test_a_card_that_was_answered_explains_itself(bot: InTeams) -> None:
    await set_up(bot)
    await bot.types("checkin renewal")
    card = await bot.hears("1 of")
    _, old = bot.offering("Not sure")
    await bot.presses(card, old)
    await bot.hears("2 of")
    count = len(bot.messages())
    await bot.presses(card, old)
    await until_more(bot, count)
    assert "2 of" in card.reads  # not answered twice


async def test_what_is_wrong_in_a_form_stands_in_it_and_nothing_typed_is_lost(bot: InTeams) -> None:
    await bot.types("new Renewal")
    answered = await bot.taps("Save", **{**SET_UP, "limit": "a lot"})
    shown = json.dumps(answered.body["value"])
    assert "Attention" in shown
    assert "I will leave if they want exclusivity" in shown
    await bot.taps("Save", **SET_UP)
    await bot.hears("is set up")


async def test_a_reminder_comes_when_its_time_has_come(bot: InTeams) -> None:
    await set_up(bot)
    await bot.types("remind renewal daily")
    await bot.hears("every day, at 9:00")
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{bot.port}/local/clock"
        morning = next_such(datetime.now(UTC), "Tuesday 10:00") - datetime.now(UTC)
        for seconds in range(0, 600, 10):  # its agenda first, then what was gathered
            offset = (morning + timedelta(seconds=seconds)).total_seconds()
            await session.post(url, json={"offset": offset})
            if bot.seen("five minutes, when it suits you"):
                break
    note = await bot.hears("five minutes, when it suits you")
    assert LIMIT not in note.reads


async def test_help_and_words_without_a_slash(bot: InTeams) -> None:
    await set_up(bot)
    for typed in ("help", "/deal help", "deal help", "Help"):
        count = len(bot.messages())
        await bot.types(typed)

        async def helped(before: int = count) -> bool:
            return any("deal checkin" in p.reads for p in bot.messages()[before:])

        await until(helped, typed)


async def test_hostile_words_show_as_they_were_typed(bot: InTeams) -> None:
    name = "[x](http://evil) **b** <at>all</at> {{DATE(1)}}"
    await set_up(bot, name=name)
    found = await bot.hears("is set up")
    assert "[x](http://evil) **b** <at>all</at> {" in found.reads
    assert not [part for part in json.dumps(found.body).split('"') if part == "markdown"]


async def test_a_message_is_added_to_a_deal_in_a_dialog(bot: InTeams) -> None:
    await set_up(bot)
    html = "<p>You will <b>never</b> work here again &amp; you know it</p>"
    value: dict[str, Any] = {
        "commandId": "add",
        "messagePayload": {"body": {"content": html, "contentType": "html"}},
    }
    opened = await bot.sends(bot.activity("invoke", name="composeExtension/fetchTask", value=value))
    card = opened.body["task"]["value"]["card"]["content"]
    assert "You will never work here again & you know it" in json.dumps(card, ensure_ascii=False)
    (sent,) = actions(card)
    deal = next(part for part in card["body"] if part.get("id") == "deal")["choices"][0]["value"]
    value = {"data": {**sent["data"], "deal": deal, "text": "You will never work here again"}}
    done = await bot.sends(bot.activity("invoke", name="composeExtension/submitAction", value=value))
    assert done.status == 200
    await bot.hears("You will never work here again")


# ---- who may


async def test_a_button_is_pressed_in_vain_by_anybody_else(bot: InTeams) -> None:
    await set_up(bot)
    message, action = bot.offering("First check-in")
    await bot.presses(message, action, "tom")
    await said_to(bot, "tom")
    assert LIMIT not in "".join(p.reads for p in bot.messages("tom"))
    assert "Check-in 1" not in "".join(p.reads for p in bot.messages("tom"))


async def said_to(bot: InTeams, person: str) -> None:
    async def something() -> bool:
        return bool(bot.messages(person))

    await until(something, "nothing was said")


@pytest.mark.parametrize(
    "changes",
    [{"userRole": "guest"}, {"userRole": "anonymous"}, {"tenantId": OTHER_TENANT}, {"userRole": None},
     {"userPrincipalName": "x_other.com#EXT#@example.com"}],
    ids=str,
)  # fmt: skip
async def test_guests_and_strangers_are_not_served(bot: InTeams, changes: dict[str, Any]) -> None:
    bot.teams.members["tom"] = bot.teams.member("tom", **changes)
    await bot.types("new", "tom")
    await bot.hears("I cannot serve you here", "tom")
    assert not bot.seen("Set up a deal", "tom")


async def test_another_tenant_is_refused(bot: InTeams) -> None:
    for tenant in (OTHER_TENANT, "", None):
        activity = bot.activity("message", text="help")
        activity["channelData"] = {"tenant": {"id": tenant}} if tenant is not None else {}
        assert (await bot.sends(activity)).status == 403
    assert bot.messages() == []


# ---- where others read along


async def in_channel(bot: InTeams, text: str) -> Answered:
    return await bot.types(text, conversation=CHANNEL)


def told_there(bot: InTeams) -> list[Posted]:
    return [p for p in bot.teams.posted if p.conversation.startswith(CHANNEL) and not p.gone]


async def test_a_secret_typed_in_a_channel_is_not_read_back(bot: InTeams) -> None:
    await set_up(bot)
    for typed in ("<at>Walkaway</at> limit renewal 82k", "our limit is 82k", "help"):
        await in_channel(bot, typed)
    said = "".join(p.reads for p in told_there(bot))
    assert len(told_there(bot)) == 3
    assert "82" not in said
    assert "Renewal" not in said


async def shared(bot: InTeams) -> Posted:
    await in_channel(bot, "help")
    await bot.types("share renewal")
    await bot.taps("Choose a channel")
    await bot.taps("Show me first", room=CHANNEL, fields="counterpart,level,reasons,next")
    await bot.hears("This is what they will read")
    await bot.taps("Post it")

    async def posted() -> bool:
        return any("StagnantCo" in p.reads for p in told_there(bot))

    await until(posted, "no summary")
    return next(p for p in told_there(bot) if "StagnantCo" in p.reads)


async def test_a_summary_is_shared_with_its_readers_named_and_taken_back(bot: InTeams) -> None:
    await set_up(bot)
    summary = await shared(bot)
    assert LIMIT not in summary.reads
    assert "exclusivity" not in summary.reads
    assert "messageid" in summary.conversation  # a thread of its own
    await bot.types("recall renewal")
    await bot.taps("Take it back")

    async def is_gone() -> bool:
        return summary.gone

    await until(is_gone, "the summary stands there still")


@pytest.mark.parametrize(
    "changes", [{"userRole": "guest"}, {"tenantId": OTHER_TENANT}, {"userRole": None}], ids=str
)
async def test_a_channel_with_anybody_from_outside_is_told_nothing(
    bot: InTeams, changes: dict[str, Any]
) -> None:
    await set_up(bot)
    await in_channel(bot, "help")
    bot.teams.members["gus"] = bot.teams.member("gus", **changes)
    bot.teams.in_room[CHANNEL].append("gus")
    await bot.types("share renewal")
    await bot.taps("Choose a channel")
    await bot.taps("Show me first", room=CHANNEL, fields="counterpart,level")
    await bot.hears("Share it in")
    assert not any("Post it" in titles(p) for p in bot.messages())
    assert not [p for p in told_there(bot) if "StagnantCo" in p.reads]


async def test_a_guest_who_joins_takes_the_summary_down(bot: InTeams) -> None:
    await set_up(bot)
    summary = await shared(bot)
    bot.teams.members["gus"] = bot.teams.member("gus", userRole="guest")
    joined = bot.activity("conversationUpdate", conversation=CHANNEL, membersAdded=[{"id": "29:gus"}])
    joined["channelData"]["eventType"] = "teamMemberAdded"
    joined["channelData"]["team"] = {"id": TEAM}
    assert (await bot.sends(joined)).status == 200

    async def is_down() -> bool:
        return summary.gone or "StagnantCo" not in summary.reads

    await until(is_down, "the summary stands there still")
    await bot.hears("outside")
