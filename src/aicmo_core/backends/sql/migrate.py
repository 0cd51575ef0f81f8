"""Alembic, driven by the program: a module's migrations are a branch with its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.revisions import Branch, module_of, newer

_Plan = Callable[[ScriptDirectory, Any], Iterable[Any]]
"""Which steps to take, from the revisions that the database is at."""

_LONGEST_REVISION = 255


def upgrade(database: Database, branches: Sequence[Branch], modules: Collection[str]) -> list[str]:
    """
    Apply all migrations that are missing, in one transaction; return a line for each.

    Args:
        modules: Whose revisions are this code's business: those with branches, and more.

    Raises:
        DatabaseNewer: One of these modules is at a revision that is in no branch.
    """
    return _migrate(
        database, branches, modules, lambda script, heads: script._upgrade_revs("heads", heads)
    )


def downgrade(
    database: Database,
    branches: Sequence[Branch],
    modules: Collection[str],
    module: str,
    revision: str,
) -> list[str]:
    """Take back the migrations after *revision* in a module's branch; see `upgrade`."""
    target = f"{module}@{revision}" if revision == "base" else revision

    def plan(script: ScriptDirectory, heads: Any) -> Iterable[Any]:
        steps = script._downgrade_revs(target, heads)
        return steps if database.undoes_migrations else _noted_first(steps)

    return _migrate(database, branches, modules, plan)


def _noted_first(steps: Iterable[Any]) -> Iterator[Any]:
    """
    Let Alembic note that a migration is taken back before it is, not afterwards.

    Where each change of a table is a commit, a process that ends in between has then
    left too much rather than too little: the next upgrade passes over what is there,
    and makes what is gone. The other way round it would find nothing to do.
    """
    for step in steps:
        take_back, step.migration_fn = step.migration_fn, _nothing
        yield step
        take_back()


def _nothing(**_: Any) -> None:
    """Change no table."""


class _Context(MigrationContext):
    """
    Sees the revisions of known modules only.

    A revision without a file is an error to Alembic. Those that it does not see it
    leaves alone: its writes name the row that they change.
    """

    def __init__(
        self, connection: sa.Connection, options: dict[str, Any], modules: Collection[str]
    ) -> None:
        super().__init__(connection.dialect, connection, options)
        self._modules = modules
        # As wide as a module's name may be: Alembic's own column holds 32 characters.
        self._version.c.version_num.type = sa.String(_LONGEST_REVISION)

    def get_current_heads(self) -> tuple[str, ...]:
        return tuple(r for r in super().get_current_heads() if module_of(r) in self._modules)


def _migrate(
    database: Database, branches: Sequence[Branch], modules: Collection[str], plan: _Plan
) -> list[str]:
    folders = [branch.folder for branch in branches]
    script = ScriptDirectory(str(folders[0]), version_locations=[str(f) for f in folders])
    known = {revision for branch in branches for revision in branch.parents}
    lines: list[str] = []

    def steps(heads: Sequence[str], _: Any) -> Iterable[Any]:
        if later := set(heads) - known:  # since this process looked, before it held the lock
            raise newer(database.name, later)
        return plan(script, heads)

    def applied(*, step: Any, **_: Any) -> None:
        direction = "applied" if step.is_upgrade else "took back"
        revision = step.up_revision_id
        lines.append(f"{direction} {revision}: {script.get_revision(revision).doc}")

    options = {"fn": steps, "script": script, "on_version_apply": (applied,)}
    try:
        with database.engine().begin() as connection:
            database.lock_for_migration(connection)
            context = _Context(connection, options, modules)
            with Operations.context(context):
                context.run_migrations()
    except sa.exc.DBAPIError as error:
        if not isinstance(error.orig, database.errors):
            raise
        raise database.translate(error.orig, None) from error.orig
    return lines
