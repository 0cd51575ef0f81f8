"""What a person decides about a run: signal it, cancel it, repair it where it is parked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getuser
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aicmo_core.cli import exits
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.stored_runs import get_run, open_existing, plain_run

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.runs import Run
    from aicmo_core.saga import Workflow

F = TypeVar("F", bound=Callable[..., Any])


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


@click.command(name="retry")
@click.argument("run_id")
@_decision
@database
@json_output
@exits.report_errors
def retry(run_id: str, by: str, why: str, url: str, as_json: bool) -> None:
    """Try once more what the parked run RUN_ID could not do."""
    with open_existing(url) as app:
        run = app.runs.retry(run_id, by=by, why=why)
    _tell(run, as_json)


@click.command(name="compensate")
@click.argument("run_id")
@_decision
@database
@json_output
@exits.report_errors
def compensate(run_id: str, by: str, why: str, url: str, as_json: bool) -> None:
    """Take the parked run RUN_ID back, also if it is past its pivot."""
    with open_existing(url) as app:
        run = app.runs.compensate(run_id, by=by, why=why)
    _tell(run, as_json)


@click.command(name="waive")
@click.argument("run_id")
@click.argument("step")
@_decision
@database
@json_output
@exits.report_errors
def waive(run_id: str, step: str, by: str, why: str, url: str, as_json: bool) -> None:
    """Let the effect of STEP stand, which RUN_ID cannot take back, and go on."""
    with open_existing(url) as app:
        run = app.runs.waive(run_id, step, by=by, why=why)
    _tell(run, as_json)


@click.command(name="skip")
@click.argument("run_id")
@click.argument("step")
@click.option(
    "--result",
    "result",
    default="null",
    metavar="JSON|@FILE",
    help="What the step is taken to have returned; null, if left out.",
)
@_decision
@database
@json_output
@exits.report_errors
def skip(run_id: str, step: str, result: str, by: str, why: str, url: str, as_json: bool) -> None:
    """Take STEP for done, which RUN_ID is parked at past its pivot, and go on."""
    with open_existing(url) as app:
        returned = _result_of(_workflow_of(app, run_id), step, result)
        run = app.runs.skip(run_id, step, returned, by=by, why=why)
    _tell(run, as_json)


def _advance(command_function: F) -> F:
    """Add who goes on with the run."""
    return click.option(
        "--advance/--no-advance",
        default=True,
        help="Whether to go on with the run here, if nobody else does.",
    )(command_function)


@click.command(name="cancel")
@click.argument("run_id")
@_decision
@_advance
@database
@json_output
@exits.report_errors
def cancel(run_id: str, by: str, why: str, advance: bool, url: str, as_json: bool) -> None:
    """Take the run RUN_ID back, if it has not passed its pivot; no further step starts."""
    with open_existing(url) as app:
        run = app.runs.cancel(run_id, by=by, why=why, advance=advance)
    _tell(run, as_json)


@click.command(name="signal")
@click.argument("run_id")
@click.argument("name")
@click.option(
    "--data",
    default="null",
    metavar="JSON|@FILE",
    help="What comes with the signal; null, if left out.",
)
@click.option("--by", default=getuser, metavar="NAME", help="Who sends it; this user, if left out.")
@click.option("--key", default="", metavar="KEY", help="Of signals with one key, one is taken.")
@_advance
@database
@json_output
@exits.report_errors
def signal(
    run_id: str,
    name: str,
    data: str,
    by: str,
    key: str,
    advance: bool,
    url: str,
    as_json: bool,
) -> None:
    """Send the run RUN_ID the signal NAME, which it waits for or will wait for."""
    with open_existing(url) as app:
        payload = _payload_of(_workflow_of(app, run_id), name, data)
        run = app.runs.signal(run_id, name, payload, by=by, key=key, advance=advance)
    _tell(run, as_json)


def _workflow_of(app: App, run_id: str) -> Workflow[Any]:
    return app.workflow(get_run(app, run_id).workflow)


def _payload_of(workflow: Workflow[Any], name: str, text: str) -> Any:
    """Return what *text* says, as the signal has it; plain, where there is no such signal."""
    from aicmo_core.kernel.structuring import structure

    data, declared = _read_json("--data", text), workflow.signals.get(name)
    return data if declared is None else structure(data, declared.payload)


def _result_of(workflow: Workflow[Any], path: str, text: str) -> Any:
    """Return what *text* says, as the step has it; plain, where nothing of it is returned."""
    from aicmo_core.kernel.structuring import structure
    from aicmo_core.saga import Yielding
    from aicmo_core.saga.paths import place_of

    data, node = _read_json("--result", text), workflow.places.get(place_of(path))
    return structure(data, node.result_type) if isinstance(node, Yielding) else data


def _read_json(option: str, text: str) -> Any:
    """Return the plain data that an option gives: JSON, or `@` and the name of a file."""
    from aicmo_core.cli.input_file import read_input
    from aicmo_core.cli.json_text import parse_json

    return read_input(text[1:]) if text.startswith("@") else parse_json(option, text)


def _tell(run: Run, as_json: bool) -> None:
    """Print what became of the run; exit with 4 if it is parked again."""
    from aicmo_core.runtime.records import RunState

    if as_json:
        print_json(plain_run(run))
    else:
        say(f"run {run.id}: {run.state.value}" + (f"\nwhy: {run.failure}" if run.failure else ""))
    if run.state is RunState.PARKED:
        sys.exit(exits.PARKED)
