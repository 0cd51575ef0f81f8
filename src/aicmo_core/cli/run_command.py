"""`aicmo run`: one run of one workflow, until it rests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aicmo_core.cli import exits
from aicmo_core.cli.input_file import read_input
from aicmo_core.cli.options import database, json_output, out, run_key
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.progress import show_progress

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.runs import Run


@click.command(name="run")
@click.argument("workflow")
@click.argument("input_file", metavar="INPUT")
@database
@out
@run_key
@json_output
@exits.report_errors
def command(
    workflow: str, input_file: str, url: str, out: str, key: str | None, as_json: bool
) -> None:
    """
    Run WORKFLOW on INPUT, a JSON or YAML file, or - for standard input.

    It runs until it ends, is parked, or waits for a signal or a moment.

    Exit codes: 0 completed, 2 the input or usage is wrong, 3 compensated, 4 parked,
    5 waiting, 1 anything unexpected.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import installed, workflow_named
    from aicmo_core.kernel.structuring import structure

    plugins = installed()
    definition = workflow_named(plugins, workflow)
    run_input = structure(read_input(input_file), definition.input)
    with open_app(url, artifacts=out, plugins=plugins) as app:
        show_progress(app)
        run = app.run(workflow, run_input, key)
        files = app.artifacts.list(run.id) if app.artifacts is not None else []
        folder = app.artifacts.locate(run.id) if app.artifacts is not None and files else None
        findings = _findings(app, run)
    if as_json:
        print_json(_plain(run, folder, files, findings))
    else:
        _tell(run, folder, findings, url)
    sys.exit(_code(run))


def _findings(app: App, run: Run) -> list[dict[str, Any]]:
    """Return what the step that said no gave as its findings, if it gave any."""
    from aicmo_core.runtime.records import RunState

    if run.state is not RunState.COMPENSATED:
        return []
    for entry in reversed(app.runs.audit(run.id).entries):
        if entry.kind == "failed":
            said = ((entry.details or {}).get("details") or {}).get("details") or {}
            found = said.get("findings", [])
            return [f for f in found if isinstance(f, dict)]
    return []


def _plain(
    run: Run, folder: str | None, files: list[str], findings: list[dict[str, Any]]
) -> dict[str, Any]:
    from aicmo_core.kernel.values import datetime_to_text

    return {
        "run_id": run.id,
        "workflow": run.workflow,
        "version": run.version,
        "key": run.key,
        "state": run.state.value,
        "failure": run.failure,
        "findings": findings,
        "created_at": datetime_to_text(run.created_at),
        "package": folder,
        "files": files,
    }


def _tell(run: Run, folder: str | None, findings: list[dict[str, Any]], url: str) -> None:
    from aicmo_core.cli.remedies import option
    from aicmo_core.runtime.records import RunState

    say(f"run {run.id}: {run.state.value}")
    if run.state is RunState.COMPLETED and folder is not None:
        say(f"package: {folder}")
    if run.failure:
        say(f"why: {run.failure}")
    for finding in findings:
        place = " ".join(filter(None, (finding.get("section"), finding.get("place"))))
        say(f"  {finding.get('severity', '')} {place}: {finding.get('reason', '')}")
    if run.state is RunState.PARKED:
        say(f"a person is needed; see: aicmo runs audit {run.id}{option(url)}")
    if run.state is RunState.WAITING:
        say(f"what it waits for shows: aicmo runs show {run.id}{option(url)}")


def _code(run: Run) -> int:
    from aicmo_core.runtime.records import RunState

    return {
        RunState.COMPLETED: exits.COMPLETED,
        RunState.COMPENSATED: exits.COMPENSATED,
        RunState.CANCELLED: exits.COMPENSATED,
        RunState.PARKED: exits.PARKED,
        RunState.WAITING: exits.WAITING,
    }.get(run.state, exits.UNEXPECTED)
