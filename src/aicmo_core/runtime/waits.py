"""What a run waits for, and what others may wait for it for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from attrs import frozen

from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.failures import say
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.locking import lock_name
from aicmo_core.runtime.records import LOCKS
from aicmo_core.saga import Command, Compensate, Evaluate, Execute, Lock, Park, Wait
from aicmo_core.storage import Backend, compile_query


class Awaited(Enum):
    """What a run, or one branch of it, waits for."""

    SIGNAL = "signal"
    """That somebody sends it a signal."""
    MOMENT = "moment"
    """That a pause is over."""
    RETRY = "retry"
    """That what failed is tried again."""
    LOCK = "lock"
    """That another run ends, which holds the lock."""
    PERSON = "person"
    """A decision: it is parked here."""


@frozen
class Pending:
    """
    One thing that a run waits for.

    Attributes:
        step: The path where it waits; empty where the whole run does.
        what: The name of the signal or of the lock, or why a person is needed; empty of
            a pause or a retry, which are about the step.
        until: When it is over by itself; None where it is not.
        held_by: The run that holds the lock.
    """

    awaited: Awaited
    step: str
    what: str = ""
    until: datetime | None = None
    held_by: RunId | None = None


@frozen
class Waits:
    """
    What a run waits for, as it was when it was looked at.

    Attributes:
        pending: What it waits for, in the order in which it is over; nothing, if the run
            can go on at once or has ended.
        locks: The names of the locks that it holds.
        deadline: When it is taken back, unless it has passed its pivot by then.
    """

    pending: tuple[Pending, ...]
    locks: tuple[str, ...]
    deadline: datetime | None


def locks_of(backend: Backend, run_id: RunId) -> tuple[str, ...]:
    """Return the names of the locks that a run holds."""
    rows = backend.find(LOCKS, compile_query(LOCKS, {"run_id": run_id}, "name"))
    return tuple(LOCKS.decode(row).name for row in rows)


def waits_of(backend: Backend, run: LiveRun[Any]) -> Waits:
    """Return what *run* waits for."""
    pending: tuple[Pending, ...] = ()
    if not run.record.state.ended:
        holder = _holder_in(backend)
        pending = tuple(p for command in run.commands for p in _pending(run, command, holder))
    deadline = None if run.bound or run.record.state.ended else run.record.deadline
    return Waits(pending, locks_of(backend, run.record.run_id), deadline)


def _holder_in(backend: Backend) -> Callable[[str], RunId | None]:
    def holder(name: str) -> RunId | None:
        row = backend.get(LOCKS, LOCKS.encode_key(name))
        return None if row is None else LOCKS.decode(row).run_id

    return holder


def _pending(
    run: LiveRun[Any], command: Command, holder: Callable[[str], RunId | None]
) -> Iterator[Pending]:
    match command:
        case Wait(step, _, None, until):
            yield Pending(Awaited.MOMENT, step, until=until)
        case Wait(step, _, str(signal), until):
            yield Pending(Awaited.SIGNAL, step, signal, until)
        case Lock(step, _, until) if until is not None:
            yield _pending_lock(run, step, until, holder)
        case Park(step, reason):
            yield Pending(Awaited.PERSON, step, reason)
        case Execute() | Evaluate() | Compensate() if command.not_before is not None:
            yield Pending(Awaited.RETRY, command.step, until=command.not_before)


def _pending_lock(
    run: LiveRun[Any], step: str, until: datetime, holder: Callable[[str], RunId | None]
) -> Pending:
    try:
        name = lock_name(run, step)
    except Exception as error:  # noqa: BLE001 - shown: it is code of a stranger
        return Pending(Awaited.LOCK, step, f"(cannot be named: {say(error)})", until)
    return Pending(Awaited.LOCK, step, name, until, holder(name))
