"""Defects that show when a store is closed, crowded, forked, or given more than usual."""

from __future__ import annotations

import os
import select
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock
from typing import Any, ClassVar

from attrs import evolve

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.backends.memory.table import Unique
from aicmo_core.storage import (
    BackendUnavailable,
    Batch,
    Collection,
    Key,
    ModuleSchema,
    OutcomeUnknown,
    Query,
    Replace,
    Row,
    Scalar,
)
from aicmo_core.testing.broken.naming import failed_by
from aicmo_core.testing.broken.values import _Writing

STORE = "broken:"


@failed_by("test_closing_one_object_leaves_the_other")
class ClosesForAll(MemoryBackend):
    """Closes the store itself, for whoever else has it open."""

    _closed: ClassVar[weakref.WeakSet[Memory]] = weakref.WeakSet()

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        self._closed.discard(self.memory)
        super().prepare(schemas)

    def commit(self, changes: Batch) -> None:
        if self.memory in self._closed:
            raise BackendUnavailable(STORE, "it was closed")
        super().commit(changes)

    def close(self) -> None:
        self._closed.add(self.memory)


@failed_by("test_what_was_committed_survives_closing")
class TokensRenewed(MemoryBackend):
    """Numbers its rows anew when it is closed."""

    def close(self) -> None:
        for place, row in list(self.memory.rows.items()):
            if isinstance(row, Row):
                self.memory.rows[place] = row._replace(token=f"{row.token}+")


@failed_by("test_users_of_a_store_share_its_time")
class OwnClock(MemoryBackend):
    """Tells each of its users another time: that of their own machine."""

    _opened = 0

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        OwnClock._opened += 1
        self._ahead = timedelta(hours=self._opened)

    def now(self) -> datetime:
        return super().now() + self._ahead


@failed_by("test_batches_that_name_rows_in_another_order_do_not_block")
class DeadlockUnknown(MemoryBackend):
    """Locks rows in the order of the batch, and reports a deadlock as an outcome not known."""

    _guard = Lock()
    _locked: ClassVar[weakref.WeakKeyDictionary[Memory, set[Any]]] = weakref.WeakKeyDictionary()

    def commit(self, changes: Batch) -> None:
        mine: list[Any] = []
        try:
            for change in changes:
                self._take((change.collection.name, change.key), mine)
                time.sleep(0.0001)
            super().commit(changes)
        finally:
            with self._guard:
                self._locked[self.memory].difference_update(mine)

    def _take(self, place: Any, mine: list[Any]) -> None:
        with self._guard:
            taken = self._locked.setdefault(self.memory, set())
            if place in taken and mine:
                raise OutcomeUnknown(STORE, "deadlock")
            if place not in taken:
                taken.add(place)
                mine.append(place)


@failed_by("test_crowd_of_threads_reads_at_once")
class SixteenConnections(MemoryBackend):
    """Refuses the seventeenth that comes at the same time."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._places = BoundedSemaphore(16)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise BackendUnavailable(STORE, "all connections are in use")
        try:
            time.sleep(0.001)
            yield
        finally:
            self._places.release()

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        with self._place():
            return super().get(collection, key)


@failed_by("test_child_and_parent_use_what_was_open")
class ForkUseless(MemoryBackend):
    """Is of no use in a child process."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._process = os.getpid()

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        if self._process != os.getpid():
            raise BackendUnavailable(STORE, "this connection belongs to another process")
        return super().get(collection, key)


@failed_by("test_child_that_closes_does_not_close_for_its_parent")
class ForkHangsUp(MemoryBackend):
    """Shares its connection with a child, whose good-bye ends it for the parent too."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._hears, self._says = os.pipe()
        for end in (self._hears, self._says):
            weakref.finalize(self, os.close, end)

    def commit(self, changes: Batch) -> None:
        if select.select([self._hears], [], [], 0)[0]:
            raise BackendUnavailable(STORE, "the server has closed the connection")
        super().commit(changes)

    def close(self) -> None:
        os.write(self._says, b"x")


@failed_by("test_two_processes_lose_no_update")
class OneProcess(MemoryBackend):
    """Keeps to itself what each process writes."""


@failed_by("test_closing_releases_what_was_opened")
class ClosesNothing(MemoryBackend):
    """Keeps a file open for each time that it was opened, until its rows are gone."""

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        super().prepare(schemas)
        kept = os.open(os.devnull, os.O_RDONLY)
        weakref.finalize(self.memory, os.close, kept)


@failed_by("test_later_commit_wins_whatever_the_clock_says")
class NewestClockWins(MemoryBackend):
    """Drops a write that looks older than the row, by the clock of the writer's host."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._written: dict[Any, float] = {}

    def commit(self, changes: Batch) -> None:
        now = time.time()
        late = [c for c in changes if now < self._written.get((c.collection.name, c.key), now)]
        super().commit([c for c in changes if c not in late or not isinstance(c, Replace)])
        for change in changes:
            self._written[change.collection.name, change.key] = now


@failed_by("test_batch_of_ten_thousand_changes_is_one_commit")
class BatchInParts(MemoryBackend):
    """Commits a batch a thousand changes at a time, so that no statement is too long."""

    def commit(self, changes: Batch) -> None:
        for start in range(0, len(changes), 1000):
            super().commit(changes[start : start + 1000])


@failed_by("test_text_of_megabytes_comes_back")
class TextOfOneMegabyte(_Writing):
    """Keeps the beginning of text that is longer than its column."""

    def written(self, value: Scalar) -> Scalar:
        return value[: 2**20] if isinstance(value, str) else value


class _Beginning(Unique):
    __slots__ = ()

    def claim(self, row: Row) -> tuple[Any, Any] | None:
        whole = super().claim(row)
        return None if whole is None else (whole[0], _cut(whole[1]))


def _cut(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_cut, value))
    return value[:100] if isinstance(value, str) else value


@failed_by("test_longest_unique_values_are_compared_to_their_end")
class UniqueByBeginning(MemoryBackend):
    """Compares the first hundred characters of unique values, as far as its index reaches."""

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        super().prepare(schemas)
        for table in self.memory.tables.values():
            collection = table.collection
            table.uniques = tuple(_Beginning(collection, group) for group in collection.unique)


@failed_by("test_pages_go_on_after_hostile_text")
class CursorQuoted(MemoryBackend):
    """Doubles the quotes of a cursor, which is a parameter and needs no quoting."""

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        if query.after is not None:
            after = [v.replace("'", "''") if isinstance(v, str) else v for v in query.after]
            query = evolve(query, after=tuple(after))
        return super().find(collection, query)


HARDSHIP_DEFECTS: tuple[type[MemoryBackend], ...] = (
    ClosesForAll,
    TokensRenewed,
    OwnClock,
    DeadlockUnknown,
    SixteenConnections,
    ForkUseless,
    ForkHangsUp,
    OneProcess,
    ClosesNothing,
    NewestClockWins,
    BatchInParts,
    TextOfOneMegabyte,
    UniqueByBeginning,
    CursorQuoted,
)
