"""Alembic, driven by the program: a module's migrations are a branch with its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.revisions import Branch

_Plan = Callable[[ScriptDirectory, Any], Any]
"""Which steps to take, from the revisions that the database is at."""


def upgrade(database: Database, branches: Sequence[Branch]) -> list[str]:
    """Apply all migrations that are missing, in one transaction; return a line for each."""
    return _migrate(database, branches, lambda script, heads: script._upgrade_revs("heads", heads))


def downgrade(
    database: Database, branches: Sequence[Branch], module: str, revision: str
) -> list[str]:
    """Take back the migrations after *revision* in a module's branch; return a line for each."""
    target = f"{module}@{revision}" if revision == "base" else revision
    return _migrate(database, branches, lambda script, heads: script._downgrade_revs(target, heads))


def _migrate(database: Database, branches: Sequence[Branch], plan: _Plan) -> list[str]:
    folders = [branch.folder for branch in branches]
    script = ScriptDirectory(str(folders[0]), version_locations=[str(f) for f in folders])
    lines: list[str] = []

    def applied(*, step: Any, **_: Any) -> None:
        direction = "applied" if step.is_upgrade else "took back"
        revision = step.up_revision_id
        lines.append(f"{direction} {revision}: {script.get_revision(revision).doc}")

    options = {
        "fn": lambda heads, _: plan(script, heads),
        "script": script,
        "on_version_apply": (applied,),
    }
    try:
        with database.engine().begin() as connection:
            database.lock_for_migration(connection)
            context = MigrationContext.configure(connection, opts=options)
            with Operations.context(context):
                context.run_migrations()
    except sa.exc.DBAPIError as error:
        if not isinstance(error.orig, database.errors):
            raise
        raise database.translate(error.orig, None) from error
    return lines
