"""`aicmo start`: a run is written, and a worker advances it."""

from __future__ import annotations

import click

from aicmo_core.cli import exits
from aicmo_core.cli.input_file import read_input
from aicmo_core.cli.options import database, json_output, out, run_key
from aicmo_core.cli.output import print_json, say


@click.command(name="start")
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
    Write a run of WORKFLOW on INPUT, a JSON or YAML file, or - for standard input.

    A worker advances it: `aicmo worker`. With a key that was used before, nothing is
    written, and the run that it names is shown.

    Exit codes: 0 the run is written, 2 the input or usage is wrong.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import installed, workflow_named
    from aicmo_core.cli.stored_runs import plain_run
    from aicmo_core.kernel.structuring import structure

    if url.startswith("memory:"):
        raise click.UsageError("--db memory: ends with this command; name a database")
    plugins = installed()
    definition = workflow_named(plugins, workflow)
    run_input = structure(read_input(input_file), definition.input)
    with open_app(url, artifacts=out, plugins=plugins) as app:
        run = app.start(workflow, run_input, key)
    if as_json:
        print_json(plain_run(run))
    else:
        say(f"run {run.id}: {run.state.value}")
