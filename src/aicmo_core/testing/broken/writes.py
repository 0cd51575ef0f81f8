"""Defects of commit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from attrs import evolve

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.backends.memory.table import Unique
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage import (
    Batch,
    Change,
    Conflict,
    ConflictItem,
    ConflictKind,
    Insert,
    Key,
    ModuleSchema,
    Remove,
    Replace,
    Require,
    Row,
)
from aicmo_core.testing.broken.naming import failed_by


def _yield() -> None:
    """Let another thread run, where a correct backend would not."""
    time.sleep(0.0001)


@failed_by("test_one_refused_change_refuses_all")
class HalfBatch(MemoryBackend):
    """Writes the changes before the first one that does not fit."""

    def commit(self, changes: Batch) -> None:
        for change in changes:
            super().commit([change])


@failed_by("test_late_unique_collision_leaves_nothing")
class BestEffort(MemoryBackend):
    """Writes whatever fits of a batch, and then reports the rest."""

    def commit(self, changes: Batch) -> None:
        try:
            super().commit(changes)
        except Conflict as conflict:
            refused = {item.position for item in conflict.items}
            super().commit([c for n, c in enumerate(changes) if n not in refused])
            raise


@failed_by("test_replace_with_an_old_token_is_refused")
class VersionsIgnored(MemoryBackend):
    """Overwrites and removes whatever is there."""

    def commit(self, changes: Batch) -> None:
        super().commit([self._current(change) for change in changes])

    def _current(self, change: Change) -> Change:
        stored = self.get(change.collection, change.key)
        if isinstance(change, Insert) or stored is None:
            return change
        return change._replace(expected=stored.token)


@failed_by("test_replace_of_a_missing_row_is_refused")
class ReplaceInserts(MemoryBackend):
    """Writes a Replace although there is nothing to replace."""

    def commit(self, changes: Batch) -> None:
        super().commit(
            [
                Insert(c.collection, c.row)
                if isinstance(c, Replace) and self.get(c.collection, c.key) is None
                else c
                for c in changes
            ]
        )


@failed_by("test_remove_of_a_missing_row_is_refused")
class RemoveOfNothing(MemoryBackend):
    """Takes the removal of a row that is not there for a success."""

    def commit(self, changes: Batch) -> None:
        super().commit(
            [
                c
                for c in changes
                if not isinstance(c, Remove) or self.get(c.collection, c.key) is not None
            ]
        )


@failed_by("test_require_of_a_changed_row_refuses_the_batch")
class RequireIgnored(MemoryBackend):
    """Does not look at required rows."""

    def commit(self, changes: Batch) -> None:
        super().commit([c for c in changes if not isinstance(c, Require)])


@failed_by("test_taken_unique_value_is_refused")
class UniqueUnchecked(MemoryBackend):
    """Knows no unique constraint but the key."""

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        super().prepare(schemas)
        for table in self.memory.tables.values():
            table.uniques = ()


@failed_by("test_unique_values_may_be_swapped_in_one_batch")
class UniqueTooEarly(MemoryBackend):
    """Judges unique constraints by the rows as they were before the batch."""

    def commit(self, changes: Batch) -> None:
        items = [
            ConflictItem(ConflictKind.UNIQUE, c.collection.name, c.key, constraint, position)
            for position, c in enumerate(changes)
            if isinstance(c, Insert | Replace)
            for constraint in self._taken(c)
        ]
        if items:
            raise Conflict(tuple(items))
        super().commit(changes)

    def _taken(self, change: Insert | Replace) -> list[str]:
        rows = self.memory.rows
        claims = {u.constraint: u.claim(change.row) for u in self._uniques(change)}
        return [name for name, claim in claims.items() if rows.get(claim) not in (None, change.key)]

    def _uniques(self, change: Change) -> tuple[Unique, ...]:
        return self.memory.table(change.collection).uniques


class _NoneCounts(Unique):
    __slots__ = ()

    def claim(self, row: Row) -> tuple[Any, Any] | None:
        return self.name, self.values_of(row.values)


@failed_by("test_none_equals_nothing")
class NoneIsTaken(MemoryBackend):
    """Takes two Nones in a unique group for equal."""

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        super().prepare(schemas)
        for table in self.memory.tables.values():
            collection = table.collection
            table.uniques = tuple(_NoneCounts(collection, group) for group in collection.unique)


@failed_by("test_several_refusals_are_listed_in_batch_order")
class FirstConflictOnly(MemoryBackend):
    """Stops judging a batch at the first change that does not fit."""

    def commit(self, changes: Batch) -> None:
        try:
            super().commit(changes)
        except Conflict as conflict:
            raise Conflict(conflict.items[:1]) from None


@failed_by("test_several_refusals_are_listed_in_batch_order")
class ConflictsByKey(MemoryBackend):
    """Lists refused changes in the order of their keys, as its locks are taken."""

    def commit(self, changes: Batch) -> None:
        try:
            super().commit(changes)
        except Conflict as conflict:
            raise Conflict(
                tuple(sorted(conflict.items, key=lambda i: (i.collection, str(i.key))))
            ) from None


@failed_by("test_fence_reports_whatever_does_not_fit_as_fence")
class FenceUnknown(MemoryBackend):
    """Reports a fence like any other collection."""

    def commit(self, changes: Batch) -> None:
        try:
            super().commit(changes)
        except Conflict as conflict:
            unique = ConflictKind.UNIQUE
            raise Conflict(
                tuple(
                    evolve(i, kind=unique) if i.kind is ConflictKind.FENCE else i
                    for i in conflict.items
                )
            ) from None


@failed_by("test_batch_that_names_a_row_twice_is_refused")
class TwiceNamed(MemoryBackend):
    """Accepts a batch that names a row twice: the last change counts."""

    def commit(self, changes: Batch) -> None:
        super().commit(list({(c.collection.name, c.key): c for c in changes}.values()))


@failed_by("test_commit_is_visible_to_all_threads_at_once")
class AnswerLost(MemoryBackend):
    """Reports a commit whose answer was lost as a success; every seventh was not written."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._commits = 0

    def commit(self, changes: Batch) -> None:
        self._commits += 1
        if self._commits % 7:
            super().commit(changes)


