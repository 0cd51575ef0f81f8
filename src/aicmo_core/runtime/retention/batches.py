"""Bounded batches: many independent groups of changes, a few in each commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from attrs import evolve

from aicmo_core.runtime.committing import Committer
from aicmo_core.storage import Backend, Change, Collection, Conflict, Query, Row, new_token
from aicmo_core.storage.query import values_by_column

PAGE = 500
"""How many rows are read at once."""

MOST = 500
"""How many changes a commit holds, unless one group alone has more."""

Group: TypeAlias = Sequence[Change]
"""Changes that are made together or not at all."""


def pages(backend: Backend, collection: Collection[Any], query: Query) -> Iterator[list[Row]]:
    """Yield the rows that meet *query*, in its order, a page at a time; never a row twice."""
    after = query.after
    while True:
        rows = backend.find(collection, evolve(query, limit=PAGE, after=after))
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        values = values_by_column(collection, rows[-1])
        after = tuple(values[order.column] for order in query.order_by)


def commit_groups(committer: Committer, groups: Iterable[Group], most: int = MOST) -> list[bool]:
    """
    Commit *groups* in bounded batches; return for each whether it was made.

    A group that does not fit any more, because somebody else wrote its rows, is left
    alone; the others of its batch are committed without it.

    Raises:
        BackendUnavailable: The store failed; the batches before are committed.
        OutcomeUnknown: The answer was lost, and the store cannot be asked either.
    """
    made: list[bool] = []
    for batch in _batched(groups, most):
        made += _commit(committer, batch)
    return made


def _batched(groups: Iterable[Group], most: int) -> Iterator[list[Group]]:
    batch: list[Group] = []
    size = 0
    for group in groups:
        if batch and size + len(group) > most:
            yield batch
            batch, size = [], 0
        batch.append(group)
        size += len(group)
    if batch:
        yield batch


def _commit(committer: Committer, batch: Sequence[Group]) -> list[bool]:
    changes = [change for group in batch for change in group]
    token = new_token()
    try:
        committer.commit_marked(changes, token, token)
    except Conflict:
        if len(batch) == 1:
            return [False]
        return [made for group in batch for made in _commit(committer, [group])]
    return [True] * len(batch)
