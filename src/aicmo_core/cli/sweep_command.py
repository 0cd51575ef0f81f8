"""`aicmo sweep`: what faults left behind, named, and removed where that is safe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aicmo_core.cli import exits
from aicmo_core.cli.options import database, json_output, out
from aicmo_core.cli.output import print_json, say

if TYPE_CHECKING:
    from aicmo_core.runtime.retention import Swept


@click.command(name="sweep")
@click.option("--remove", is_flag=True, help="Remove what belongs to nobody for certain.")
@database
@out
@json_output
@exits.report_errors
def command(remove: bool, url: str, out: str, as_json: bool) -> None:
    """
    Look for locks, files, executors and other things that belong to no living run.

    It may run beside workers. Exit code 4: something is left.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    with open_app(url, artifacts=out, plugins=installed(), rules=host_rules()) as app:
        swept = app.retention.sweep(remove=remove)
    if as_json:
        _print_json(swept)
    else:
        _tell(swept)
    if swept.left:
        sys.exit(exits.PARKED)


def _print_json(swept: Swept) -> None:
    kinds = {
        kind.value: {"found": kept.found, "removed": kept.removed, "shown": list(kept.shown)}
        for kind, kept in swept.kinds.items()
    }
    print_json({"left": swept.left, "kinds": kinds})


def _tell(swept: Swept) -> None:
    for kind, kept in swept.kinds.items():
        removed = f", {kept.removed} removed" if kept.removed else ""
        say(f"{kind.value}: {kept.found} found{removed}")
        for text in kept.shown:
            say(f"  {text}")
        if kept.found > len(kept.shown):
            say("  …")
    if not swept.kinds:
        say("nothing is left behind")
