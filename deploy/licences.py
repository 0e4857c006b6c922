"""`python deploy/licences.py SBOM`: the licence of each package in a CycloneDX file, a line each.

Ends with 1 if one has none, or one that a company may not want beside its own code (GPL, AGPL, SSPL).
"""

import json
import re
import sys
from pathlib import Path

UNWANTED = re.compile(r"(?<!L)GPL|AGPL|SSPL|non-?commercial", re.IGNORECASE)


def main(sbom: Path) -> int:
    """Print the list; the exit status."""
    told = json.loads(sbom.read_text("utf-8"))
    rows = [(part["name"], part.get("version", ""), _licence(part)) for part in told["components"]]
    for name, version, licence in sorted(rows):
        sys.stdout.write(f"{name}=={version}  {licence or 'NO LICENCE NAMED'}\n")
    bad = [name for name, _, licence in rows if not licence or UNWANTED.search(licence)]
    if bad:
        sys.stderr.write(f"Look at these: {', '.join(sorted(bad))}\n")
    return 1 if bad else 0


def _licence(part: dict[str, object]) -> str:
    found = part.get("licenses")
    said = []
    for each in found if isinstance(found, list) else []:
        inner = each.get("license", {})
        said.append(each.get("expression") or inner.get("id") or inner.get("name") or "")
    return ", ".join(dict.fromkeys(filter(None, said)))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