@failed_by("test_no_update_is_lost")
class LostUpdates(MemoryBackend):
    """Looks at the tokens, and then writes, as two operations."""

    def commit(self, changes: Batch) -> None:
        if any(self._stale(change) for change in changes):
            super().commit(changes)
            return
        _yield()
        super().commit([self._blind(change) for change in changes])

    def _stale(self, change: Change) -> bool:
        stored = self.get(change.collection, change.key)
        if isinstance(change, Insert):
            return stored is not None
        return stored is None or stored.token != change.expected

    def _blind(self, change: Change) -> Change:
        stored = self.get(change.collection, change.key)
        if isinstance(change, Insert):
            return change if stored is None else Replace(*change, stored.token)
        return change if stored is None else change._replace(expected=stored.token)


@failed_by("test_write_skew_is_refused_by_require")
class RequireUnlocked(MemoryBackend):
    """Looks at required rows before the commit, not within it."""

    def commit(self, changes: Batch) -> None:
        looked = [self._looked(change) for change in changes]
        _yield()
        super().commit([c for c in map(self._as_it_is_now, looked) if c is not None])

    def _looked(self, change: Change) -> tuple[Change, bool]:
        stored = self.get(change.collection, change.key)
        fits = isinstance(change, Require) and stored and stored.token == change.expected
        return change, bool(fits)

    def _as_it_is_now(self, looked: tuple[Change, bool]) -> Change | None:
        change, fitted = looked
        if not fitted or not isinstance(change, Require):
            return change
        stored = self.get(change.collection, change.key)
        return None if stored is None else change._replace(expected=stored.token)


