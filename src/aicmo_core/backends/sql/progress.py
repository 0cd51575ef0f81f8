"""How far a step of migrations has come, where each change of a table is a commit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from aicmo_core.backends.sql.revisions import Unfinished

_REVISIONS = sa.table("alembic_version", sa.column("version_num"))
_FIRST_WORD = re.compile(r"\s*(\w+)")
_CHANGES = {"CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE"}
_READS = {"SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "WITH", "SET", "USE"}
_NOTHING = "DO 0"


class Progress:
    """
    Notes how far each step has come, and takes one that was cut off to its end.

    A database that commits each change of a table by itself commits before that what
    was written until then. So the note about a change is written just before it, and
    committed by the change itself, with the rows that were written since the one
    before. When the step is run again, it passes over all that was written before the
    last change noted, makes this change again, which may or may not have been made,
    and goes on as usual. The note is removed together with Alembic's own noting.

    Args:
        connection: Its driver must not commit by itself.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._run: _Run | None = None
        sa.event.listen(connection, "before_cursor_execute", self._before, retval=True)

    def watched(self, step: Any) -> Any:
        """Return *step*, to be noted from its begin."""
        return self._changed(step, None)

    def resumed(self, step: Any, cut: Unfinished) -> Any:
        """Return *step*, to be taken up where it was cut off."""
        return self._changed(step, cut)

    def _changed(self, step: Any, cut: Unfinished | None) -> Any:
        migrate = step.migration_fn

        def run(**_: Any) -> None:
            begun = _Run(step.revision.revision, step.is_upgrade, cut)
            if not self._runs_to_its_end(migrate, begun):
                # The migration was edited since. Its changes can be repeated, and what
                # it has done is not known: it runs from its begin.
                self._runs_to_its_end(migrate, begun.from_the_begin())

        step.migration_fn = run
        return step

    def _runs_to_its_end(self, migrate: Callable[[], None], run: _Run) -> bool:
        """Return False, having changed nothing, if *run* is not as it was when it was cut off."""
        self._run = run
        try:
            migrate()
        except _Edited:
            return False
        finally:
            self._run = None
        if run.is_passing_over:
            return False
        self._note(run.noted, None)
        return True

    def _before(
        self, connection: Any, cursor: Any, statement: str, parameters: Any, _: Any, is_many: bool
    ) -> tuple[str, Any]:
        run = self._run
        if run is None or (kind := _first_word(statement)) in _READS:
            return statement, parameters
        if kind in _CHANGES:
            before = run.noted
            run.count(statement)
            if run.noted != before:
                self._run = None  # the note is no statement of the migration
                self._note(before, run.noted)
                self._run = run
        if run.is_passing_over:
            return _NOTHING, [()] if is_many else ()
        return statement, parameters

    def _note(self, old: Unfinished | None, new: Unfinished | None) -> None:
        row = _REVISIONS.c.version_num
        if old is None and new is not None:
            self._connection.execute(_REVISIONS.insert().values(version_num=new.row))
        elif old is not None and new is not None:
            self._connection.execute(
                _REVISIONS.update().where(row == old.row).values(version_num=new.row)
            )
        elif old is not None:
            self._connection.execute(_REVISIONS.delete().where(row == old.row))


class _Edited(Exception):
    """A migration is not what it was when it was cut off."""


class _Run:
    """
    One step under way.

    Attributes:
        noted: What the database says about it, or None: no change was begun.
    """

    def __init__(self, revision: str, is_upgrade: bool, cut: Unfinished | None) -> None:
        self.noted = cut
        self._revision = revision
        self._is_upgrade = is_upgrade
        self._until = cut
        self._changes = 0
        self._digest = ""

    def from_the_begin(self) -> _Run:
        """Return the same step, that passes over nothing."""
        run = _Run(self._revision, self._is_upgrade, self.noted)
        run._until = None
        return run

    @property
    def is_passing_over(self) -> bool:
        """Whether what comes now was done, and committed, before the step was cut off."""
        return self._until is not None and self._changes < self._until.changes

    def count(self, statement: str) -> None:
        """Take note of one more change of a table."""
        self._changes += 1
        text = self._digest + statement
        self._digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        if self.is_passing_over:
            return
        here = Unfinished(self._revision, self._is_upgrade, self._changes, self._digest)
        is_the_last_begun = self._until is not None and self._changes == self._until.changes
        if is_the_last_begun and here != self._until:
            raise _Edited
        self.noted = here


def _first_word(statement: str) -> str:
    found = _FIRST_WORD.match(statement)
    return found[1].upper() if found else ""
