"""`aicmo run`: runs of one workflow, until they rest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aicmo_core.cli import exits
from aicmo_core.cli.input_file import input_files, read_input
from aicmo_core.cli.options import database, json_output, out, run_key
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.progress import show_count, show_progress

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.cli.run_outcome import RunOutcome


@click.command(name="run")
@click.argument("workflow")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@database
@out
@run_key
@click.option("--key-by-name", is_flag=True, help="Each file's name, without its ending, is a key.")
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many of several files are run at once.",
)
@json_output
@exits.report_errors
def command(
    workflow: str,
    inputs: tuple[str, ...],
    url: str,
    out: str,
    key: str | None,
    key_by_name: bool,
    threads: int,
    as_json: bool,
) -> None:
    """
    Run WORKFLOW on INPUT, a JSON or YAML file, or - for standard input.

    It runs until it ends, is parked, or waits for a signal or a moment.

    Of several files, or of a folder, each has a run, and what becomes of one keeps none of
    the others from running. A line tells of each. With --key-by-name the same command can be
    given again, wherever it was cut off.

    Exit codes: 0 completed, 2 the input or usage is wrong, 3 compensated, 4 parked,
    5 waiting, 1 anything unexpected. Of several files it is that of the worst: 1, then 4, 5, 3, 2.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.documents import chosen_documents
    from aicmo_core.cli.installed import host_rules, installed, workflow_named
    from aicmo_core.cli.run_outcome import RunOutcome
    from aicmo_core.kernel.structuring import structure

    files = input_files(inputs)
    alone = files == list(inputs) and len(files) == 1 and not key_by_name
    if key is not None and not alone:
        raise click.UsageError("--key is for one file; --key-by-name gives each its own")
    plugins, rules = installed(), host_rules()
    definition = workflow_named(plugins, workflow)
    made = chosen_documents(plugins)
    if not alone:
        with open_app(url, artifacts=out, plugins=plugins, documents=made, rules=rules) as app:
            code = _run_many(app, workflow, files, key_by_name, threads, as_json, url)
        sys.exit(code)
    run_input = structure(read_input(files[0]), definition.input)
    with open_app(url, artifacts=out, plugins=plugins, documents=made, rules=rules) as app:
        show_progress(app)
        outcome = RunOutcome.of(app, app.run(workflow, run_input, key))
    if as_json:
        print_json(outcome.plain())
    else:
        _tell(outcome, url)
    sys.exit(outcome.code)


def _run_many(
    app: App,
    workflow: str,
    files: Sequence[str],
    key_by_name: bool,
    threads: int,
    as_json: bool,
    url: str,
) -> int:
    """Run each file, tell what became of it, and return the exit code."""
    from aicmo_core.cli.bulk_run import BulkRun, plain_rows, tell_rows, worst_code
    from aicmo_core.cli.remedies import option

    keys = [Path(file).stem for file in files] if key_by_name else None
    bulk = BulkRun(app, app.workflow(workflow), files, keys)
    rows, interrupted = bulk.run(threads, show_count())
    if as_json:
        print_json(plain_rows(rows) | {"interrupted": interrupted})
    else:
        tell_rows(rows)
    if any(row.code == exits.UNEXPECTED for row in rows) and not url.startswith("memory:"):
        say(f"what was begun is finished or taken back by: aicmo recover{option(url)}", err=True)
    return exits.UNEXPECTED if interrupted else worst_code(rows)


def _tell(outcome: RunOutcome, url: str) -> None:
    from aicmo_core.cli.remedies import option
    from aicmo_core.runtime.records import RunState

    run = outcome.run
    say(f"run {run.id}: {run.state.value}")
    if run.state is RunState.COMPLETED and outcome.folder is not None:
        say(f"package: {outcome.folder}")
        if outcome.boxes:
            say(f"boxes in place of letters that no font here has: {outcome.boxes}")
    if run.failure:
        say(f"why: {run.failure}")
    for finding in outcome.findings:
        place = " ".join(filter(None, (finding.get("section"), finding.get("place"))))
        where = f" {place}" if place else ""
        rule = f" [{finding['rule']}]" if finding.get("rule") else ""
        say(f"  {finding.get('severity', '')}{where}: {finding.get('reason', '')}{rule}")
    if run.state is RunState.PARKED:
        say(f"a person is needed; see: aicmo runs audit {run.id}{option(url)}")
    if run.state is RunState.WAITING:
        say(f"what it waits for shows: aicmo runs show {run.id}{option(url)}")
