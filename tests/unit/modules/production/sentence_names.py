"""
The names of the sentences that an agency may put in its own words, read out of the writers.

    PYTHONPATH=src python tests/unit/modules/production/sentence_names.py

writes them to the file of `production.sentences`; what it says of them stays.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from aicmo_core.modules.production.internal import writing

PACKAGE = Path(writing.__file__).parent
SECTIONS = PACKAGE / "sections"
FILE = PACKAGE / "data" / "sentences.json"
COMMAND = "run: PYTHONPATH=src python tests/unit/modules/production/sentence_names.py"
_CHOOSERS = ("choose", "cell")


class _Module:
    """A writer's module: its functions, and where it takes others from."""

    def __init__(self, path: Path) -> None:
        tree = ast.parse(path.read_text("utf-8"))
        self.functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        prefix = "aicmo_core.modules.production.internal.sections."
        self.taken = {
            alias.asname or alias.name: (node.module.removeprefix(prefix), alias.name)
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith(prefix)
            and node.module
            for alias in node.names
        }


def _slots(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in _CHOOSERS and isinstance(node.args[0].value, str):
                yield node.args[0].value


def _reached(module: str, function: str, modules: dict[str, _Module]) -> Iterator[str]:
    """Yield the places of a function and of those that it mentions, in any module."""
    seen: set[tuple[str, str]] = set()
    waiting = [(module, function)]
    while waiting:
        where, name = waiting.pop()
        if (where, name) in seen:
            continue
        seen.add((where, name))
        found = modules[where]
        if name in found.taken:
            waiting.append(found.taken[name])
        elif name in found.functions:
            yield from _slots(found.functions[name])
            mentioned = {n.id for n in ast.walk(found.functions[name]) if isinstance(n, ast.Name)}
            waiting += [(where, one) for one in mentioned & (found.functions.keys() | found.taken)]


def names() -> list[str]:
    """Return the names: section and place."""
    files = {
        ".".join(path.relative_to(SECTIONS).with_suffix("").parts): path
        for path in SECTIONS.rglob("*.py")
        if path.stem != "__init__"
    }
    modules = {name: _Module(path) for name, path in files.items()}
    found = {
        f"{name.rpartition('.')[2].removeprefix('_')}.{slot}"
        for name in modules
        for slot in _reached(name, "write", modules)
    }
    return sorted(found)


def main() -> None:
    """Write the names to the file."""
    data = json.loads(FILE.read_text("utf-8"))
    kept = data["texts"]
    data["texts"] = {name: kept.get(name, []) for name in names()}
    lines = ",\n".join(f"    {json.dumps(n)}: {json.dumps(t)}" for n, t in data["texts"].items())
    head = json.dumps({k: v for k, v in data.items() if k != "texts"}, indent=2)[:-2]
    FILE.write_text(f'{head},\n  "texts": {{\n{lines}\n  }}\n}}\n', "utf-8")


if __name__ == "__main__":
    main()
