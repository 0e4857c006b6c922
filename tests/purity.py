"""Reads the sources of dialogs/ and names what could let the clock, chance or the outside in.

It sees imports, calls and attributes as they are written; it does not follow values.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

# A list of what is allowed, not of what is forbidden: the next module of the standard library starts outside.
ALLOWED = frozenset(
    {
        "__future__",
        "abc",
        "bisect",
        "calendar",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "dialogs",
        "difflib",
        "enum",
        "fractions",
        "functools",
        "graphlib",
        "hashlib",
        "heapq",
        "itertools",
        "json",
        "math",
        "numbers",
        "operator",
        "re",
        "statistics",
        "string",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "zoneinfo",
    }
)
# hash() of a text and id() differ from process to process: chance by another name.
FORBIDDEN_NAMES = frozenset(
    {"__builtins__", "__import__", "__loader__", "breakpoint", "compile", "eval", "exec", "globals", "hash"}
    | {"id", "input", "open", "print"}
)
CLOCK = frozenset({"now", "utcnow", "today"})
CLOCK_CLASSES = frozenset({"datetime", "date"})


def impurities(source: str) -> list[str]:
    """What in `source` a pure module may not do, one `line: reason` each, in the order of the lines."""
    tree = ast.parse(source)
    clocks = _clocks(tree)
    found = {found for node in ast.walk(tree) for found in _seen_in(node, clocks)}
    return [f"{line}: {reason}" for line, reason in sorted(found)]


def _clocks(tree: ast.Module) -> frozenset[str]:
    """The names under which the classes that know the time are written in this module."""
    imported = [alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    renamed = {alias.asname or alias.name for alias in imported if alias.name in CLOCK_CLASSES}
    return CLOCK_CLASSES | renamed


def _seen_in(node: ast.AST, clocks: frozenset[str]) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield from _import(node.lineno, alias.name)
        case ast.ImportFrom():
            yield from _import_from(node)
        case ast.Call(func=func):
            yield from _call(node, func)
        case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=attr) if (
            attr in CLOCK and name in clocks
        ):
            yield node.lineno, f"reads the clock: {ast.unparse(node)}"
        case ast.Name(id=name, ctx=ast.Load()) if name in FORBIDDEN_NAMES:
            yield node.lineno, f"reaches for {name}"
        case _:
            pass


def _import(line: int, module: str) -> Iterator[tuple[int, str]]:
    if module.partition(".")[0] not in ALLOWED:
        yield line, f"imports {module}"


def _import_from(node: ast.ImportFrom) -> Iterator[tuple[int, str]]:
    if node.level == 0:
        yield from _import(node.lineno, node.module or "")
    elif node.level > 1:  # dialogs/ is flat: two dots lead out of it
        yield node.lineno, "imports from outside dialogs"
    if node.names[0].name == "*":
        yield node.lineno, "imports *, so nothing is known about its names"


def _call(call: ast.Call, func: ast.expr) -> Iterator[tuple[int, str]]:
    match func:
        case ast.Attribute(attr=attr) if attr in CLOCK:
            yield call.lineno, f"reads the clock: {ast.unparse(func)}"
        case ast.Attribute(attr="astimezone") if not call.args and not call.keywords:
            yield call.lineno, "takes this machine's time zone: astimezone()"
        case _:
            pass
