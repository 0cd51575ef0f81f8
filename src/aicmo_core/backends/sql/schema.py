"""How a database's tables compare with what modules declare, and bringing them up to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from aicmo_core.backends.sql.address import check_command, upgrade_command
from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.revisions import (
    INSTALL,
    Branch,
    Unfinished,
    later,
    module_of,
    read_branches,
    revision_of,
)
from aicmo_core.backends.sql.tables import absent, tables_of
from aicmo_core.kernel.errors import UnknownName
from aicmo_core.storage import (
    Collection,
    DatabaseDiffers,
    DatabaseNewer,
    DatabaseUnmigrated,
    ModuleRevision,
    ModuleSchema,
    SchemaState,
    SchemaStatus,
)

T = TypeVar("T")


class Reader(Protocol):
    """Asks a question of a connection."""

    def __call__(self, question: Callable[[Any], T], /) -> T: ...


class Schema:
    """
    The declared modules, and the tables that their migrations made.

    Tables and revisions of other modules are left alone: whoever made them may load a
    plugin that this process does not. See docs/decisions/0013-modules-not-installed.md.

    Args:
        database: Where the tables are.
        read: Asks a question of it.
    """

    def __init__(self, database: Database, read: Reader) -> None:
        self._database = database
        self._read = read
        self._branches: list[Branch] = []
        self._collections: list[Collection[Any]] = []
        self._owned: dict[str, Sequence[Collection[Any]]] = {}
        self._modules: frozenset[str] = frozenset()

    def declare(self, schemas: Sequence[ModuleSchema]) -> None:
        """
        Take note of what the modules declare.

        Raises:
            DeclarationError: A module's migrations cannot be found or put in order.
        """
        self._branches = read_branches(schemas)
        self._collections = [c for schema in schemas for c in schema.collections]
        self._owned = {schema.module: schema.collections for schema in schemas}
        self._modules = frozenset(self._owned)

    @property
    def may_be_made(self) -> bool:
        """Whether this is an embedded database that holds nothing yet."""
        return self._database.is_embedded and self._read(self._database.is_empty)

    def state(self) -> SchemaState:
        """Return how the migrations that were applied compare with those that there are."""
        applied = self._own(self._applied())
        if words := later(applied, self._branches):
            return SchemaState(SchemaStatus.NEWER, words, INSTALL)
        cut = _cut_off(applied)
        behind = [b for b in self._branches if b.module in cut or not b.heads <= applied]
        if not behind:
            return SchemaState(SchemaStatus.CURRENT)
        status = SchemaStatus.OLDER if applied else SchemaStatus.MISSING
        detail = "; ".join(_behind(branch, applied) for branch in behind)
        return SchemaState(status, detail, upgrade_command(self._database.url))

    def newer(self) -> DatabaseNewer | None:
        """Return the error for a database that newer code migrated, if that is what it is."""
        state = self.state()
        if state.status is not SchemaStatus.NEWER:
            return None
        return DatabaseNewer(self._database.name, state.detail, state.command)

    def _own(self, revisions: set[str]) -> set[str]:
        """Return those of *revisions* whose module is declared, in whatever state."""
        return {revision for revision in revisions if module_of(revision) in self._modules}

    def _applied(self) -> set[str]:
        statement = "SELECT version_num FROM alembic_version"
        try:
            records = self._read(lambda c: self._database.fetch(c, statement, ()))
        except DatabaseUnmigrated:
            return set()
        return {revision for (revision,) in records}

    def require_current(self) -> None:
        """
        Raises:
            DatabaseUnmigrated: Migrations are to be applied.
            DatabaseNewer: There are migrations that this code does not know.
        """
        state = self._not_newer()
        if state.status is not SchemaStatus.CURRENT:
            raise DatabaseUnmigrated(self._database.name, state.detail, state.command)

    def _not_newer(self) -> SchemaState:
        state = self.state()
        if state.status is SchemaStatus.NEWER:
            raise DatabaseNewer(self._database.name, state.detail, state.command)
        return state

    def require_columns(self) -> None:
        """
        Compare the names of columns, in one statement, as what would stop a commit.

        Raises:
            DatabaseDiffers: A declared one is missing, or another must be given a value.
        """
        records = self._read(lambda c: self._database.fetch(c, self._database.catalogue, ()))
        if lines := absent(self._collections, records):
            more = f", and {len(lines) - 3} more" if len(lines) > 3 else ""
            command = check_command(self._database.url)
            raise DatabaseDiffers(self._database.name, "; ".join(lines[:3]) + more, command)

    def upgrade(self) -> list[str]:
        """Apply what is missing; return a line for each migration."""
        if self._not_newer().status is SchemaStatus.CURRENT:
            return []
        from aicmo_core.backends.sql import migrate

        return migrate.upgrade(self._database, self._branches, self._modules)

    def downgrade(self, module: str, revision: str) -> list[str]:
        """Take back a module's migrations down to *revision*; return a line for each."""
        branches = {branch.module: branch for branch in self._branches}
        if module not in branches:
            raise UnknownName("module", module, tuple(branches))
        known = ("base", *branches[module].parents)
        if revision not in known:
            raise UnknownName("revision", revision, known)
        self._not_newer()
        from aicmo_core.backends.sql import migrate

        return migrate.downgrade(self._database, self._branches, self._modules, module, revision)

    def revisions(self) -> list[ModuleRevision]:
        """Return where each module's tables are, then those of modules that are not declared."""
        applied = self._applied()
        found = [
            ModuleRevision(
                branch.module,
                tuple(sorted(_places(branch, applied))),
                tuple(sorted(branch.heads)),
            )
            for branch in self._branches
        ]
        others: dict[str, list[str]] = {}
        for revision in sorted(applied - self._own(applied)):
            others.setdefault(module_of(revision), []).append(revision)
        return found + [ModuleRevision(name, tuple(at), ()) for name, at in others.items()]

    def draft(self, module: str, message: str) -> Path:
        """Write the module's next migration; return its file."""
        branches = {branch.module: branch for branch in self._branches}
        if module not in branches:
            raise UnknownName("module", module, tuple(branches))
        self.require_current()
        from aicmo_core.backends.sql.drafting import draft

        others = [c for name, owned in self._owned.items() if name != module for c in owned]
        taken = set(tables_of(others).tables)
        return draft(self._database, branches[module], self._owned[module], taken, message)

    def differences(self) -> list[str]:
        """Return how the tables differ from the declarations, in words."""
        from aicmo_core.backends.sql.comparison import differences

        with self._database.engine().connect() as connection:
            return differences(connection, tables_of(self._collections))


def _cut_off(rows: Iterable[str]) -> dict[str, Unfinished]:
    """Return by module what *rows* say was cut off."""
    found = filter(None, map(Unfinished.read, rows))
    return {module_of(cut.revision): cut for cut in found}


def _places(branch: Branch, applied: set[str]) -> set[str]:
    """Return where *branch* is; a step that was cut off stands for its revision."""
    own = {row for row in applied if revision_of(row) in branch.parents}
    cut = {revision_of(row) for row in own if Unfinished.read(row)}
    return own - cut


def _behind(branch: Branch, applied: set[str]) -> str:
    cut = _cut_off(applied).get(branch.module)
    if cut is not None:
        what = "applied" if cut.is_upgrade else "taken back"
        return f"module {branch.module}: {cut.revision} was being {what} when that was cut off"
    heads = ", ".join(sorted(branch.heads))
    at = ", ".join(sorted(applied & branch.parents.keys()))
    return f"module {branch.module} is at {at or 'nothing'}, the code at {heads}"
