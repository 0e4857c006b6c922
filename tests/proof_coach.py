"""One process of a proof: `python -m bot run`, with counts that survive it, short leases and a clock of ours.

`python -m tests.proof_coach <bot|worker>`; PROOF_COUNTS is a file of counts, PROOF_TIMES one of clocks,
PROOF_PLACE the place of this process in it. Nothing else of the coach is changed.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import wiring
from bot import worker as working
from bot.__main__ import main
from tests.proof_clock import FaultyClock, Times
from tests.reminders_worker import TellingCounter

ALIVE = timedelta(seconds=2)
LEASE = timedelta(seconds=5)


class TellingWorker(working.Worker):
    """Counts outside before it takes the next step."""

    def __init__(self, *parts: Any, **more: Any) -> None:  # noqa: ANN401 - as the one it stands for
        super().__init__(*parts, **more, lease=LEASE)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self.counts = TellingCounter(os.open(os.environ["PROOF_COUNTS"], flags, 0o600))


def prepared() -> None:
    """The coach of this process, made ready for a proof."""
    working.ALIVE, working.BEAT = ALIVE, ALIVE / 3
    times, place = Times(Path(os.environ["PROOF_TIMES"])), int(os.environ["PROOF_PLACE"])
    setattr(wiring, "Worker", TellingWorker)  # noqa: B010 - names that wiring only imports
    setattr(wiring, "Clock", lambda: FaultyClock(times, place))  # noqa: B010


if __name__ == "__main__":
    prepared()
    sys.exit(main(["run", "--only", sys.argv[1]]))
