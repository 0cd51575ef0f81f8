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


class Prepared(NamedTuple):
    """
    A batch as statements.

    Attributes:
        requirements: Each must find a row.
        steps: The writes: what is taken away first, so that what comes may take its place.
    """

    requirements: list[tuple[str, Parameters]]
    steps: list[Step]


class Sequencer:
    """
    Turns groups into statements, which it compiles once for each collection.

    Args:
        sharing: What makes a SELECT lock the row that it finds; nothing where all who
            write wait for one another anyway.
    """

    def __init__(self, dialect: sa.Dialect, sharing: str = "") -> None:
        self._dialect = dialect
        self._sharing = sharing
        self._statements: dict[Collection[Any], Statements] = {}

    def prepared(self, groups: Sequence[Group]) -> Prepared:
        """Return the statements of a batch."""
        requirements: list[tuple[str, Parameters]] = []
        steps: list[Step] = []
        for group in groups:
            statements = self._statements_of(group)
            if group.requires:
                requirements += [
                    (statements.require, (*change.key, change.expected))
                    for change in group.requires
                ]
            if group.removes or group.replaces:
                steps += _changes(group, statements)
            if group.inserts:
                steps += _inserts(group.inserts, statements)
        return Prepared(requirements, steps)

    def _statements_of(self, group: Group) -> Statements:
        collection = group.stored.collection
        found = self._statements.get(collection)
        if found is None:
            found = Statements(group.stored, self._dialect, self._sharing)
            found = self._statements.setdefault(collection, found)
        return found


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
