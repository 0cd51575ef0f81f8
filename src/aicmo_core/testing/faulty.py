"""
A backend that fails on purpose: it wraps any other, and obeys a plan.

```python
faulty = FaultyBackend(MemoryBackend(), {3: Fault.CRASH_AFTER})
```

The third commit is written, and then the process dies: `Crash` is raised, which no
`except Exception` catches, and again by whatever the dead process calls. A new
process is a new object on the same inner backend: `faulty.inner`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from threading import Lock
from typing import Any, TypeAlias

from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Batch,
    Collection,
    Condition,
    Key,
    ModuleSchema,
    OutcomeUnknown,
    Query,
    Row,
    SchemaState,
)

STORE = "faulty:"


class Crash(BaseException):
    """The process is dead. Not an `Exception`, so that nobody handles it by accident."""


class Fault(Enum):
    """What becomes of one commit."""

    ERROR_BEFORE = "error before"
    """BackendUnavailable; nothing is written."""
    LOST_BEFORE = "lost before"
    """OutcomeUnknown; nothing is written, nor will be."""
    LOST_AFTER = "lost after"
    """OutcomeUnknown, although the batch is written (or raises the conflict it met)."""
    CRASH_BEFORE = "crash before"
    """Crash; nothing is written."""
    CRASH_AFTER = "crash after"
    """Crash, although the batch is written."""
    DUPLICATE = "duplicate"
    """The batch is delivered twice; the second delivery's error is what is answered."""


Pause: TypeAlias = Callable[[Batch], None]
"""Called with the batch before it is written: it may wait, or write something else first."""

Plan: TypeAlias = Mapping[int, Fault | Pause]
"""By the number of a commit, counted from 1: what becomes of it."""


class FaultyBackend(Backend):
    """
    *inner*, with the faults of *plan*.

    Each batch of `commit_many` counts as a commit, and is one. Whatever the plan does
    not name is passed on unchanged.

    Args:
        inner: The backend that stores.
        plan: What fails. May be changed while it is in use.

    Attributes:
        commits: How many commits were asked for, failed ones included.
        reads: How many calls of `get`, `find` and `count`.
        batches: The batches of those commits, in order.
        dead: Whether a crash was reached.
    """

    def __init__(self, inner: Backend, plan: Plan | None = None) -> None:
        self.inner = inner
        self.plan: dict[int, Fault | Pause] = dict(plan or {})
        self.batches: list[Batch] = []
        self.dead = False
        self._read = 0
        self._lock = Lock()

    @property
    def commits(self) -> int:
        return len(self.batches)

    @property
    def reads(self) -> int:
        return self._read

    def commit(self, changes: Batch) -> None:
        """
        Commit through *inner*, unless the plan says otherwise.

        Raises:
            Crash: The plan says that the process dies here, or it died before.
        """
        self._alive()
        with self._lock:
            self.batches.append(changes)
            fault = self.plan.get(len(self.batches))
        match fault:
            case None:
                self.inner.commit(changes)
            case Fault.ERROR_BEFORE:
                raise BackendUnavailable(STORE, "the plan says so")
            case Fault.LOST_BEFORE:
                raise OutcomeUnknown(STORE, "the plan says so, and nothing was written")
            case Fault.LOST_AFTER:
                self.inner.commit(changes)
                raise OutcomeUnknown(STORE, "the plan says so, and the batch was written")
            case Fault.CRASH_BEFORE:
                self._die()
            case Fault.CRASH_AFTER:
                self.inner.commit(changes)
                self._die()
            case Fault.DUPLICATE:
                self.inner.commit(changes)
                self.inner.commit(changes)
            case _:
                fault(changes)
                self._alive()
                self.inner.commit(changes)

    def _alive(self) -> None:
        if self.dead:
            raise Crash("this process is dead")

    def _die(self) -> None:
        self.dead = True
        raise Crash(f"at commit {self.commits}")

    def _count_read(self) -> None:
        self._alive()
        with self._lock:
            self._read += 1

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        self._count_read()
        return self.inner.get(collection, key)

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        self._count_read()
        return self.inner.find(collection, query)

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        self._count_read()
        return self.inner.count(collection, where)

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        self._alive()
        self.inner.prepare(schemas)

    def schema(self) -> SchemaState:
        self._alive()
        return self.inner.schema()

    def upgrade(self) -> Sequence[str]:
        self._alive()
        return self.inner.upgrade()

    def now(self) -> datetime:
        self._alive()
        return self.inner.now()

    def close(self) -> None:
        """Close *inner*; a dead process closes nothing, and is no error here."""
        if not self.dead:
            self.inner.close()
