"""A file of settings: TOML, under the names that the environment has, which goes before it."""

import difflib
import re
import stat
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

NAMED_BY = "WALKAWAY_SETTINGS"
SECRET = re.compile(r"_(TOKEN|SECRET|PASSWORD|KEYS)$|^REDIS_URL$")


def merged(env: Mapping[str, str], known: Collection[str]) -> tuple[Mapping[str, str], list[str]]:
    """`env` over the file that it names, and all that is wrong with the file; no value is ever told."""
    if not env.get(NAMED_BY):
        return env, []
    found, problems = _read(Path(env[NAMED_BY]), set(known) - {NAMED_BY})
    given = {name: value for name, value in env.items() if value or name not in found}
    return {**found, **given}, [f"{NAMED_BY}: {problem}" for problem in problems]


def exposed(env: Mapping[str, str], known: Collection[str]) -> list[str]:
    """Whether the file holds secrets that everybody on this machine can read."""
    if not env.get(NAMED_BY):
        return []
    path = Path(env[NAMED_BY])
    held = sorted(name for name in _read(path, known)[0] if SECRET.search(name))
    if not held or not path.stat().st_mode & stat.S_IROTH:
        return []
    return [f"{NAMED_BY}: everybody here can read {path}, which holds {', '.join(held)}: chmod o-rwx it"]


def _read(path: Path, known: Collection[str]) -> tuple[dict[str, str], list[str]]:
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        return {}, [f"{path} cannot be read: {type(problem).__name__}"]
    except tomllib.TOMLDecodeError as problem:
        return {}, [f'{path} is not TOML, such as WALKAWAY_LOG = "json": {problem}']
    found, problems = dict[str, str](), list[str]()
    for name, value in told.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            problems.append(f"{name} is no setting" + (f"; {near[0]} is one" if near else ""))
        elif isinstance(value, str) or type(value) is int:
            found[name] = str(value)
        else:
            problems.append(f'{name}: expected text in quotes or a whole number, such as "json" or 3000')
    return found, problems
