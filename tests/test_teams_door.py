"""Teams' door: who is believed, what is refused as what, what is done twice or tried again."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import aiohttp
import jwt
import pytest
from botframework.connector.auth import JwtTokenExtractor

from bot.platforms import Throttled, Undeliverable, Unsure
from bot.teams.failures import PASSING, failure
from bot.teams.framework import Framework
from bot.teams.keys import Unauthorised
from tests.living import until
from tests.teams_bot import InTeams, bot, set_up, teams, until_more
from tests.teams_stand_in import APP, Fault, StandIn, new_key
from tests.test_platform_contract import of_teams

A_LEASE = timedelta(seconds=45)

__all__ = ["bot", "teams"]


# ---- when something fails


async def test_delivered_twice_it_is_done_once(bot: InTeams) -> None:
    await set_up(bot)
    typed = bot.activity("message", text="note renewal they laughed")
    for _ in range(3):
        assert (await bot.sends(typed)).status == 200
    await bot.types("status renewal")
    await bot.hears("Renewal")
    assert sum("Noted" in p.reads for p in bot.messages()) == 1


async def test_a_form_asked_for_twice_by_one_delivery_stands_once_and_again_after_a_refusal(
    bot: InTeams,
) -> None:
    asked = bot.activity("message", text="new Renewal")
    bot.teams.faults.append(Fault("POST .*/activities", 429))
    assert (await bot.sends(asked)).status == 503
    for _ in range(3):
        assert (await bot.sends(asked)).status == 200
    assert len(bot.messages()) == 1
    await bot.types("new Renewal")
    assert len(bot.messages()) == 2


async def test_killed_in_the_middle_it_goes_on_where_it_was(bot: InTeams) -> None:
    await set_up(bot)
    await bot.types("checkin renewal")
    await bot.hears("1 of")
    await bot.taps("Not sure")
    await bot.hears("2 of")
    await bot.kill()
    await bot.start()
    await bot.taps("Not sure")
    card = await bot.hears("3 of", bound=A_LEASE)  # what the dead one held is free after a lease
    assert card.reads.count("Not sure") >= 2  # both answers are there


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST .*/activities", 429, headers={"Retry-After": "1"}),
        Fault("POST .*/activities", 412),
        Fault("POST .*/activities", 502, body="<html>Bad gateway</html>"),
        Fault("POST .*/activities", 503, times=2),
    ],
    ids=lambda fault: str(fault.status),
)
async def test_what_passes_is_tried_again(bot: InTeams, fault: Fault) -> None:
    await set_up(bot)
    bot.teams.faults.append(fault)
    await bot.types("status renewal")
    await bot.hears("Renewal")

    async def tried() -> bool:
        return fault.times == 0

    await until(tried, "it was not tried")
    count = len(bot.messages())
    await until_more(bot, count - 1)


@pytest.mark.parametrize("status", [403, 404])
async def test_where_it_was_removed_it_stops_writing(bot: InTeams, status: int) -> None:
    await set_up(bot)
    fault = Fault("POST .*/activities", status, times=1_000)
    bot.teams.faults.append(fault)
    await bot.types("status renewal")

    async def tried() -> bool:
        return fault.times < 1_000

    await until(tried, "it was not tried")
    left = fault.times
    bot.teams.faults.clear()
    await bot.types("list")
    await bot.hears("Renewal")
    assert left == 999, "tried once, and not again"


@pytest.mark.parametrize(
    ("status", "headers", "means"),
    [
        (429, {"Retry-After": "7"}, Throttled(timedelta(seconds=7))), (429, {}, Throttled(PASSING)),
        (412, {}, Throttled(PASSING)), (403, {}, Undeliverable("status 403")),
        (404, {}, Undeliverable("status 404")), (500, {}, Unsure("status 500")),
        (502, {}, Unsure("status 502")),
    ],
)  # fmt: skip
def test_each_failure_of_the_connector_means_one_thing(
    status: int, headers: dict[str, str], means: Exception
) -> None:
    found = failure(status, headers)
    assert (type(found), vars(found)) == (type(means), vars(means))


# ---- who speaks to us


def tokens(teams: StandIn) -> dict[str, str | None]:
    """Kinds of headers, none of which is to be believed."""
    made, now = teams.token, 1_800_000_000
    unsigned = jwt.encode(
        {"iss": "https://api.botframework.com", "aud": APP}, "", algorithm="none", headers={"kid": "k1"}
    )
    told = {"iss": "https://api.botframework.com", "aud": APP, "serviceurl": teams.service}
    shared_secret = jwt.encode(told, "x" * 64, algorithm="HS256", headers={"kid": "k1"})
    head, body, sign = made().split(".")
    return {
        "no header": None, "empty": "", "no scheme": made(), "basic": f"Basic {made()}", "alone": "Bearer",
        "bearer and a space": "Bearer ", "words": "Bearer not a token", "two dots": "Bearer a.b.c",
        "lower case scheme": f"bearer {made()}", "two tokens": f"Bearer {made()} {made()}",
        "unsigned": f"Bearer {unsigned}", "symmetric": f"Bearer {shared_secret}",
        "no signature": f"Bearer {head}.{body}.", "another's signature": f"Bearer {head}.{body}.{sign[::-1]}",
        "body changed": f"Bearer {head}.{body[:-4]}AAAA.{sign}",
        "forged": f"Bearer {made(signed=new_key())}",
        "unknown key": f"Bearer {made(key='k9', signed=new_key())}",
        "expired": f"Bearer {made(exp=1_600_000_000)}",
        "not yet": f"Bearer {made(nbf=now + 9**8, exp=now + 9**9)}",
        "for another app": f"Bearer {made(aud='22222222-2222-4333-8444-555555555555')}",
        "for nobody": f"Bearer {made(aud=None)}",
        "by an emulator": f"Bearer {made(iss='https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/')}",
        "by a tenant": f"Bearer {made(iss='https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a/v2.0')}",
        "by nobody": f"Bearer {made(iss=None)}", "by many": f"Bearer {made(iss='https://api.botframework.com https://x')}",
        "another service": f"Bearer {made(serviceurl='https://evil.example/')}",
        "no service": f"Bearer {made(serviceurl=None)}",
        "like one": f"Bearer {made(iss='https://api.botframework.com/')}",
    }  # fmt: skip


async def test_no_token_but_a_good_one_is_believed(bot: InTeams) -> None:
    body = json.dumps(bot.activity("message", text="help")).encode()
    kinds = tokens(bot.teams)
    assert len(kinds) >= 28
    for kind, header in kinds.items():
        status, _ = await bot.request(body=body, header=header)
        assert status == 401, kind
    assert bot.teams.posted == []
    assert (await bot.request(body=body, header=f"Bearer {bot.teams.token()}"))[0] == 200
    assert "401" not in bot.log.read_text()


async def test_a_believed_token_is_believed_for_minutes_for_the_same_address_and_not_past_its_end(
    teams: StandIn,
) -> None:
    now = time.time()
    async with aiohttp.ClientSession(trust_env=False) as http:
        framework = Framework(of_teams(teams), http, lambda: now)
        body = {"channelId": "msteams", "serviceUrl": teams.service}
        good, short = f"Bearer {teams.token()}", f"Bearer {teams.token(exp=int(now) + 60)}"
        for header in (good, short):
            await framework.authenticate(body, header)
        teams.keys = {"k9": new_key()}  # from now on nothing can be checked anew
        JwtTokenExtractor.metadataCache.clear()
        framework_of_now = Framework(of_teams(teams), http)
        with pytest.raises(Unauthorised):
            await framework_of_now.authenticate(body, good)
        for header in (good, short):
            await framework.authenticate(body, header)
        for other in ({"serviceUrl": "https://evil.example/"}, {"channelId": "emulator"}):
            with pytest.raises(Unauthorised):
                await framework.authenticate({**body, **other}, good)
        now += 61
        await framework.authenticate(body, good)
        with pytest.raises(Unauthorised):
            await framework.authenticate(body, short)
        now += 300
        with pytest.raises(Unauthorised):
            await framework.authenticate(body, good)


async def test_for_another_issuer_nothing_is_fetched(bot: InTeams) -> None:
    body = json.dumps(bot.activity("message", text="help")).encode()
    for kind, header in tokens(bot.teams).items():
        if kind in ("by an emulator", "by a tenant", "by nobody", "like one", "by many"):
            assert (await bot.request(body=body, header=header))[0] == 401
    assert bot.teams.keys_read == 0


async def test_a_new_key_is_learnt_and_an_unknown_one_is_looked_for_once(bot: InTeams) -> None:
    await bot.types("help")
    assert bot.teams.keys_read == 1
    bot.teams.keys = {"k2": new_key()}
    assert (await bot.sends(bot.activity("message", text="help"), key="k2")).status == 200
    for _ in range(3):
        answered = await bot.sends(bot.activity("message", text="help"), key="k7", signed=new_key())
        assert answered.status == 401
    assert bot.teams.keys_read == 2


async def test_without_keys_nobody_is_believed_and_nobody_blamed(bot: InTeams) -> None:
    bot.teams.keys_fail = True
    assert (await bot.sends(bot.activity("message", text="help"))).status == 503


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{bad", "application/json", 400), (b"[]", "application/json", 400),
        (b"null", "application/json", 400), (b"", "application/json", 400),
        (b"{}", "application/json", 400), (b"{}", "", 415),
        (b"{}", "text/plain", 415), (b"a=b", "application/x-www-form-urlencoded", 415),
        (b'"\xff"', "application/json", 400),
    ],
)  # fmt: skip
async def test_what_is_no_activity_is_refused_as_what_it_is(
    bot: InTeams, body: bytes, kind: str, status: int
) -> None:
    header = f"Bearer {bot.teams.token()}"
    assert (await bot.request(body=body, header=header, kind=kind))[0] == status


async def test_an_activity_must_say_where_it_is_from(bot: InTeams) -> None:
    for left_out in ("type", "id", "channelId", "serviceUrl", "conversation", "from", "recipient"):
        activity = bot.activity("message", text="help")
        del activity[left_out]
        answered = await bot.sends(activity)
        assert (answered.status, left_out in str(answered.body)) == (400, True)
    assert (await bot.request(body=b"", header=None, method="GET"))[0] == 405
    assert (await bot.sends(bot.activity("invoke", name="signin/verifyState"))).status == 501
    assert (await bot.sends(bot.activity("typing"))).status == 200


async def test_one_token_serves_many_messages(bot: InTeams) -> None:
    for _ in range(5):
        await bot.types("help")

    async def all_said() -> bool:
        return len(bot.messages()) >= 5

    await until(all_said, "something was not said")
    assert bot.teams.tokens_given == 1
    assert bot.teams.refused == []


@pytest.mark.parametrize(
    "data",
    [{"button": "x"}, {"button": ""}, {"button": 7}, {"button": "form~~~~nothing", "form": "nothing"},
     {"button": "form~~~~limit", "form": "set_up"}, {"button": "tap~../../x~1~tone~0"},
     {"button": "say~07abc~99999999~tone~", "say": "x" * 5_000},
     {"button": "form~~~~set_up", "form": "set_up"}],
    ids=str,
)  # fmt: skip
async def test_what_no_card_of_ours_sends_is_answered_and_changes_nothing(
    bot: InTeams, data: dict[str, object]
) -> None:
    value = {"action": {"type": "Action.Execute", "verb": "tap", "data": data}}
    for sent in (
        bot.activity("invoke", name="adaptiveCard/action", value=value, replyToId="m1"),
        bot.activity("message", value=data, replyToId="m1"),
    ):
        assert (await bot.sends(sent)).status == 200, bot.log.read_text()[-500:]
    assert "failed" not in bot.log.read_text()
    await bot.types("list")
    await bot.hears("no open deals")
