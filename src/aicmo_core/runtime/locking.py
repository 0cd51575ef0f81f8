"""
Semantic locks: a name that one run at a time holds, from before its first step to its end.

A lock is a row that is inserted with the entry that says so, and removed with the
commit that ends the run. Whoever has it is read from the row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aicmo_core.kernel.clock import Clock
from aicmo_core.runtime.failures import explain, say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.records import LOCKS, LockRecord
from aicmo_core.runtime.writing import RunWriter
from aicmo_core.saga import Call, Entry, Failed, FailureKind, Locked, Parked, Waiting, Workflow
from aicmo_core.storage import Backend, Change, Conflict, Insert


class Locking:
    """Takes locks for runs."""

    def __init__(self, backend: Backend, writer: RunWriter, clock: Clock) -> None:
        self._backend = backend
        self._writer = writer
        self._clock = clock

    def take(self, run: LiveRun[Any], path: str, attempt: int, until: datetime | None) -> None:
        """
        Take the lock of the workflow, or of the call at *path*, if nobody has it.

        Otherwise journal that the run waits for it; or, when it has waited long enough,
        park the run.
        """
        declaring = _declaring(run, path)
        try:
            name = lock_name(run, path)
            row = LOCKS.encode(
                LockRecord(name, run.record.run_id, self._clock.now()), run.record.run_id
            )
        except Exception as error:  # noqa: BLE001 - journaled: it is code of a stranger
            self._writer.append(run, [_unnamed(path, attempt, error)])
            return
        held = name in run.standing.locks.values()
        changes: list[Change] = [] if held else [Insert(LOCKS, row)]
        try:
            self._writer.append(run, [Locked(path, attempt, name)], changes)
        except Conflict as conflict:
            if not any(item.collection == LOCKS.name for item in conflict.items):
                raise
            self._stand_in_line(run, path, attempt, until, name, declaring)

    def _stand_in_line(
        self,
        run: LiveRun[Any],
        path: str,
        attempt: int,
        until: datetime | None,
        name: str,
        declaring: Workflow[Any],
    ) -> None:
        now = self._backend.now()
        if until is None:
            self._writer.append(run, [Waiting(path, attempt, now + declaring.lock_timeout)])
        elif now >= until:
            reason = f"lock {name!r} is held by {self._holder(name)}; end that run, then retry"
            self._writer.append(run, [Parked(reason)])

    def _holder(self, name: str) -> str:
        row = self._backend.get(LOCKS, LOCKS.encode_key(name))
        return "nobody any more" if row is None else f"run {LOCKS.decode(row).run_id}"


def lock_name(run: LiveRun[Any], path: str) -> str:
    """
    Return the name of the lock of the run's workflow, or of the call at *path*.

    Raises:
        Exception: Whatever the workflow's own function raises.
    """
    lock = _declaring(run, path).lock
    assert lock is not None
    return lock(run.input if path == "" else run.input_at(f"{path}/"))


def _declaring(run: LiveRun[Any], path: str) -> Workflow[Any]:
    if path == "":
        return run.workflow
    node = run.node_at(path)
    assert isinstance(node, Call)
    return node.workflow


def _unnamed(path: str, attempt: int, error: Exception) -> Entry:
    if path == "":
        return Parked(f"the workflow's lock cannot be named: {say(error)}")
    return Failed(path, attempt, FailureKind.BUG, say(error), details=explain(error))
