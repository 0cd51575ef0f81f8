"""Stored runs, as commands find and print them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.runs import Run


def open_existing(url: str) -> App:
    """
    Open an application on a database that is there, with the installed plugins.

    Raises:
        DatabaseMissing: Opening it would make an empty one.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.documents import chosen_documents
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    plugins = installed()
    documents = chosen_documents(plugins, told=False)
    return open_app(url, plugins=plugins, documents=documents, rules=host_rules())


def get_run(app: App, run_id: str) -> Run:
    """
    Return the run with this id.

    Raises:
        NotFound: There is none.
    """
    from aicmo_core.kernel.errors import NotFound

    run = app.runs.get(run_id)
    if run is None:
        raise NotFound("run", run_id)
    return run


def plain_run(run: Run) -> dict[str, Any]:
    """Return a run as plain data."""
    from aicmo_core.kernel.values import datetime_to_text

    return {
        "run_id": run.id,
        "workflow": run.workflow,
        "version": run.version,
        "key": run.key,
        "state": run.state.value,
        "failure": run.failure,
        "ended_as": None if run.ended_as is None else run.ended_as.value,
        "created_at": datetime_to_text(run.created_at),
        "updated_at": datetime_to_text(run.updated_at),
        "executor": run.executor,
        "artifacts": run.artifacts,
        "next_at": None if run.next_at is None else datetime_to_text(run.next_at),
        "deadline": None if run.deadline is None else datetime_to_text(run.deadline),
    }
