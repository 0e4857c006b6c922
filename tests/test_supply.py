"""What is told of the packages that are shipped: nothing that was not asked about counts as clean."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CLEAN = {"name": "jinja2", "version": "3.1.6", "vulns": []}
KNOWN = {
    "name": "redis",
    "version": "4.5.3",
    "vulns": [{"id": "PYSEC-2023-46", "fix_versions": ["4.4.4", "4.5.4"], "aliases": [], "description": "…"}],
}
UNMENDED = {"name": "old", "version": "1", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": []}]}
UNASKED = {"name": "ours", "skip_reason": "Dependency not found on PyPI and could not be audited: ours (1.0)"}


def audit(report: Path, *more: str) -> tuple[int, str]:
    command = [sys.executable, str(ROOT / "deploy" / "audit.py"), str(report), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("packages", "status", "said"),
    [
        ([CLEAN], 0, "1 packages asked about, 0 vulnerabilities known"),
        ([CLEAN, KNOWN], 1, "redis 4.5.3: PYSEC-2023-46, mended in 4.4.4, 4.5.4"),
        ([UNMENDED], 1, "mended in no version yet"),
        ([CLEAN, UNASKED], 1, "could not be asked about: ours"),
    ],
)
def test_each_package_has_to_have_been_asked_about(
    tmp_path: Path, packages: list[dict[str, object]], status: int, said: str
) -> None:
    report = tmp_path / "audit.json"
    report.write_text(json.dumps({"dependencies": packages, "fixes": []}), "utf-8")
    for more in ([], ["--if-reachable"]):
        found, words = audit(report, *more)
        assert (found, said in words) == (status, True), words


@pytest.mark.parametrize("written", [True, False])
def test_where_nothing_could_be_asked_it_is_not_called_clean(tmp_path: Path, written: bool) -> None:
    """Without a network pip-audit skips every package and knows of nothing, or writes no report at all."""
    report = tmp_path / "audit.json"
    if written:
        report.write_text(json.dumps({"dependencies": [UNASKED, UNASKED]}), "utf-8")
    status, words = audit(report)
    assert status == 3
    assert "NOT SCANNED" in words
    status, words = audit(report, "--if-reachable")
    assert status == 0
    assert "NOT SCANNED" in words
