"""The sample deal: the case of `docs/why.md`, a partnership without a price, dated from today."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.intents import Stamp
from dialogs.cadence import wall
from dialogs.deal import Alternative
from dialogs.events import Opened

WEEKS = timedelta(weeks=6)
END_OF_DAY = time(17, 0)


def sample_deal(stamp: Stamp, key: str, zone: str) -> Opened:
    """DynamicTech negotiates a partnership with StagnantCo; the reader is DynamicTech."""
    day = (stamp["at"].astimezone(ZoneInfo(zone)) + WEEKS).date()
    return Opened(
        **stamp,
        deal=key,
        name="StagnantCo partnership",
        alias="Project Harbour",
        counterpart="StagnantCo",
        side="neither",
        must_haves=(
            "Joint roadmap, decided together",
            "We keep our source code",
            "A named lead on their side",
        ),
        red_lines=("No exclusivity that blocks our other partners",),
        alternative=Alternative(name="Build it with the two smaller partners", firmness="likely"),
        promise="I will leave if they want our team but not our way of working.",
        purpose="A collaboration that lets both teams build together",
        deadline=wall(datetime.combine(day, END_OF_DAY), zone),
        zone=zone,
    )
