"""`aicmo db`: the tables of a database."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say

if TYPE_CHECKING:
    from aicmo_core.storage import Backend, ModuleRevision


@click.group(name="db", cls=NamingGroup)
def command() -> None:
    """Create, upgrade and check database tables."""


@command.command(name="upgrade")
@database
@json_output
@exits.report_errors
def upgrade(url: str, as_json: bool) -> None:
    """Bring the tables up to this code; doing it twice is harmless."""
    with _declared(url) as backend:
        applied = list(backend.upgrade())
    if as_json:
        print_json({"applied": applied})
        return
    for line in applied:
        say(line)
    say("the tables are current")


@command.command(name="check")
@database
@json_output
@exits.report_errors
def check(url: str, as_json: bool) -> None:
    """
    Compare the tables with this code; nothing is changed.

    Exit codes: 0 they agree, 1 they do not.
    """
    from aicmo_core.cli.remedies import require_database
    from aicmo_core.storage import SchemaStatus

    require_database(url)
    with _declared(url) as backend:
        state = backend.schema()
        current = state.status is SchemaStatus.CURRENT
        differences = list(backend.check()) if current else []
        others = [r for r in backend.revisions() if not r.installed]
    if as_json:
        data = {
            "status": state.status.value,
            "detail": state.detail,
            "command": state.command,
            "differences": differences,
            "not_installed": [r.module for r in others],
        }
        print_json(data)
    else:
        say(f"the tables are {state.status.value}" + (f": {state.detail}" * bool(state.detail)))
        for line in differences:
            say(f"  {line}")
        for r in others:
            say(f"  {_place(r)}")
        if state.command:
            say(f"run: {state.command}")
    if not current or differences:
        sys.exit(exits.UNEXPECTED)


@command.command(name="current")
@database
@json_output
@exits.report_errors
def current(url: str, as_json: bool) -> None:
    """Show at which revision each module's tables are, and which the code has."""
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    with _declared(url) as backend:
        revisions = list(backend.revisions())
    if as_json:
        print_json(
            {
                "modules": [
                    {"module": r.module, "applied": list(r.applied), "heads": list(r.heads)}
                    for r in revisions
                ]
            }
        )
        return
    for r in revisions:
        say(_place(r))


@command.command(name="downgrade")
@click.argument("revision")
@click.option("--module", required=True, metavar="NAME", help="Whose tables.")
@database
@json_output
@exits.report_errors
def downgrade(revision: str, module: str, url: str, as_json: bool) -> None:
    """
    Take a module's migrations back down to REVISION; `base` removes its tables.

    What the removed columns and tables held is lost.
    """
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    with _declared(url) as backend:
        lines = list(backend.downgrade(module, revision))
    if as_json:
        print_json({"taken_back": lines})
        return
    for line in lines:
        say(line)
    say(f"module {module} is at {revision}")


@command.command(name="revision")
@click.argument("message")
@click.option("--module", required=True, metavar="NAME", help="Whose tables.")
@database
@json_output
@exits.report_errors
def revision(message: str, module: str, url: str, as_json: bool) -> None:
    """
    Draft a module's next migration from what its declarations and tables differ in.

    The file lies beside the module's other migrations. Read it before you ship it:
    a renamed column looks like one dropped and one added.
    """
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    with _declared(url) as backend:
        path = backend.draft_migration(module, message)
    if as_json:
        print_json({"file": str(path)})
        return
    say(f"drafted {path}; read it, and prove it with: aicmo db upgrade, aicmo db check")


def _place(revision: ModuleRevision) -> str:
    place = f"{revision.module}: at {', '.join(revision.applied) or 'nothing'}"
    if not revision.installed:
        return f"{place}, not installed here"
    return place if revision.current else f"{place}, the code at {', '.join(revision.heads)}"


def _declared(url: str) -> Backend:
    """Return the backend with the installed modules declared, whatever its tables are like."""
    from aicmo_core.app import open_backend, schemas
    from aicmo_core.cli.installed import installed
    from aicmo_core.storage import SchemaMismatch

    plugins = installed()
    backend = open_backend(url, plugins)
    try:
        backend.prepare(schemas(plugins.module_list()))
    except SchemaMismatch:
        pass  # which is what these commands are for
    except BaseException:
        backend.close()
        raise
    return backend
