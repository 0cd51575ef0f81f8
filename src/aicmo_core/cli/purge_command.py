"""`aicmo purge`: runs that ended long ago, and their events, go."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from aicmo_core.cli import exits
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_ENDED = ["completed", "compensated", "cancelled"]


def _age(_: click.Context, __: click.Parameter, text: str) -> timedelta:
    """Read a number and its unit: `90d`, `12h`, `30m`, `10s`."""
    found = re.fullmatch(r"(\d{1,6})([dhms])", text.strip(), re.ASCII)
    if found is None:
        raise click.BadParameter(f"expected a number and d, h, m or s, such as 90d; found {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command(name="purge")
@click.option(
    "--older-than", "age", callback=_age, required=True, metavar="AGE", help="Such as 90d."
)
@click.option(
    "--state", type=click.Choice(_ENDED), multiple=True, help="Only runs that ended like this."
)
@click.option("--unrelayed", is_flag=True, help="Also events that nobody was told of, or took.")
@click.option("--dry-run", is_flag=True, help="Only count; remove nothing.")
@database
@json_output
@exits.report_errors
def command(
    age: timedelta,
    state: tuple[str, ...],
    unrelayed: bool,
    dry_run: bool,
    url: str,
    as_json: bool,
) -> None:
    """
    Remove the journals of runs that ended longer than AGE ago, and events as old.

    A tombstone keeps each run's key and how it ended. A run whose events were not handed
    out, or not taken, stays; so do the rows and files that runs made.
    """
    from attrs import asdict

    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.cli.remedies import require_database
    from aicmo_core.runtime.records import ENDED, RunState

    require_database(url)
    states = [RunState(s) for s in state] or ENDED
    with open_app(url, plugins=installed(), rules=host_rules()) as app:
        purged = app.retention.purge(age, states=states, unrelayed=unrelayed, dry_run=dry_run)
    if as_json:
        print_json({**asdict(purged), "dry_run": dry_run})
        return
    say(
        f"{purged.runs} runs and {purged.events} events "
        f"{'would be' if dry_run else 'were'} purged, {purged.waiting} runs wait for their events"
    )
