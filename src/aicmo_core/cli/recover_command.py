"""`aicmo recover`: what a process that died has left is finished or taken back."""

from __future__ import annotations

import sys

import click

from aicmo_core.cli import exits
from aicmo_core.cli.options import database, json_output, out
from aicmo_core.cli.output import print_json, say


@click.command(name="recover")
@database
@out
@click.option(
    "--now",
    is_flag=True,
    help="Do not watch heartbeats first: every other process is known to be gone.",
)
@json_output
@exits.report_errors
def command(url: str, out: str, now: bool, as_json: bool) -> None:
    """
    Finish or compensate runs whose process is gone.

    Exit codes: 0 everything found was recovered, 4 a run is parked, 1 a run was left.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.documents import chosen_documents
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    plugins = installed()
    made = chosen_documents(plugins)
    with open_app(url, artifacts=out, plugins=plugins, documents=made, rules=host_rules()) as app:
        report = app.recover(now=now)
    runs = [{"run_id": r.id, "state": r.state.value, "failure": r.failure} for r in report.runs]
    left = [{"run_id": x.run_id, "reason": x.reason} for x in report.left]
    if as_json:
        counts = {
            "recovered": report.recovered,
            "parked": report.parked,
            "left": report.left_alone,
        }
        data = {
            "recovered": runs,
            "left": left,
            "counts": counts,
            "executors_alive": report.observed,
            "events_relayed": report.relayed,
        }
        print_json(data)
    else:
        for run in report.runs:
            say(f"run {run.id}: {run.state.value}")
        for alone in report.left:
            say(f"run {alone.run_id} was left: {alone.reason}", err=True)
        say(
            f"{report.recovered} recovered, {report.left_alone} left, "
            f"{report.observed} processes alive"
        )
    if report.left_alone:
        sys.exit(exits.UNEXPECTED)
    if report.parked:
        sys.exit(exits.PARKED)
