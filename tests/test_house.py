"""The house keeps its own rules: what dialogs/ may know, what the locks hold, what a skip costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.purity import impurities

HOUSE = Path(__file__).parent.parent
DIALOGS = sorted((HOUSE / "dialogs").rglob("*.py"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; .+)? \\$", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """The versions of a lock, by name."""
    return dict(PIN.findall((HOUSE / lock).read_text()))


def wanted(*, dev: bool) -> list[Requirement]:
    """The dependencies as pyproject.toml states them."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    more = project["dependency-groups"]["dev"] if dev else []
    return [Requirement(line) for line in [*project["project"]["dependencies"], *more]]


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the plugin on the tests in `folder`, away from this project's settings."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        command,
        cwd=folder,
        env=clean | {"PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# ------------------------------------------------------------------ dialogs/ decides, and knows nothing else


def test_there_are_dialogs_to_read() -> None:
    assert "deal.py" in {path.name for path in DIALOGS}


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.name)
def test_dialogs_know_neither_clock_nor_chance_nor_the_outside(path: Path) -> None:
    assert impurities(path.read_text()) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import time",
        "import random as r",
        "import os.path",
        "def f():\n    import secrets",
        "from uuid import uuid4",
        "from asyncio import sleep",
        "import socket",
        "import msgspec",
        "from redis.asyncio import Redis",
        "from bot import desk",
        "from ..bot import desk",
        "from datetime import *",
        "import datetime\nat = datetime.datetime.now()",
        "import datetime as d\nat = d.date.today()",
        "from datetime import datetime\nat = datetime.now(tz)",
        "from datetime import datetime as dt\nat = dt.utcnow()",
        "from datetime import datetime\nat = field(default_factory=datetime.now)",
        "from datetime import date\nat = date.today()",
        "import datetime\nat = field(default_factory=datetime.datetime.now)",
        "at = type(event.at).now()",
        "at = event.at.astimezone()",
        "order = hash(name)",
        "order = sorted(names, key=hash)",
        "words = open('words.txt')",
        "print(limit)",
        "os = __import__('os')",
        "os = __builtins__['open']",
    ],
)
def test_a_planted_impurity_is_seen(planted: str) -> None:
    assert len(impurities(planted)) == 1


@pytest.mark.parametrize(
    "innocent",
    [
        "from dataclasses import dataclass",
        "from collections.abc import Mapping",
        "from dialogs.deal import Deal",
        "from .deal import Deal",
        "from datetime import datetime\ndue = datetime.combine(day, hour, zone)",
        "local = event.at.astimezone(zone)",
        "class Round:\n    now: int\n\n\nlate = round_.now > 3",
        "key = deal.id\nhours = person.open",
    ],
)
def test_what_is_pure_is_left_alone(innocent: str) -> None:
    assert impurities(innocent) == []


def test_an_impurity_is_named_with_its_line() -> None:
    assert impurities("import math\n\nimport time\n") == ["3: imports time"]


# ------------------------------------------------------------------ the locks


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_no_folder_and_no_address(lock: str) -> None:
    text = (HOUSE / lock).read_text()
    assert not re.search(r"://|file:|@ |/|--(?!hash=sha256:)", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes(lock: str) -> None:
    text = (HOUSE / lock).read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) == len(pins(lock)) > 20
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}$", block) for block in blocks)


@pytest.mark.parametrize(("lock", "dev"), [(LOCKS[0], False), (LOCKS[1], True)])
def test_the_locks_hold_what_the_project_asks_for(lock: str, dev: bool) -> None:
    held = pins(lock)
    unmet = [
        str(r) for r in wanted(dev=dev) if not r.specifier.contains(held.get(canonicalize_name(r.name), "0"))
    ]
    assert unmet == [], "run `make lock`"


def test_what_runs_is_what_is_tested() -> None:
    runtime, dev = pins(LOCKS[0]), pins(LOCKS[1])
    assert {name: dev.get(name) for name in runtime} == runtime


# ------------------------------------------------------------------ a skip, where none is allowed


@pytest.mark.parametrize("workers", ["0", "2"])
def test_every_kind_of_skip_fails_the_run(tmp_path: Path, workers: str) -> None:
    planted = {
        "test_skip.py": "import pytest\ndef test_a(): pytest.skip('no browser')",
        "test_file.py": "import pytest\npytest.importorskip('no_such_module')",
        "test_xfail.py": "import pytest\n@pytest.mark.xfail\ndef test_a(): assert False",
        "test_fine.py": "def test_a(): pass",
    }
    for name, source in planted.items():
        (tmp_path / name).write_text(source)
    run = run_pytest(tmp_path, "-n", workers)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout + run.stderr
    blamed = re.findall(r"not run, and here that is a failure: (\w+\.py)", run.stdout)
    assert sorted(blamed) == ["test_file.py", "test_skip.py", "test_xfail.py"]


def test_a_run_without_skips_passes(tmp_path: Path) -> None:
    (tmp_path / "test_planted.py").write_text("def test_a(): pass")
    assert run_pytest(tmp_path).returncode == pytest.ExitCode.OK


def test_a_run_that_finds_no_tests_fails(tmp_path: Path) -> None:
    assert run_pytest(tmp_path).returncode == pytest.ExitCode.NO_TESTS_COLLECTED


# ------------------------------------------------------------------ the rest of the house


def test_make_alone_tells_what_it_can_do() -> None:
    makefile = (HOUSE / "Makefile").read_text()
    (targets,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    told = subprocess.run(
        ["make", "-s"], cwd=HOUSE, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert [line.split()[1] for line in told.splitlines()] == targets.split()


def test_no_file_grows_into_the_place_where_everything_meets() -> None:
    sources = [path for room in ("bot", "dialogs", "tests") for path in (HOUSE / room).rglob("*.py")]
    long = {str(path.relative_to(HOUSE)) for path in sources if len(path.read_text().splitlines()) > 400}
    assert long <= {"tests/second_reading.py"}  # one page read once more, whole


def test_every_test_that_the_docs_name_is_there() -> None:
    pages = "".join(page.read_text("utf-8") for page in (HOUSE / "docs").glob("*.md"))
    named = set(re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", pages))
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if not (HOUSE / file).exists() or f"def {name}" not in (HOUSE / file).read_text("utf-8")
    ]
    assert len(named) > 40
    assert missing == []
