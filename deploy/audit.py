"""`python deploy/audit.py REPORT [--if-reachable]`: what pip-audit found, judged; `make audit` runs both.

pip-audit says "no known vulnerabilities" of packages it could not ask about, so its word is not taken: each
package has to have been asked about. Ends with 0 if all were and none is known to be vulnerable, 1 if one is
or some could not be asked about, 3 if none could: no advisories within reach. `--if-reachable` makes that 0.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CLEAN, FOUND, OUT_OF_REACH = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found; the exit status."""
    parser = argparse.ArgumentParser(prog="python deploy/audit.py", description=__doc__)
    parser.add_argument("report", type=Path, help="what `pip-audit --format json --output REPORT` wrote")
    parser.add_argument(
        "--if-reachable", action="store_true", help="do not fail where nothing could be asked"
    )
    given = parser.parse_args(arguments)
    packages = _packages(given.report)
    unasked = sorted(each["name"] for each in packages if "vulns" not in each)
    if len(unasked) == len(packages):
        sys.stderr.write("NOT SCANNED for known vulnerabilities: no advisory could be asked for from here.\n")
        return CLEAN if given.if_reachable else OUT_OF_REACH
    bad = [(each, found) for each in packages for found in each.get("vulns", [])]
    for each, found in bad:
        cure = ", ".join(found.get("fix_versions", [])) or "no version yet"
        sys.stdout.write(f"{each['name']} {each['version']}: {found['id']}, mended in {cure}\n")
    if unasked:
        sys.stdout.write(f"could not be asked about: {', '.join(unasked)}\n")
    sys.stdout.write(
        f"{len(packages) - len(unasked)} packages asked about, {len(bad)} vulnerabilities known.\n"
    )
    return FOUND if bad or unasked else CLEAN


def _packages(report: Path) -> list[dict[str, Any]]:
    """What the report tells of each package: nothing where pip-audit did not get as far as writing one."""
    if not report.exists():
        return []
    told: list[dict[str, Any]] = json.loads(report.read_text("utf-8"))["dependencies"]
    return told


if __name__ == "__main__":
    sys.exit(main())
