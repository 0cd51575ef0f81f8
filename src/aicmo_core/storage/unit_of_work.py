"""
The unit of work: it buffers changes, overlays them on its own reads, and hands over
one net batch.

Nothing is written, and no transaction is open, until the batch is committed.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from attrs import evolve

from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import AlreadyExists, NotFound
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import CorrelationId, EventId
from aicmo_core.kernel.structuring import to_json
from aicmo_core.storage.backend import Backend
from aicmo_core.storage.collection import Collection
from aicmo_core.storage.errors import (
    Conflict,
    ConflictItem,
    ConflictKind,
    OwnershipError,
    StaleItem,
    UnreadItem,
)
from aicmo_core.storage.query import (
    Page,
    Query,
    Where,
    compile_query,
    cursor_of,
    matches,
    order_key,
    values_by_column,
)
from aicmo_core.storage.rows import Change, Insert, Key, Remove, Replace, Require, Row, Token
from aicmo_core.storage.tokens import new_token

T = TypeVar("T")
E = TypeVar("E", bound=Event)


class Emitted(NamedTuple):
    """
    An event and the row that it is about: its aggregate.

    Attributes:
        payload: The event as JSON.
    """

    event: Event
    collection: Collection[Any]
    key: Key
    payload: str


class _Tracked:
    """What this unit of work knows of one row: as it was read, and as it shall be."""

    __slots__ = ("after", "before", "blind", "collection", "key", "known")

    def __init__(self, collection: Collection[Any], key: Key) -> None:
        self.collection = collection
        self.key = key
        self.known = False  # whether `before` was read, or need not be (a row added here)
        self.before: Row | None = None
        self.after: Row | None = None
        self.blind = False  # a put, or a remove unread: resolved by a read, and again if stale

    @property
    def changed(self) -> bool:
        return self.after is not self.before


class UnitOfWork:
    """
    The changes of one step, or of one host transaction, as they accumulate.

    A unit of work belongs to one thread. It is used once: after its batch has been
    committed, make another.

    Args:
        backend: Where to read.
        ids: Draws event ids.
        clock: Stamps events.
        correlation_id: Stamps events; a run's id, or what the host names.
        checked: Whether every row that is got by its key, and not changed, must
            still be the same when the batch is committed.
    """

    def __init__(
        self,
        backend: Backend,
        ids: Ids,
        clock: Clock,
        correlation_id: CorrelationId,
        *,
        checked: bool = False,
    ) -> None:
        self.ids = ids
        self.clock = clock
        self.correlation_id = correlation_id
        self._backend = backend
        self._checked = checked
        self._rows: dict[tuple[str, Key], _Tracked] = {}
        self._emitted: list[Emitted] = []

    def repository(self, collection: Collection[T]) -> Repository[T]:
        """Return the items of *collection* as this unit of work sees them."""
        return Repository(self, collection)

    def store(self, module: str, owners: Mapping[str, str]) -> Store:
        """Return access to the collections that *owners* says belong to *module*."""
        return Store(self, module, owners)

    def emit(self, event: E, collection: Collection[Any], key: object) -> E:
        """
        Store *event* with this unit of work's changes; return it with its envelope.

        Args:
            collection: With *key*, the row that the event is about. It is changed
                here, or is required to stay as it was read.

        Raises:
            NotFound: There is no such row.
            InvalidValue: A value in the event may not be stored.
        """
        stamped = event.stamped(EventId(self.ids.new()), self.clock.now(), self.correlation_id)
        encoded = collection.encode_key(key)
        row = self.read(collection, encoded)
        if row.before is None and row.after is None:
            raise NotFound(collection.name, ", ".join(map(str, encoded)))
        self._emitted.append(Emitted(stamped, collection, encoded, to_json(stamped)))
        return stamped

    # -- what the committer takes

    @property
    def emitted(self) -> Sequence[Emitted]:
        """The events so far, in the order of their emission."""
        return tuple(self._emitted)

    def changes(self) -> list[Change]:
        """Return one net change per changed row, in the order of first touch, and requirements."""
        result: list[Change] = []
        about = {(e.collection.name, e.key) for e in self._emitted}
        for place, row in self._rows.items():
            if row.changed:
                result.append(_change(row))
            elif row.before is not None and (self._checked or place in about):
                result.append(Require(row.collection, row.key, row.before.token))
        return result

    def before(self, collection: Collection[Any], key: Key) -> Row | None:
        """Return the row as it was before this unit of work touched it."""
        tracked = self._rows.get((collection.name, key))
        return tracked.before if tracked else None

    def revert(
        self, collection: Collection[Any], key: Key, expected: Token | None, before: Row | None
    ) -> None:
        """
        Bring a row back to *before*, its token included; None is its absence.

        Args:
            expected: The token that the row has now; None if it is expected to be absent.

        Raises:
            StaleItem: The row was changed by somebody else: this must not be undone.
        """
        row = self.read(collection, key)
        found = row.before.token if row.before is not None else None
        if found != expected:
            item = ConflictItem(ConflictKind.STALE, collection.name, key, "key", 0)
            raise StaleItem((item,))
        row.blind = False
        row.after = before

    def resolve_again(self, conflict: Conflict) -> bool:
        """
        Read blind writes again that met a conflict; return whether that settles it.

        A `put` says that the latest wins, so that another writer in between is no
        reason to decide again. Any other refused row is.
        """
        refused = []
        for item in conflict.items:
            row = self._rows.get((item.collection, item.key))
            taken = item.kind is ConflictKind.UNIQUE and item.constraint != "key"
            if row is None or not row.blind or item.kind is ConflictKind.FENCE or taken:
                return False
            refused.append(row)
        for row in refused:
            row.before = self._backend.get(row.collection, row.key)
        return True

    # -- what repositories use

    def tracked(self, collection: Collection[Any], key: Key) -> _Tracked:
        place = (collection.name, key)
        found = self._rows.get(place)
        if found is None:
            found = self._rows[place] = _Tracked(collection, key)
        return found

    def read(self, collection: Collection[Any], key: Key) -> _Tracked:
        row = self.tracked(collection, key)
        if not row.known:
            row.before = row.after = self._backend.get(collection, key)
            row.known = True
        return row

    def seen(self, collection: Collection[Any], row: Row) -> _Tracked:
        """Note a row that a finder returned, unless it is known already."""
        tracked = self.tracked(collection, row.key)
        if not tracked.known:
            tracked.before = tracked.after = row
            tracked.known = True
        return tracked

    def touched(self, collection: Collection[Any]) -> Iterator[_Tracked]:
        """Return the rows of *collection* that are changed here."""
        return (r for r in self._rows.values() if r.collection is collection and r.changed)

    def find_rows(self, collection: Collection[Any], query: Query) -> list[Row]:
        return self._backend.find(collection, query)

    def count_rows(self, collection: Collection[Any], query: Query) -> int:
        return self._backend.count(collection, query.where)


def _change(row: _Tracked) -> Change:
    if row.after is None:
        assert row.before is not None  # a changed row is there before or after
        return Remove(row.collection, row.key, row.before.token)
    if row.before is None:
        return Insert(row.collection, row.after)
    return Replace(row.collection, row.after, row.before.token)


class Repository(Generic[T]):
    """
    The items of one collection, seen through a unit of work.

    What was written here is read back here before it is committed; what others
    commit meanwhile is not seen again for an item that was read already.
    """

    def __init__(self, work: UnitOfWork, collection: Collection[T]) -> None:
        self._work = work
        self._collection = collection

    def add(self, item: T) -> T:
        """
        Write a new item; return it.

        Raises:
            AlreadyExists: An item with its key is known here to exist. If only the
                store knows, the commit says so.
            InvalidValue: A value in it may not be stored.
        """
        row = self._collection.encode(item, new_token())
        tracked = self._work.tracked(self._collection, row.key)
        if tracked.after is not None:
            raise AlreadyExists(self._collection.name, "key", ", ".join(map(str, row.key)))
        tracked.known = True
        tracked.after = row
        return item

    def put(self, item: T) -> T:
        """
        Write an item, new or not: the latest wins. Return it.

        Raises:
            InvalidValue: A value in it may not be stored.
        """
        row = self._collection.encode(item, new_token())
        known = self._work.tracked(self._collection, row.key).known
        tracked = self._work.read(self._collection, row.key)
        tracked.blind = tracked.blind or not known
        tracked.after = row
        return item

    def replace(self, item: T) -> T:
        """
        Save a changed item that was read here; return it.

        If somebody saved it since, the commit raises StaleItem.

        Raises:
            UnreadItem: It was not read here, or is removed.
            InvalidValue: A value in it may not be stored.
        """
        row = self._collection.encode(item, new_token())
        tracked = self._work.tracked(self._collection, row.key)
        if tracked.after is None:
            raise UnreadItem(self._collection.name, row.key)
        tracked.blind = False
        tracked.after = row
        return item

    def remove(self, key: object) -> None:
        """
        Remove the item with this key, children included.

        Raises:
            NotFound: There is none.
        """
        encoded = self._collection.encode_key(key)
        known = self._work.tracked(self._collection, encoded).known
        tracked = self._work.read(self._collection, encoded)
        if tracked.after is None:
            raise NotFound(self._collection.name, ", ".join(map(str, encoded)))
        tracked.blind = tracked.blind or not known
        tracked.after = None

    def get(self, key: object) -> T | None:
        """Return the item with this key, or None."""
        row = self._work.read(self._collection, self._collection.encode_key(key)).after
        return None if row is None else self._collection.decode(row)

    def require(self, key: object) -> T:
        """
        Return the item with this key.

        Raises:
            NotFound: There is none.
        """
        item = self.get(key)
        if item is None:
            raise NotFound(self._collection.name, str(key))
        return item

    def find(
        self,
        where: Where | None = None,
        order_by: str | Sequence[str] = (),
        limit: int | None = None,
        after: str | None = None,
    ) -> Page[T]:
        """
        Return the items that meet *where*, a page at a time.

        Args:
            where: Searchable field to value, `Range` or `OneOf`.
            order_by: Searchable fields, `-` before one for descending; the key decides ties.
            limit: How many at most; None for all.
            after: The `next` of the page before.

        Raises:
            QueryRefused: A field is not searchable, or an argument is malformed.
        """
        query = compile_query(self._collection, where, order_by, limit, after)
        rows = self._overlay(query)
        cursor = None
        if limit is not None and len(rows) > limit:
            rows = rows[:limit]
            cursor = cursor_of(query.order_by, values_by_column(self._collection, rows[-1]))
        return Page(tuple(self._collection.decode(row) for row in rows), cursor)

    def count(self, where: Where | None = None) -> int:
        """Return how many items meet *where*."""
        query = compile_query(self._collection, where)
        if any(True for _ in self._work.touched(self._collection)):
            return len(self._overlay(query))
        return self._work.count_rows(self._collection, query)

    def _overlay(self, query: Query) -> list[Row]:
        """
        Return the stored rows with what is known here laid over them, at least one too many.

        A row that is changed here, or that somebody else saved since it was read here,
        may drop out of the page or into it; so as many more are asked for as are needed.
        """
        changed = {row.key: row for row in self._work.touched(self._collection)}
        extra = 1 + len(changed)
        while True:
            limit = None if query.limit is None else query.limit + extra
            found = self._work.find_rows(self._collection, evolve(query, limit=limit))
            kept, moved = self._as_known(found, changed)
            if query.limit is None or limit is None:
                break
            if len(kept) > query.limit or len(found) < limit:
                break
            extra += len(found)
        moved += [row.after for row in changed.values() if row.after is not None]
        placed = [row for row in moved if self._is_in(query, row)]
        return sorted(kept + placed, key=lambda row: self._place(query, row)) if placed else kept

    def _as_known(
        self, found: Sequence[Row], changed: Container[Key]
    ) -> tuple[list[Row], list[Row]]:
        """Return the rows that are known here as stored, and those known with other content."""
        kept: list[Row] = []
        moved: list[Row] = []
        for stored in found:
            current = self._work.seen(self._collection, stored).after
            if stored.key in changed or current is None:
                continue
            (kept if current.token == stored.token else moved).append(current)
        return kept, moved

    def _is_in(self, query: Query, row: Row) -> bool:
        if not matches(query.where, values_by_column(self._collection, row)):
            return False
        if query.after is None:
            return True
        return self._place(query, row) > order_key(query.order_by, query.after)

    def _place(self, query: Query, row: Row) -> bytes:
        values = values_by_column(self._collection, row)
        return order_key(query.order_by, [values[o.column] for o in query.order_by])


class Store:
    """A module's way to its own collections, and to no other's."""

    def __init__(self, work: UnitOfWork, module: str, owners: Mapping[str, str]) -> None:
        self._work = work
        self._module = module
        self._owners = owners

    def open(self, collection: Collection[T]) -> Repository[T]:
        """
        Return the items of one of the module's collections.

        Raises:
            OwnershipError: Another module owns it, or nobody registered it.
        """
        owner = self._owners.get(collection.name)
        if owner != self._module:
            raise OwnershipError(self._module, collection.name, owner)
        return self._work.repository(collection)

    def emit(self, event: E, about: Collection[Any], key: object) -> E:
        """
        Store *event* with the changes of this unit of work; return it with its envelope.

        Args:
            event: Without its envelope, which is filled in here.
            about: With *key*, the row that the event is about: one of the module's own.

        Raises:
            OwnershipError: *about* is not the module's.
        """
        self.open(about)
        return self._work.emit(event, about, key)
