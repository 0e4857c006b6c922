"""Everything else, in Teams too: rooms of every kind, holds, taking out, forgetting, digests, pictures."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.letters import codec
from bot.redis import Link, Store, connect, embedded
from tests.living import ROOT, next_such, quiet, until
from tests.teams_bot import GROUP, GROUP_NAME, LIMIT, InTeams, bot, set_up, teams
from tests.teams_stand_in import CHANNEL, TENANT, Fault, Posted

__all__ = ["bot", "teams"]
MAYA = "maya@example.com"


def there(bot: InTeams, room: str) -> list[Posted]:
    return [p for p in bot.teams.posted if p.conversation.startswith(room) and not p.gone]


async def appears(bot: InTeams, room: str, words: str) -> Posted:
    async def is_there() -> bool:
        return any(words in p.reads for p in there(bot, room))

    await until(is_there, f"nobody said {words!r} in {room}")
    return next(p for p in there(bot, room) if words in p.reads)


async def operate(bot: InTeams, *words: str) -> Any:  # noqa: ANN401 - rows, or words
    command = [sys.executable, "-m", "bot", words[0], *words[1:], "--team", TENANT.upper(), "--json"]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=bot.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ---- rooms


async def test_a_group_chat_is_told_help_and_a_summary_and_nothing_else(bot: InTeams) -> None:
    bot.teams.in_room[GROUP] = ["maya", "tom"]
    await set_up(bot)
    await bot.types("<at>Walkaway</at> limit renewal", conversation=GROUP)
    await appears(bot, GROUP, "Go on in our own chat")
    await bot.types("<at>Walkaway</at> help", conversation=GROUP)
    await appears(bot, GROUP, "I coach whoever negotiates")
    await bot.types(f"share renewal #{GROUP_NAME}")
    await bot.taps("Post it")
    summary = await appears(bot, GROUP, "StagnantCo")
    assert LIMIT not in summary.reads
    assert summary.conversation == GROUP


async def test_a_channel_is_named_with_spaces_and_one_not_known_is_chosen(bot: InTeams) -> None:
    await bot.types("help", conversation=CHANNEL)
    await set_up(bot)
    await bot.types("share renewal #deal TEAM")
    await bot.hears("This is what they will read")
    await bot.types("share renewal #deal")
    await bot.hears("I cannot be sure which channel #deal is")


async def test_a_private_channel_offers_a_group_chat_instead(bot: InTeams) -> None:
    await bot.installs()
    bot.teams.faults.append(Fault("POST /amer/v3/conversations$", 403, times=9))
    await bot.types("help", conversation=CHANNEL)
    await bot.hears("make a group chat of the same people")
    await set_up(bot)
    await bot.types("share renewal #Deal team")
    await bot.hears("I cannot be sure which channel")


async def test_a_room_that_takes_nothing_any_more_is_said_with_what_to_do(bot: InTeams) -> None:
    await bot.types("help", conversation=CHANNEL)
    await set_up(bot)
    await bot.types("share renewal #Deal team")
    await bot.hears("This is what they will read")
    bot.teams.faults.append(Fault("POST /amer/v3/conversations$", 403, times=9))
    await bot.taps("Post it")
    await bot.hears("A private channel takes none of my messages")


async def test_a_digest_goes_to_a_channel_and_to_oneself(bot: InTeams) -> None:
    await bot.types("help", conversation=CHANNEL)
    await set_up(bot)
    await bot.types("digest weekly #Deal team")
    await bot.hears("Deal team")
    ahead = next_such(datetime.now(UTC) + timedelta(days=6), "Monday 12:00") - datetime.now(UTC)
    await bot.clock(ahead)
    digest = await appears(bot, CHANNEL, "Renewal")
    assert LIMIT not in digest.reads


# ---- one's own


async def test_what_is_drawn_has_a_table_and_what_is_taken_out_is_only_the_owners(bot: InTeams) -> None:
    await bot.types("help", conversation=CHANNEL)
    await set_up(bot)
    await bot.types("colleague renewal @tom")
    await bot.hears("asked to look along", "tom")
    for offer in ("them 60k", "us 99k", "them 66k", "us 95k"):
        await bot.types(f"offer renewal {offer}")
    await bot.types("chart renewal")
    drawn = await bot.hears("Offers · Renewal")
    assert "66k" in drawn.reads
    assert "95" in drawn.reads
    await bot.types("export renewal json")
    await bot.hears('"promise"')
    await bot.types("export renewal json", "tom")
    await bot.taps("Show me", "tom")
    assert '"promise"' not in "".join(p.reads for p in bot.messages("tom"))


async def test_what_is_on_hold_is_not_forgotten_and_all_of_ones_own_is_when_it_is_not(bot: InTeams) -> None:
    await bot.types("help", conversation=CHANNEL)
    await set_up(bot)
    await operate(bot, "hold", "set", "--person", MAYA, "--why", "matter 7")
    await bot.types("forget renewal")
    await bot.hears("on legal hold")
    await operate(bot, "hold", "release", "--person", MAYA)
    assert await operate(bot, "hold") == []
    link = connect(embedded.start(bot.data).url)
    try:
        await bot.types("forget everything")
        await bot.taps("Forget everything")
        await is_bare(bot, link)
    finally:
        await link.aclose()
    stands = "".join(p.reads for p in bot.messages())
    assert "All of it is forgotten" in stands
    assert not [secret for secret in ("Renewal", "StagnantCo", LIMIT, "exclusivity") if secret in stands]


async def is_bare(bot: InTeams, link: Link) -> None:
    """Nothing of hers is left, the look-ups included, once no process remembers her."""
    for seconds in (*range(0, 60, 6), 720, 730, 1500):
        ahead = timedelta(seconds=seconds)
        await bot.clock(ahead)

        async def is_quiet(at: timedelta = ahead) -> bool:
            return await quiet(link, datetime.now(UTC) + at)

        await until(is_quiet, "letters stay")
    store = Store(link, codec(), None)  # type: ignore[arg-type] # it opens nothing
    aad = bot.teams.members["maya"]["aadObjectId"]
    names = [("teams-user", TENANT, aad), ("teams-chat", TENANT, aad), ("teams-home", "a:1maya"),
             ("teams-address", TENANT, MAYA), ("teams-member", TENANT, "29:maya"),
             ("teams-conversation", "a:1maya")]  # fmt: skip
    assert [name for name in names if await store.known_ident(*name) is not None] == []
    left = [key.decode() for key in await link.command("KEYS", "w1:*")]
    hashes = ":seen:"  # of events, which expire by themselves
    assert not [k for k in left if (":deal:" in k or ":person:" in k) and hashes not in k], left


async def test_who_left_is_said_at_the_command_line_and_the_deal_is_assigned(bot: InTeams) -> None:
    await bot.types("help", conversation=CHANNEL)
    await set_up(bot)
    await bot.installs("tom")
    (row,) = await operate(bot, "deals", "--person", MAYA)
    assert row.keys() == {"deal", "status", "role", "moved"}
    aad = bot.teams.members["maya"]["aadObjectId"]
    assert await operate(bot, "left", "--person", aad.upper()) == [{"deal": row["deal"], "to": "assign"}]

    async def is_orphan() -> bool:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "assign", "--deal", row["deal"], "--to", "tom@example.com",
             "--team", TENANT],
            cwd=ROOT, env=bot.environment(), capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode == 0

    await until(is_orphan, "it cannot be assigned")
    await bot.hears("is yours now", "tom")
    await bot.types("limit renewal", "tom")
    await bot.hears(LIMIT, "tom")


@pytest.mark.parametrize("served", [True, False])
async def test_a_policy_names_people_and_rooms_of_teams(teams: Any, tmp_path: Any, served: bool) -> None:  # noqa: ANN401
    aad = teams.members["maya" if served else "tom"]["aadObjectId"].upper()
    policy = tmp_path / "policy.toml"
    rooms = f'[rooms]\nsummaries = "named"\nnamed = ["{GROUP}", "{CHANNEL}"]\n'
    policy.write_text(f'[who]\nmembers = "named"\nnamed = ["{aad}"]\n{rooms}', "utf-8")
    made = InTeams(teams, tmp_path)
    made.more = {"WALKAWAY_POLICY": str(policy)}
    try:
        await made.start()
        await made.types("help")
        await made.hears("deal checkin" if served else "I cannot serve you here")
    finally:
        await made.kill()
        await asyncio.to_thread(embedded.stop, tmp_path)
