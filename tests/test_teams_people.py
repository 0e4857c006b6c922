"""Who is on a deal, in Teams: colleagues by address or name, people who leave, chats that take no more."""

from __future__ import annotations

import pytest

from tests.living import until
from tests.teams_bot import InTeams, bot, set_up, teams
from tests.teams_stand_in import CHANNEL, OTHER_TENANT, Fault, Posted

__all__ = ["bot", "teams"]


async def with_a_channel(bot: InTeams) -> None:
    await bot.installs()
    await bot.types("help", conversation=CHANNEL)
    await set_up(bot)


@pytest.mark.parametrize(
    "called", ["tom@example.com", "@Tom@Example.com", "@tom", "@Tom Reyes", "@tom reyes", "@TOM"], ids=str
)
async def test_a_colleague_is_named_by_address_or_name_and_told_in_a_chat_of_their_own(
    bot: InTeams, called: str
) -> None:
    bot.teams.members["tom"]["name"] = "Tom Reyes"
    await with_a_channel(bot)
    await bot.types(f"colleague renewal {called}")
    await bot.hears("Renewal", "tom")  # who never spoke to the coach
    await bot.hears("They can now check in on Renewal")
    assert "82" not in "".join(p.reads for p in bot.messages("tom"))
    await bot.types("they came back", "tom")
    await bot.hears("is not in a pause", "tom")


async def test_a_colleague_is_typed_into_the_set_up_form(bot: InTeams) -> None:
    await with_a_channel(bot)
    await bot.types("new")
    answered = await bot.taps("Save", name="Lease", counterpart="Roof", must_haves="A lift", colleague="nina")
    assert "their e-mail address" in str(answered.body["value"])
    assert "'value': 'nina'" in str(answered.body["value"])  # what was typed stays
    await bot.taps("Save", name="Lease", counterpart="Roof", must_haves="A lift", colleague="Tom")
    await bot.hears("Lease is set up")
    await bot.hears("Lease", "tom")


async def test_the_same_person_is_not_met_twice(bot: InTeams) -> None:
    await with_a_channel(bot)
    await bot.types("colleague renewal @tom")
    await bot.hears("Renewal", "tom")
    await bot.installs("tom")
    await bot.types("second-reader renewal tom@example.com")
    await bot.hears("give a second look")
    assert bot.teams.opened == ["tom"]
    await bot.types("checkin renewal", "tom")
    await bot.hears("Renewal", "tom")


@pytest.mark.parametrize(
    "called", ["@nobody", "nobody@example.com", "@", "", "someone", "@gus", "gus@example.com", "@anna"]
)
async def test_nobody_strangers_and_one_of_two_are_asked_for_again(bot: InTeams, called: str) -> None:
    members = bot.teams.members
    members["gus"] = bot.teams.member("gus", userRole="guest")
    members["eve"] = bot.teams.member("eve", tenantId=OTHER_TENANT)
    for number in range(2):
        members[f"anna{number}"] = {**bot.teams.member(f"anna{number}"), "name": f"Anna {number}"}
    bot.teams.in_room[CHANNEL] += ["gus", "eve", "anna0", "anna1"]
    await with_a_channel(bot)
    await bot.types(f"colleague renewal {called}")
    found = await bot.hears("their e-mail address, or @ and their name")
    assert "opened my chat" in found.reads
    there = {p.conversation.partition(";")[0] for p in bot.teams.posted}
    assert there == {"a:1maya", CHANNEL}


async def test_whoever_cannot_be_written_to_is_no_colleague(bot: InTeams) -> None:
    bot.teams.without_coach.add("tom")
    await with_a_channel(bot)
    await bot.types("colleague renewal @tom")
    await bot.hears("their e-mail address, or @ and their name")
    bot.teams.without_coach.clear()
    await bot.installs("tom")  # they opened it themselves
    await bot.types("colleague renewal tom@example.com")
    await bot.hears("Renewal", "tom")


async def test_an_answer_with_a_name_in_it_stays_as_it_was_typed(bot: InTeams) -> None:
    await with_a_channel(bot)
    await bot.types("note renewal @tom said: colleague tom@example.com will sign on Friday")
    await bot.hears("Noted")
    await bot.types("export renewal markdown")
    found = await bot.hears("will sign on Friday")
    assert "@tom said: colleague tom@example.com will sign" in found.reads


async def test_a_deal_is_handed_over_and_covered(bot: InTeams) -> None:
    await with_a_channel(bot)
    await bot.types("ooo until next monday cover @tom")
    await bot.hears("away until")
    await bot.hears("Maya", "tom")
    await bot.types("hand-over renewal tom@example.com")
    await bot.taps("Show me", "tom")
    await bot.taps("I take it", "tom")
    await bot.types("limit renewal", "tom")
    await bot.hears("82k", "tom")


# ---- leaving


async def test_an_owner_who_left_the_tenant_is_noticed(bot: InTeams) -> None:
    await with_a_channel(bot)
    await bot.types("colleague renewal @tom")
    await bot.hears("Renewal", "tom")
    await removed(bot, "maya")  # of the team alone: Teams knows her still
    del bot.teams.members["maya"]
    await removed(bot, "maya")
    await bot.hears("has left the workspace", "tom")


async def removed(bot: InTeams, name: str) -> None:
    left = bot.activity("conversationUpdate", "tom", CHANNEL, membersRemoved=[{"id": f"29:{name}"}])
    left["channelData"]["eventType"] = "teamMemberRemoved"
    assert (await bot.sends(left)).status == 200
    assert not bot.seen("has left the workspace", "tom") or name not in bot.teams.members


@pytest.mark.parametrize("status", [403, 404])
async def test_a_chat_that_takes_nothing_is_left_alone_until_they_are_back(bot: InTeams, status: int) -> None:
    await with_a_channel(bot)
    await bot.types("colleague renewal @tom")
    await bot.hears("asked to look along", "tom")
    bot.teams.faults.append(Fault("POST .*a:1tom/activities", status, times=99))
    await bot.types("hand-over renewal @tom")
    await until(lambda: refused(bot), "nothing was refused")
    await bot.types("hand-over renewal off")
    await bot.types("hand-over renewal @tom")
    await bot.hears("Tom cannot be reached")  # the owner is told
    await bot.hears("nobody is asked to take it")

    async def asked_again() -> bool:
        return sum("whether they take Renewal" in p.reads for p in bot.messages()) > 1

    await until(asked_again, "the second offer is not answered")
    assert len(tries(bot)) == 1, "it is not tried again"
    bot.teams.faults.clear()
    bot.teams.in_room[CHANNEL] = ["maya", "tom"]
    await bot.types("list", "tom")
    await bot.hears("For a while I could not write to you here", "tom")


def tries(bot: InTeams) -> list[Fault]:
    return [fault for fault in bot.teams.faults for _ in range(99 - fault.times)]


async def refused(bot: InTeams) -> bool:
    return bool(tries(bot))


def told(bot: InTeams, there: str) -> list[Posted]:
    return [p for p in bot.teams.posted if p.conversation.startswith(there) and not p.gone]
