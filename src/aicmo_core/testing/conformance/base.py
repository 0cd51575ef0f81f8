"""What all suites share: how a backend is opened, and short ways to write changes."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeAlias, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from aicmo_core.storage import (
    Backend,
    Collection,
    Conflict,
    ConflictItem,
    ConflictKind,
    DatabaseUnmigrated,
    Insert,
    Query,
    Remove,
    Replace,
    Require,
    Row,
    compile_query,
)
from aicmo_core.testing.conformance.forks import Child, Fork, Say
from aicmo_core.testing.conformance.levels import Level, leave_out
from aicmo_core.testing.samples import KIT

T = TypeVar("T")
OpenStore: TypeAlias = Callable[[], Backend]

_numbers = itertools.count(1)


def token() -> str:
    """Return a token that nothing else has: a forked child counts on from its parent's number."""
    return f"kit-token-{os.getpid()}-{next(_numbers)}"


def fresh(prefix: str = "id") -> str:
    """Return an id that no case has used, so that examples do not meet one another."""
    return f"{prefix}-{next(_numbers):06}"


def examples(number: int) -> settings:
    """Return moderate settings: a store on disk takes milliseconds a commit."""
    return settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def insert(collection: Collection[T], item: T) -> Insert:
    return Insert(collection, collection.encode(item, token()))


def replace(collection: Collection[T], item: T, old: Row) -> Replace:
    return Replace(collection, collection.encode(item, token()), old.token)


def remove(collection: Collection[Any], old: Row) -> Remove:
    return Remove(collection, old.key, old.token)


def require(collection: Collection[Any], old: Row) -> Require:
    return Require(collection, old.key, old.token)


def save(backend: Backend, collection: Collection[T], *items: T) -> list[Row]:
    """Insert the items in one commit; return their rows."""
    changes = [insert(collection, item) for item in items]
    backend.commit(changes)
    return [change.row for change in changes]


def load(backend: Backend, collection: Collection[T], key: object) -> T | None:
    """Return the stored item with this key, or None."""
    row = backend.get(collection, collection.encode_key(key))
    return None if row is None else collection.decode(row)


def find(backend: Backend, collection: Collection[T], **arguments: Any) -> list[T]:
    """Return what a finder with these arguments of `compile_query` gives."""
    rows = backend.find(collection, compile_query(collection, **arguments))
    return [collection.decode(row) for row in rows]


def clear(backend: Backend, collection: Collection[Any]) -> None:
    """Remove all rows of the collection."""
    backend.commit(
        [remove(collection, row) for row in everything(backend, collection)[collection.name]]
    )


def everything(backend: Backend, *collections: Collection[Any]) -> dict[str, list[Row]]:
    """Return all rows of the collections, to compare before with after."""
    return {c.name: backend.find(c, Query(order_by=compile_query(c).order_by)) for c in collections}


def refusals(backend: Backend, *changes: Any) -> list[tuple[ConflictKind, str, Any, str, int]]:
    """Commit changes of which some must be refused; return what each item says."""
    with pytest.raises(Conflict) as caught:
        backend.commit(changes)
    return [_facts(item) for item in caught.value.items]


def _facts(item: ConflictItem) -> tuple[ConflictKind, str, Any, str, int]:
    return item.kind, item.collection, item.key, item.constraint, item.position


def opened(open_store: OpenStore) -> Backend:
    """Return a prepared backend, migrated where that is not done by itself."""
    backend = open_store()
    try:
        backend.prepare([KIT])
    except DatabaseUnmigrated:
        backend.upgrade()
        backend.prepare([KIT])
    return backend


class Conformance:
    """
    What a suite claims, and the fixtures.

    Attributes:
        level: What the backend claims to keep. Cases of higher levels are not collected.
        reopens: Whether a second call of `open_store` meets the data of the first.
        processes: Whether another process that opens the store meets the same rows.
    """

    level: ClassVar[Level] = Level.HARDENED
    reopens: ClassVar[bool] = True
    processes: ClassVar[bool] = True

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        leave_out(cls)

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Override: return a function that opens one store, fresh at the first call."""
        raise NotImplementedError(f"{type(self).__name__} must override the fixture open_store")

    @pytest.fixture
    def backend(self, open_store: OpenStore) -> Iterator[Backend]:
        backend = opened(open_store)
        yield backend
        backend.close()

    @pytest.fixture
    def reopen(self, backend: Backend, open_store: OpenStore) -> Iterator[OpenStore]:
        """Open further Backend objects on the data of `backend`, prepared, closed at the end."""
        with reopening(open_store) as again:
            yield again

    @pytest.fixture
    def fork(self, backend: Backend) -> Iterator[Fork]:
        """Start children of this process, which inherit `backend`; ended with the case."""
        with forking() as fork:
            yield fork

    @pytest.fixture
    def other_process(self, fork: Fork) -> Fork:
        """Start children of this process whose commits this one has to meet."""
        return fork


@contextmanager
def reopening(open_store: OpenStore) -> Iterator[OpenStore]:
    """Yield what opens and prepares one more object on the store; close all of them."""
    objects: list[Backend] = []

    def again() -> Backend:
        objects.append(opened(open_store))
        return objects[-1]

    try:
        yield again
    finally:
        for backend in objects:
            backend.close()


@contextmanager
def forking() -> Iterator[Fork]:
    """Yield what starts a child process; end all of them."""
    children: list[Child] = []

    def fork(work: Callable[[Say], None]) -> Child:
        children.append(Child(work))
        return children[-1]

    try:
        yield fork
    finally:
        for child in children:
            child.close()
