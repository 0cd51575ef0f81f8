"""A batch as a sequence of statements, for databases to which a statement costs little."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa

from aicmo_core.backends.sql.grouping import Group
from aicmo_core.backends.sql.statements import Parameters, Statements, asking
from aicmo_core.backends.sql.stored import Stored
from aicmo_core.storage import Row

Step: TypeAlias = tuple[str, list[Parameters], int | None]
"""
One statement, what it is run with, once for each, and how many rows it must change in all:
None if it may change any number.
"""


_MOST_ASKED = 4


class Prepared(NamedTuple):
    """
    A batch as statements.

    Attributes:
        requirements: Each must find a row. Those that an insert asks for itself are not here.
        steps: The writes: what is taken away first, so that what comes may take its place.
    """

    requirements: list[tuple[str, Parameters]]
    steps: list[Step]


class Sequencer:
    """
    Turns groups into statements, which it compiles once for each collection.

    Args:
        sharing: What makes a SELECT lock the row that it finds. Nothing where all who
            write wait for one another anyway: there an insert may ask for a row as well.
    """

    def __init__(self, dialect: sa.Dialect, sharing: str = "") -> None:
        self._dialect = dialect
        self._sharing = sharing
        self._statements: dict[Stored, Statements] = {}
        self._asking: dict[tuple[str, ...], str] = {}

    def prepared(self, groups: Sequence[Group]) -> Prepared:
        """Return the statements of a batch."""
        requirements: list[tuple[str, Parameters]] = []
        steps: list[Step] = []
        for group in groups:
            statements = self._statements.get(group.stored) or self._compiled(group.stored)
            if group.requires:
                requirements += [
                    (statements.require, (*change.key, change.expected))
                    for change in group.requires
                ]
            if group.removes or group.replaces:
                _change(steps, group, statements)
            if group.inserts:
                _insert(steps, group.inserts, statements)
        if requirements and not self._sharing and len(requirements) <= _MOST_ASKED:
            return self._asked_by_an_insert(Prepared(requirements, steps))
        return Prepared(requirements, steps)

    def _asked_by_an_insert(self, batch: Prepared) -> Prepared:
        """Return the batch with its requirements made a condition of an insert, if it has one."""
        for place, (insert, many, expected) in enumerate(batch.steps):
            if insert.startswith("INSERT") and len(many) == 1 and expected is None:
                texts = (insert, *(text for text, _ in batch.requirements))
                text = self._asking.get(texts)
                if text is None:
                    text = self._asking.setdefault(texts, asking(*texts))
                parameters = tuple(chain(many[0], *(given for _, given in batch.requirements)))
                batch.steps[place] = (text, [parameters], 1)
                return Prepared([], batch.steps)
        return batch

    def _compiled(self, stored: Stored) -> Statements:
        compiled = Statements(stored, self._dialect, self._sharing)
        return self._statements.setdefault(stored, compiled)


def _change(steps: list[Step], group: Group, statements: Statements) -> None:
    removes = [(*change.key, change.expected) for change in group.removes]
    rewritten = group.may_collide_on_the_way
    if rewritten:
        removes += [(*change.row.key, change.expected) for change in group.replaces]
    if removes:
        steps.append((statements.remove, removes, len(removes)))
    if group.replaces and not rewritten:
        many = [statements.replacing(change.row, change.expected) for change in group.replaces]
        steps.append((statements.replace, many, len(many)))
    rows = [change.row for change in group.replaces]
    if group.stored.children:
        keys = [*(change.key for change in group.removes), *(row.key for row in rows)]
        steps += [(remove, keys, None) for remove in statements.remove_children]
    if rewritten:
        _insert(steps, rows, statements)
    else:
        _insert_children(steps, rows, statements)


def _insert(steps: list[Step], rows: Sequence[Row], statements: Statements) -> None:
    steps.append((statements.insert, [(*row.values, row.token) for row in rows], None))
    if statements.insert_children:
        _insert_children(steps, rows, statements)


def _insert_children(steps: list[Step], rows: Sequence[Row], statements: Statements) -> None:
    for child, insert in enumerate(statements.insert_children):
        many = statements.inserting_children(rows, child)
        if many:
            steps.append((insert, many, None))
