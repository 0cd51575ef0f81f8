"""`aicmo runs`: list them, show one and what it waits for, audit one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.run_decisions import cancel, compensate, retry, signal, skip, waive
from aicmo_core.cli.stored_runs import get_run, open_existing, plain_run

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.runs import Run
    from aicmo_core.runtime.waits import Pending, Waits

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
    """Look at runs, and decide about them: signal, cancel, repair."""


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

    with open_existing(url) as app:
        states = [RunState(s) for s in state] or None
        page = app.runs.list(state=states, workflow=workflow, limit=limit, after=after)
    if as_json:
        print_json({"runs": [plain_run(run) for run in page.items], "next": page.next})
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
    """Show one run, what it waits for, and the locks that it holds."""
    with open_existing(url) as app:
        run = get_run(app, run_id)
        waits, unknown = _waits(app, run)
    if as_json:
        print_json(plain_run(run) | _plain_waits(waits, unknown))
        return
    for name, value in plain_run(run).items():
        say(f"{name + ':':<12} {'' if value is None else value}".rstrip())
    for one in waits.pending if waits is not None else ():
        say(f"waits for:   {_sentence(one)}")
    for lock in waits.locks if waits is not None else ():
        say(f"holds:       lock {lock}")
    if unknown is not None:
        say(f"what it waits for is not known: {unknown}", err=True)


def _waits(app: App, run: Run) -> tuple[Waits | None, str | None]:
    """Return what a run waits for, or why only its own workflow's definition can tell."""
    from aicmo_core.kernel.errors import UnknownName
    from aicmo_core.runtime.errors import DefinitionChanged

    try:
        return app.runs.waits(run.id), None
    except (UnknownName, DefinitionChanged) as error:
        return None, str(error)


def _plain_waits(waits: Waits | None, unknown: str | None) -> dict[str, Any]:
    from aicmo_core.kernel.values import datetime_to_text

    if waits is None:
        return {"waits_for": None, "locks": None, "unknown": unknown}
    pending = [
        {
            "awaited": one.awaited.value,
            "step": one.step,
            "what": one.what,
            "until": None if one.until is None else datetime_to_text(one.until),
            "held_by": one.held_by,
        }
        for one in waits.pending
    ]
    return {"waits_for": pending, "locks": list(waits.locks), "unknown": None}


def _sentence(one: Pending) -> str:
    """Say one thing that a run waits for."""
    from aicmo_core.runtime.waits import Awaited

    place = f" at {one.step}" if one.step else ""
    until = "" if one.until is None else f", until {one.until:%Y-%m-%d %H:%M:%S} UTC"
    match one.awaited:
        case Awaited.SIGNAL:
            return f"signal {one.what}{place}{until}"
        case Awaited.LOCK:
            held = "nobody any more" if one.held_by is None else f"run {one.held_by}"
            return f"lock {one.what}{place}, held by {held}{until}"
        case Awaited.PERSON:
            return f"a person{place}: {one.what}"
        case Awaited.RETRY:
            return f"the next attempt{place}{until}"
    return f"a pause{place}{until}"


@command.command(name="audit")
@click.argument("run_id")
@database
@json_output
@exits.report_errors
def audit(run_id: str, url: str, as_json: bool) -> None:
    """Show a run's journal and its undo ledger, and whether the ledger balances."""
    from aicmo_core.kernel.values import datetime_to_text

    with open_existing(url) as app:
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
                "run": plain_run(found.run),
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


for decided in (cancel, compensate, retry, signal, skip, waive):
    command.add_command(decided)
