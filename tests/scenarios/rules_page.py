"""
The page of rule sets, written from their declarations and files: what is in each, and why.

    python tests/scenarios/rules_page.py > docs/reference/rule_sets.md
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, cast

import attrs

from aicmo_core.kernel.rules import Count, RuleSet, shipped
from aicmo_core.runtime.plugins import load_plugins

_HEAD = """\
# Rule sets

What the built-in modules decide by. [Change the rules](../howto/change_the_rules.md) says how a
host or a plugin changes them; `aicmo rules show NAME` shows every number with its reason, and
with `--json` the whole content. Fields that are tables are changed entry by entry.

The page is written from the sets' shapes and files.
"""


def rule_sets() -> list[RuleSet[Any]]:
    """Return the sets of the built-in modules."""
    modules = load_plugins(allow=[]).module_list()
    return [rule_set for module in modules for rule_set in module.rules]


def described(shape: type) -> Mapping[str, str]:
    """Return what a shape's docstring says of its fields."""
    text = inspect.cleandoc(shape.__doc__ or "").partition("Attributes:\n")[2]
    found = re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", text, re.MULTILINE)
    return {name: " ".join(said.split()) for name, said in found}


def _shown(value: object) -> str:
    match value:
        case Count():
            return f"{value.value}: {value.because}"
        case dict() | tuple() | list():
            return "see the file"
        case str() | int() | float():
            return f"`{value}`"
        case None:
            return "none"
    numbers = [n for n in attrs.asdict(cast(Any, value)).items() if isinstance(n[1], int | float)]
    because = getattr(value, "because", "")
    said = ", ".join(f"{name} {number}" for name, number in numbers)
    return f"{said}: {because}" if said and because else because or said or "see the file"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rows(rule_set: RuleSet[Any]) -> Iterator[str]:
    rules, said = shipped(rule_set).rules, described(rule_set.shape)
    for one in attrs.fields(rule_set.shape):
        table = "table" if one.name in rule_set.tables else ""
        cells = (f"`{one.name}`", table, said.get(one.name, ""), _shown(getattr(rules, one.name)))
        yield f"| {' | '.join(map(_cell, cells))} |"


def entry(sets: list[RuleSet[Any]]) -> str:
    """Return what the page says about sets of one shape; the first stands for all."""
    first, *others = sets
    title = ", ".join(f"`{rule_set.name}`" for rule_set in sets)
    summary = inspect.cleandoc(first.shape.__doc__ or "").partition("\n\n")[0]
    lines = [f"## {first.name}", "", " ".join(summary.split()), ""]
    if others:
        lines += [f"One shape for {title}; shown is the first.", ""]
    version = shipped(first).version.version
    lines += [f"File `{first.file}` of `{first.package}`, version {version}.", ""]
    lines += ["| field | | what it says | shipped |", "|---|---|---|---|", *_rows(first), ""]
    return "\n".join(lines)


def page() -> str:
    """Return the page."""
    ordered = sorted(rule_sets(), key=lambda one: (one.name.partition(".")[0], one.shape.__name__))
    groups = [list(sets) for _, sets in groupby(ordered, key=lambda one: one.shape)]
    return "\n".join([_HEAD, *map(entry, sorted(groups, key=lambda sets: sets[0].name))])


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
