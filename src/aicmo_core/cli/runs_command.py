"""`aicmo runs`: list them, show one, audit one, repair a parked one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getuser
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.runs import Run

F = TypeVar("F", bound=Callable[..., Any])

_STATES = [
    "running",
    "waiting",
    "compensating",
    "parked",
    "completed",
    "compensated",
    "cancelled",
    "purged",
]


@click.group(name="runs", cls=NamingGroup)
def command() -> None:
    """Look at runs, and repair parked ones."""


@command.command(name="list")
@database
@click.option("--state", type=click.Choice(_STATES), multiple=True, help="Only these states.")
@click.option("--workflow", metavar="NAME", help="Only runs of this workflow.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--after", metavar="CURSOR", help="Continue after the page that gave CURSOR.")
@json_output
@exits.report_errors
def list_runs(
    url: str,
    state: tuple[str, ...],
    workflow: str | None,
    limit: int,
    after: str | None,
    as_json: bool,
) -> None:
    """List runs, the newest first."""
    from aicmo_core.runtime.records import RunState

    with _open(url) as app:
        states = [RunState(s) for s in state] or None
        page = app.runs.list(state=states, workflow=workflow, limit=limit, after=after)
    if as_json:
        print_json({"runs": [_plain(run) for run in page.items], "next": page.next})
        return
    for run in page.items:
        say(
            f"{run.id}  {run.state.value:<12}  {run.workflow}  "
            f"{run.created_at:%Y-%m-%d %H:%M:%S}  {run.failure or ''}".rstrip()
        )
    if page.next:
        say(f"more: --after {page.next}", err=True)


@command.command(name="show")
@click.argument("run_id")
@database
@json_output
@exits.report_errors
def show(run_id: str, url: str, as_json: bool) -> None:
    """Show one run."""
    with _open(url) as app:
        run = _get(app, run_id)
    if as_json:
        print_json(_plain(run))
        return
    for name, value in _plain(run).items():
        say(f"{name + ':':<12} {'' if value is None else value}".rstrip())


@command.command(name="audit")
@click.argument("run_id")
@database
@json_output
@exits.report_errors
def audit(run_id: str, url: str, as_json: bool) -> None:
    """Show a run's journal and its undo ledger, and whether the ledger balances."""
    from aicmo_core.kernel.structuring import datetime_to_text

    with _open(url) as app:
        found = app.runs.audit(run_id)
    entries = [
        {
            "seq": e.seq,
            "at": datetime_to_text(e.at),
            "kind": e.kind,
            "step": e.step,
            "attempt": e.attempt,
            "details": e.details,
        }
        for e in found.entries
    ]
    ledger = [
        {"step": x.step, "known": x.known, "closing": x.closing.value, "error": x.error}
        for x in found.ledger
    ]
    if as_json:
        print_json(
            {
                "run": _plain(found.run),
                "balanced": found.balanced,
                "ledger": ledger,
                "journal": entries,
            }
        )
        return
    say(f"run {found.run.id}: {found.run.state.value}")
    say("journal:")
    for e in found.entries:
        error = (e.details or {}).get("error", "")
        say(f"  {e.seq:>3}  {e.at:%H:%M:%S.%f}  {e.kind:<20} {e.step}  {error}".rstrip())
    say("ledger:")
    for line in ledger:
        known = "" if line["known"] else " (not known whether it acted)"
        error = f": {line['error']}" if line["error"] else ""
        say(f"  {line['closing']:<12} {line['step']}{known}{error}")
    say("balanced" if found.balanced else "not balanced: effects are open")


def _decision(command_function: F) -> F:
    """Add who decided and why, which the journal keeps."""
    for decorator in (
        click.option("--why", required=True, metavar="TEXT", help="The reason, for the journal."),
        click.option(
            "--by", default=getuser, metavar="NAME", help="Who decided; this user, if left out."
        ),
    ):
        command_function = decorator(command_function)
    return command_function


@command.command(name="retry")
@click.argument("run_id")
@_decision
@database
@json_output
@exits.report_errors
def retry(run_id: str, by: str, why: str, url: str, as_json: bool) -> None:
    """Try once more what the parked run RUN_ID could not do."""
    with _open(url) as app:
        run = app.runs.retry(run_id, by=by, why=why)
    _tell_repaired(run, as_json)


@command.command(name="compensate")
@click.argument("run_id")
@_decision
@database
@json_output
@exits.report_errors
def compensate(run_id: str, by: str, why: str, url: str, as_json: bool) -> None:
    """Take the parked run RUN_ID back, also if it is past its pivot."""
    with _open(url) as app:
        run = app.runs.compensate(run_id, by=by, why=why)
    _tell_repaired(run, as_json)


@command.command(name="waive")
@click.argument("run_id")
@click.argument("step")
@_decision
@database
@json_output
@exits.report_errors
def waive(run_id: str, step: str, by: str, why: str, url: str, as_json: bool) -> None:
    """Let the effect of STEP stand, which RUN_ID cannot take back, and go on."""
    with _open(url) as app:
        run = app.runs.waive(run_id, step, by=by, why=why)
    _tell_repaired(run, as_json)


def _tell_repaired(run: Run, as_json: bool) -> None:
    """Print what became of the run; exit with 4 if it is parked again."""
    from aicmo_core.runtime.records import RunState

    if as_json:
        print_json(_plain(run))
    else:
        say(f"run {run.id}: {run.state.value}" + (f"\nwhy: {run.failure}" if run.failure else ""))
    if run.state is RunState.PARKED:
        sys.exit(exits.PARKED)


def _open(url: str) -> App:
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import installed
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    return open_app(url, plugins=installed())


def _get(app: App, run_id: str) -> Run:
    from aicmo_core.kernel.errors import NotFound

    run = app.runs.get(run_id)
    if run is None:
        raise NotFound("run", run_id)
    return run


def _plain(run: Run) -> dict[str, Any]:
    from aicmo_core.kernel.structuring import datetime_to_text

    return {
        "run_id": run.id,
        "workflow": run.workflow,
        "version": run.version,
        "key": run.key,
        "state": run.state.value,
        "failure": run.failure,
        "created_at": datetime_to_text(run.created_at),
        "updated_at": datetime_to_text(run.updated_at),
        "executor": run.executor,
        "artifacts": run.artifacts,
    }
