"""What tests need of npm: the official renderer and schemas, by their hashes, for one test alone."""

import asyncio
import shutil
import subprocess
from pathlib import Path

NPM, CARDS = shutil.which("npm"), Path(__file__).parent / "cards"


async def installed(folder: Path) -> Path:
    """The packages of tests/cards, put into `folder`; where they lie."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CARDS / name, folder)
    install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    await asyncio.to_thread(subprocess.run, install, cwd=folder, check=True, capture_output=True)
    return folder / "node_modules"
