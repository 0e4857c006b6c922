"""`python -m tests.transcripts [DIRECTORY]` writes the transcripts as they go on paper, for docs."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.transcripts.play import play
from tests.transcripts.script import names, read
from tests.transcripts.stages import Paper


async def written(name: str) -> str:
    """One transcript, for a negotiator to read."""
    return "\n\n".join((await play(read(name), Paper())).lines) + "\n"


def main(directory: Path) -> None:
    """Write them all."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in names():
        (directory / f"{name}.md").write_text(asyncio.run(written(name)), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if sys.argv[1:] else "docs/transcripts"))
