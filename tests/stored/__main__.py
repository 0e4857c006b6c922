"""Writes what is stored today: `python -m tests.stored VERSION`, once for each version that goes out."""

import asyncio
import json
import sys
from pathlib import Path

from bot.letters import codec
from tests.transcripts.play import play
from tests.transcripts.script import names, read
from tests.transcripts.stages import Paper

HERE = Path(__file__).parent


async def lines() -> list[str]:
    """Deals, people and log entries of all transcripts, as they lie in Redis but for the seal."""
    packer, found = codec(), dict[str, None]()
    for name in names():
        paper = Paper()
        await play(read(name), paper)
        for record in await paper.records():
            found[json.dumps({"story": name, "packed": packer.pack(record).decode()})] = None
    return list(found)


if __name__ == "__main__":
    (HERE / f"{sys.argv[1]}.jsonl").write_text("\n".join(asyncio.run(lines())) + "\n", "utf-8")