@failed_by("test_batch_of_several_rows_is_seen_whole")
class SeenInPart(MemoryBackend):
    """Makes the rows of a batch visible one after another."""

    def commit(self, changes: Batch) -> None:
        places = [(c.collection.name, c.key) for c in changes if isinstance(c, Replace)]
        before = {place: self.memory.rows.get(place) for place in places}
        super().commit(changes)
        after = {place: self.memory.rows.get(place) for place in places}
        for place in places[1:]:
            self._show(place, before[place])
        for place in places[1:]:
            _yield()
            self._show(place, after[place])

    def _show(self, place: tuple[str, Key], row: Row | None) -> None:
        self.memory.rows[place] = row
        self.memory.tables[place[0]].dirty.add(place[1])


@failed_by("test_unique_value_goes_to_the_first_batch")
class SharedVerdict(MemoryBackend):
    """Commits the batches of `commit_many` as one, and gives all of them its verdict."""

    def commit_many(self, batches: Sequence[Batch]) -> list[AicmoError | None]:
        try:
            self.commit([change for batch in batches for change in batch])
        except AicmoError as error:
            return [error] * len(batches)
        return [None] * len(batches)


@failed_by("test_each_batch_has_its_own_verdict")
class StopsAtConflict(MemoryBackend):
    """Does not commit the batches of `commit_many` after the first that is refused."""

    def commit_many(self, batches: Sequence[Batch]) -> list[AicmoError | None]:
        verdicts: list[AicmoError | None] = []
        for batch in batches:
            verdicts += super().commit_many([batch]) if not any(verdicts) else [verdicts[-1]]
        return verdicts


def _merged(old: Any, new: Any) -> Any:
    return tuple((*fresh, *kept[len(fresh) :]) for kept, fresh in zip(old, new, strict=True))


@failed_by("test_replacing_a_parent_replaces_its_children")
class ChildrenLeftOver(MemoryBackend):
    """Writes a replaced row's children over the old ones, and leaves those beyond."""

    def commit(self, changes: Batch) -> None:
        super().commit([self._keeping(change) for change in changes])

    def _keeping(self, change: Change) -> Change:
        stored = self.get(change.collection, change.key)
        if not isinstance(change, Replace) or stored is None:
            return change
        children = _merged(stored.children, change.row.children)
        return change._replace(row=change.row._replace(children=children))


@failed_by("test_removing_a_parent_removes_its_children")
class ChildrenOutlive(MemoryBackend):
    """Leaves the children of a removed row, to be found by the next row with its key."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._orphans: dict[Any, Any] = {}

    def commit(self, changes: Batch) -> None:
        for change in changes:
            stored = self.get(change.collection, change.key)
            if isinstance(change, Remove) and stored is not None:
                self._orphans[change.collection.name, change.key] = stored.children
        super().commit([self._adopting(change) for change in changes])

    def _adopting(self, change: Change) -> Change:
        orphans = self._orphans.get((change.collection.name, change.key))
        if not isinstance(change, Insert) or orphans is None:
            return change
        children = _merged(orphans, change.row.children)
        return change._replace(row=change.row._replace(children=children))


WRITE_DEFECTS: tuple[type[MemoryBackend], ...] = (
    HalfBatch,
    BestEffort,
    VersionsIgnored,
    ReplaceInserts,
    RemoveOfNothing,
    RequireIgnored,
    UniqueUnchecked,
    UniqueTooEarly,
    NoneIsTaken,
    FirstConflictOnly,
    ConflictsByKey,
    FenceUnknown,
    TwiceNamed,
    AnswerLost,
    LostUpdates,
    RequireUnlocked,
    SeenInPart,
    SharedVerdict,
    StopsAtConflict,
    ChildrenLeftOver,
    ChildrenOutlive,
)
