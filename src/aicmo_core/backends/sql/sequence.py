"""A batch as a sequence of statements, for databases to which a statement costs little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from aicmo_core.backends.sql.grouping import Group
from aicmo_core.backends.sql.statements import Parameters, Statements
from aicmo_core.storage import Collection, Row


class Step(NamedTuple):
    """
    One statement, run for each of *many* parameters.

    Attributes:
        expected: How many rows it must change in all; None if it may change any number.
    """

    statement: str
    many: list[Parameters]
    expected: int | None


class Sequencer:
    """Turns groups into steps, with statements that it compiles once for each collection."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._statements: dict[Collection[Any], Statements] = {}

    def statements(self, group: Group) -> Statements:
        collection = group.stored.collection
        found = self._statements.get(collection)
        if found is None:
            found = Statements(group.stored, self._dialect)
            found = self._statements.setdefault(collection, found)
        return found

    def requirements(self, groups: Sequence[Group]) -> list[tuple[Statements, Parameters]]:
        """Return the rows that must be as they were read."""
        return [
            (self.statements(group), (*change.key, change.expected))
            for group in groups
            for change in group.requires
        ]

    def steps(self, groups: Sequence[Group]) -> list[Step]:
        """Return the writes: what is taken away first, so that what comes may take its place."""
        steps: list[Step] = []
        for group in groups:
            statements = self.statements(group)
            if group.removes or group.replaces:
                steps += _changes(group, statements)
            if group.inserts:
                steps += _inserts(group.inserts, statements)
        return steps


def _changes(group: Group, statements: Statements) -> Iterator[Step]:
    removes = [(*change.key, change.expected) for change in group.removes]
    rewritten = group.may_collide_on_the_way
    if rewritten:
        removes += [(*change.row.key, change.expected) for change in group.replaces]
    if removes:
        yield Step(statements.remove, removes, len(removes))
    if group.replaces and not rewritten:
        many = [statements.replacing(change.row, change.expected) for change in group.replaces]
        yield Step(statements.replace, many, len(many))
    if group.stored.children:
        keys = [change.key for change in group.removes]
        keys += [change.row.key for change in group.replaces]
        yield from (Step(remove, keys, None) for remove in statements.remove_children)
    rows = [change.row for change in group.replaces]
    if rewritten:
        yield from _inserts(rows, statements)
    elif rows and group.stored.children:
        yield from _children(rows, statements)


def _inserts(rows: list[Row], statements: Statements) -> list[Step]:
    many = [(*row.values, row.token) for row in rows]
    return [Step(statements.insert, many, None), *_children(rows, statements)]


def _children(rows: Sequence[Row], statements: Statements) -> Iterator[Step]:
    for child, insert in enumerate(statements.insert_children):
        many = statements.inserting_children(rows, child)
        if many:
            yield Step(insert, many, None)
