"""`aicmo rules`: what is decided by, in which version, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say

if TYPE_CHECKING:
    from aicmo_core.kernel.rules import RuleVersion, Ruling
    from aicmo_core.runtime.rules import Rules


@click.group(name="rules", cls=NamingGroup)
def command() -> None:
    """Look at the rules that modules decide by, and check changes to them."""


def _in_force(without_host: bool = False) -> Rules:
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.runtime.rules import Rules

    plugins = installed()
    sets = [rule_set for module in plugins.module_list() for rule_set in module.rules]
    return Rules(sets, plugins.rule_changes, {} if without_host else host_rules())


@command.command(name="list")
@json_output
@exits.report_errors
def list_rules(as_json: bool) -> None:
    """List the rule sets: version, digest, and who made each so."""
    rules = _in_force()
    rulings = [rules.ruling(rules.sets[name]) for name in sorted(rules.sets)]
    if as_json:
        print_json({"rules": [_plain(ruling) for ruling in rulings]})
        return
    for ruling in rulings:
        say(f"{ruling.version}: {', '.join(ruling.origins)}")


@command.command(name="show")
@click.argument("name")
@json_output
@exits.report_errors
def show(name: str, as_json: bool) -> None:
    """Show the rule set NAME: each number with its reason; with --json, all of it."""
    from aicmo_core.kernel.errors import UnknownName
    from aicmo_core.kernel.reasons import numbers

    rules = _in_force()
    if name not in rules.sets:
        raise UnknownName("rule set", name, rules.sets)
    ruling = rules.ruling(rules.sets[name])
    if as_json:
        print_json({**_plain(ruling), "content": dict(ruling.plain)})
        return
    say(f"{ruling.version}: {', '.join(ruling.origins)}")
    for number in numbers(ruling.rules):
        value = str(number.value).removesuffix(".0")
        say(f"  {number.path} = {value}: {number.because}")


@command.command(name="check")
@click.argument("file")
@json_output
@exits.report_errors
def check(file: str, as_json: bool) -> None:
    """
    Check the change to a rule set in FILE, and say what it would change.

    It is held against the installed sets, with the plugins' changes. Nothing is written.

    Exit codes: 0 it can be used, 2 it cannot: every wrong place is named.
    """
    from aicmo_core.runtime.rules import Rules, read_file

    before = _in_force(without_host=True)
    change = read_file(file)
    after = Rules(before.sets.values(), before.offers, {change.rules: file})
    rule_set = after.sets[change.rules]
    was, now = before.ruling(rule_set), after.ruling(rule_set)
    places = list(change.touches(rule_set))
    if as_json:
        print_json({**_plain(now), "sets": places, "numbers": _numbers(was, now)})
        return
    say(f"{now.version}: {', '.join(now.origins)}")
    for place in places:
        say(f"  sets {place}")
    for number in _numbers(was, now):
        say(f"  {number['path']}: {number['before']} becomes {number['after']}")


@command.command(name="used")
@click.argument("run_id", metavar="RUN")
@database
@json_output
@exits.report_errors
def used(run_id: str, url: str, as_json: bool) -> None:
    """
    Show by which rules the steps of RUN decided, and which of them are in force no more.

    Each step decides by the rules of the process that performs it: where a run was recovered
    by one with other rules, its steps name different versions.
    """
    from aicmo_core.cli.stored_runs import get_run, open_existing

    with open_existing(url) as app:
        entries = app.runs.audit(get_run(app, run_id).id).entries
        found = [(entry.step, version) for entry in entries for version in _versions(entry.result)]
        changed = app.rules.changed([version for _, version in found])
    if as_json:
        lines = [
            {"step": step, **attrs.asdict(version), "in_force": version not in changed}
            for step, version in found
        ]
        print_json({"used": lines})
        return
    for step, version in found:
        say(f"{step}: {version}{' is not in force any more' if version in changed else ''}")


def _versions(result: str | None) -> list[RuleVersion]:
    """Return the rules that a step's result names in its field `rules`; a purged one is gone."""
    from aicmo_core.kernel.errors import InvalidValue
    from aicmo_core.kernel.rules import RuleVersion
    from aicmo_core.kernel.structuring import structure

    data = None if result is None else json.loads(result)
    try:
        return structure(data.get("rules", []), list[RuleVersion]) if isinstance(data, dict) else []
    except InvalidValue:  # a module's own field of this name
        return []


def _numbers(was: Ruling[Any], now: Ruling[Any]) -> list[dict[str, Any]]:
    """Return the numbers that a change changes; None for one that is not there."""
    from aicmo_core.kernel.reasons import numbers

    old = {number.path: number.value for number in numbers(was.rules)}
    new = {number.path: number.value for number in numbers(now.rules)}
    return [
        {"path": path, "before": _shown(old.get(path)), "after": _shown(new.get(path))}
        for path in {**old, **new}
        if old.get(path) != new.get(path)
    ]


def _shown(number: Any) -> int | float | str | None:
    return number if number is None or isinstance(number, int | float) else str(number)


def _plain(ruling: Ruling[Any]) -> dict[str, Any]:
    return {**attrs.asdict(ruling.version), "origins": list(ruling.origins)}
