"""`aicmo workflow`: the definitions that are installed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say

if TYPE_CHECKING:
    from aicmo_core.runtime.deployment import Begun, Forecast, Stopped


@click.group(name="workflow", cls=NamingGroup)
def command() -> None:
    """Look at the workflows that are installed, and hold runs against them."""


@command.command(name="check")
@database
@json_output
@exits.report_errors
def check(url: str, as_json: bool) -> None:
    """
    Say, before a deployment, which runs go on with the installed workflows.

    Every run that has not ended is compared with the installed definition of its
    workflow; nothing is changed. Call it where the new code is installed.

    Exit codes: 0 every run goes on, 4 some would park, or their workflow is missing or older.
    """
    from aicmo_core.cli.stored_runs import open_existing

    with open_existing(url) as app:
        forecast = app.definitions.check()
    if as_json:
        print_json(_plain(forecast))
    else:
        _tell(forecast)
    if not forecast.clean:
        sys.exit(exits.PARKED)


def _plain(forecast: Forecast) -> dict[str, Any]:
    return {
        "clean": forecast.clean,
        "parks": forecast.parks,
        "left": forecast.left,
        "definitions": [_plain_begun(one) for one in forecast.begun],
    }


def _plain_begun(one: Begun) -> dict[str, Any]:
    return {
        "workflow": one.workflow,
        "version": one.version,
        "fingerprint": one.fingerprint,
        "installed": one.installed,
        "runs": one.runs,
        "goes_on": one.goes_on,
        "stopped": [
            {"reason": s.reason, "runs": s.runs, "examples": list(s.examples)} for s in one.stopped
        ],
    }


def _tell(forecast: Forecast) -> None:
    for one in forecast.begun:
        shape = one.fingerprint[:8]
        name = f"{one.workflow}, version {one.version}, shape {shape}"
        say(f"{name}: {one.runs} not ended, {one.goes_on} can go on")
        for stopped in one.stopped:
            _tell_stopped(stopped, "would be left" if one.left else "would park")
    if forecast.clean:
        say("every run can go on")
    else:
        say(f"{forecast.parks} would park, {forecast.left} would be left")


def _tell_stopped(stopped: Stopped, what: str) -> None:
    say(f"  {stopped.runs} {what}: {stopped.reason}")
    for run_id in stopped.examples:
        say(f"    {run_id}")
    if stopped.runs > len(stopped.examples):
        say(f"    and {stopped.runs - len(stopped.examples)} more")


@command.command(name="show")
@click.argument("name")
@click.option("--mermaid", is_flag=True, help="Print a Mermaid flowchart.")
@exits.report_errors
def show(name: str, mermaid: bool) -> None:
    """Show the steps of the workflow NAME, and how each is taken back."""
    from aicmo_core.cli.installed import installed, workflow_named
    from aicmo_core.saga.drawing import to_mermaid, to_text

    workflow = workflow_named(installed(), name)
    say(to_mermaid(workflow) if mermaid else to_text(workflow))
