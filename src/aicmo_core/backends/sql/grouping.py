"""A batch, sorted by collection and by what is done: what a database can do in few statements."""

from __future__ import annotations

from collections import Counter

from aicmo_core.backends.sql.stored import Shelf, Stored
from aicmo_core.storage import Batch, Change, Insert, Key, Remove, Replace, Require, Row


class Group:
    """
    The changes to one collection.

    Attributes:
        stored: The collection's tables.
        requires: Rows that must be as they were read.
        removes: Rows to delete.
        replaces: Rows to write over those with the expected token.
        inserts: New rows.
    """

    __slots__ = ("inserts", "removes", "replaces", "requires", "stored")

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.requires: list[Require] = []
        self.removes: list[Remove] = []
        self.replaces: list[Replace] = []
        self.inserts: list[Row] = []

    @property
    def keys(self) -> list[Key]:
        """The keys of all rows that are named."""
        changes: list[Change] = [*self.requires, *self.removes, *self.replaces]
        return [change.key for change in changes] + [row.key for row in self.inserts]

    @property
    def may_collide_on_the_way(self) -> bool:
        """
        Whether unique values may be taken between one statement and the next, though not
        after the last: two rows may swap theirs.
        """
        return len(self.replaces) > 1 and bool(self.stored.collection.unique)


def grouped(batch: Batch, shelf: Shelf) -> list[Group]:
    """
    Return *batch* as groups, sorted by collection, so that all lock in one order.

    Raises:
        ValueError: The batch names one row twice.
    """
    groups: dict[str, Group] = {}
    for change in batch:
        collection = change.collection
        group = groups.get(collection.name)
        if group is None:
            group = groups[collection.name] = Group(shelf[collection])
        if isinstance(change, Insert):
            group.inserts.append(change.row)
        elif isinstance(change, Replace):
            group.replaces.append(change)
        elif isinstance(change, Remove):
            group.removes.append(change)
        else:
            group.requires.append(change)
    if len(groups) < len(batch):
        for group in groups.values():
            _name_once(group)
    return [groups[name] for name in sorted(groups)]


def _name_once(group: Group) -> None:
    named = Counter(group.keys)
    if len(named) < named.total():
        ((key, _),) = named.most_common(1)
        raise ValueError(
            f"the batch names {group.stored.collection.name}{list(key)!r} more than once"
        )
