"""`aicmo start`: runs are written, and workers advance them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aicmo_core.cli import exits
from aicmo_core.cli.input_file import input_files, read_input
from aicmo_core.cli.options import database, json_output, out, run_key
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.progress import show_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicmo_core.app import App
    from aicmo_core.runtime.starting import Started, StartedRun
    from aicmo_core.saga import Workflow


@click.command(name="start")
@click.argument("workflow")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@database
@out
@run_key
@click.option("--key-by-name", is_flag=True, help="Each file's name, without its ending, is a key.")
@json_output
@exits.report_errors
def command(
    workflow: str,
    inputs: tuple[str, ...],
    url: str,
    out: str,
    key: str | None,
    key_by_name: bool,
    as_json: bool,
) -> None:
    """
    Write a run of WORKFLOW on INPUT, a JSON or YAML file, or - for standard input.

    A worker advances it: `aicmo worker`. With a key that was used before, nothing is
    written, and the run that it names is shown.

    Of several files, or of a folder, each has a run. All are read before anything is written.
    With --key-by-name the same command can be given again, wherever it was cut off.

    Exit codes: 0 each file has a run, 2 the input or usage is wrong, or a file was refused.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import host_rules, installed, workflow_named

    if url.startswith("memory:"):
        raise click.UsageError("--db memory: ends with this command; name a database")
    files = input_files(inputs)
    alone = files == list(inputs) and len(files) == 1 and not key_by_name
    if key is not None and not alone:
        raise click.UsageError("--key is for one file; --key-by-name gives each its own")
    plugins, rules = installed(), host_rules()
    definition = workflow_named(plugins, workflow)
    read = _read(files, definition)
    with open_app(url, artifacts=out, plugins=plugins, rules=rules) as app:
        if alone:
            _start_one(app, definition, read[0], key, as_json)
            return
        keys = [Path(file).stem for file in files] if key_by_name else None
        started = app.start_many(definition, read, keys=keys, progress=show_count())
    if as_json:
        print_json(_plain(started, files))
    else:
        _tell(started, files)
    if started.refused:
        sys.exit(exits.REFUSED)


def _read(files: Sequence[str], definition: Workflow[Any]) -> list[Any]:
    """
    Return the inputs in *files*.

    Raises:
        UnreadableInput: A file is not there, or cannot be read as JSON or YAML.
        InvalidValue: Some are no inputs of this workflow; each problem is told, with its file
            if there are several.
    """
    from aicmo_core.kernel.errors import InvalidValue, Problem
    from aicmo_core.kernel.structuring import structure

    if len(files) == 1:
        return [structure(read_input(files[0]), definition.input)]
    read: list[Any] = []
    problems: list[Problem] = []
    for file in files:
        try:
            read.append(structure(read_input(file), definition.input))
        except InvalidValue as invalid:
            problems += [Problem(f"{file} {p.path}", p.message) for p in invalid.problems]
    if problems:
        raise InvalidValue(f"input of {definition.name}", tuple(problems))
    return read


def _start_one(
    app: App, definition: Workflow[Any], run_input: Any, key: str | None, as_json: bool
) -> None:
    from aicmo_core.cli.stored_runs import plain_run

    run = app.start(definition, run_input, key)
    if as_json:
        print_json(plain_run(run))
    else:
        say(f"run {run.id}: {run.state.value}")


def _plain(started: Started, files: Sequence[str]) -> dict[str, Any]:
    def runs(of: Sequence[StartedRun]) -> list[dict[str, Any]]:
        return [{"file": files[r.place], "key": r.key, "run_id": r.run_id} for r in of]

    refused = [
        {"file": files[r.place], "key": r.key, **exits.plain(r.error)} for r in started.refused
    ]
    return {"new": runs(started.new), "existing": runs(started.existing), "refused": refused}


def _tell(started: Started, files: Sequence[str]) -> None:
    for refused in started.refused:
        say(f"{files[refused.place]} was refused: {refused.error}", err=True)
    say(
        f"{len(started.new)} runs written, {len(started.existing)} were there, "
        f"{len(started.refused)} refused"
    )
