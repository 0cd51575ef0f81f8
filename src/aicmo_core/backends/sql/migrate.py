"""Alembic, driven by the program: a module's migrations are a branch with its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory

from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.progress import Progress
from aicmo_core.backends.sql.revisions import INSTALL, Branch, Unfinished, later, module_of
from aicmo_core.kernel.errors import UnknownName
from aicmo_core.storage import DatabaseNewer

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
    """
    Take back the migrations after *revision* in a module's branch; see `upgrade`.

    Raises:
        UnknownName: The module's tables are not at *revision*, nor later.
    """
    (branch,) = (branch for branch in branches if branch.module == module)

    def plan(script: ScriptDirectory, heads: Any) -> Iterable[Any]:
        if revision == "base":
            return script._downgrade_revs(f"{module}@base", heads)
        if revision not in (applied := branch.up_to(heads)):
            raise UnknownName("applied revision", revision, tuple(sorted(applied)))
        return script._downgrade_revs(revision, heads)

    return _migrate(database, branches, modules, plan)


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
        self.progress = Progress(connection)
        self._modules = modules
        # As wide as a module's name may be: Alembic's own column holds 32 characters.
        self._version.c.version_num.type = sa.String(_LONGEST_REVISION)

    def get_current_heads(self) -> tuple[str, ...]:
        return tuple(row for row in self._rows() if Unfinished.read(row) is None)

    def unfinished(self) -> list[Unfinished]:
        """Return the steps that were cut off: one for a module at most."""
        return [cut for cut in map(Unfinished.read, self._rows()) if cut is not None]

    def _rows(self) -> list[str]:
        return [row for row in super().get_current_heads() if module_of(row) in self._modules]


def _migrate(
    database: Database, branches: Sequence[Branch], modules: Collection[str], plan: _Plan
) -> list[str]:
    folders = [branch.folder for branch in branches]
    script = ScriptDirectory(str(folders[0]), version_locations=[str(f) for f in folders])
    lines: list[str] = []

    def steps(heads: Sequence[str], context: _Context) -> Iterator[Any]:
        cut = context.unfinished()
        # Judged again: somebody may have migrated before this process held the lock.
        if words := later([*heads, *(each.row for each in cut)], branches):
            raise DatabaseNewer(database.name, words, INSTALL)
        for each in cut:
            yield context.progress.resumed(_step(script, each), each)
        for step in plan(script, context.get_current_heads() if cut else heads):
            yield step if database.undoes_migrations else context.progress.watched(step)

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


def _step(script: ScriptDirectory, cut: Unfinished) -> Any:
    """Return the step that was cut off, to be run to its end."""
    revision = script.get_revision(cut.revision)
    made = (
        MigrationStep.upgrade_from_script if cut.is_upgrade else MigrationStep.downgrade_from_script
    )
    return made(script.revision_map, revision)
