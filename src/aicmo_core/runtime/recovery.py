"""Finding the runs whose executor is gone, or that nobody has and that are due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from attrs import define, field, frozen

from aicmo_core.kernel.clock import Waiter
from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.records import EXECUTORS, NOBODY, RUNS, RunRecord, RunState
from aicmo_core.runtime.runs import Run
from aicmo_core.storage import Backend, OneOf, Range, compile_query

_PAGE = 500
_LIVE = OneOf([state for state in RunState if state.live])


@frozen
class LeftAlone:
    """A run that was not recovered, and why."""

    run_id: RunId
    reason: str


@define
class Recovered:
    """
    What a recovery did.

    Attributes:
        runs: The runs that were taken over, or were due, as they stand now.
        left: Those that could not be.
        observed: How many executors are alive; their runs were not touched.
        relayed: How many events were handed to subscribers.
    """

    runs: list[Run] = field(factory=list)
    left: list[LeftAlone] = field(factory=list)
    observed: int = 0
    relayed: int = 0


def live_runs(backend: Backend) -> Iterator[RunRecord]:
    """Return every run that some executor has something to do with, the oldest first."""
    after = ""
    while True:
        where = {"state": _LIVE, "executor": Range(gt=NOBODY), "run_id": Range(gt=after)}
        rows = backend.find(RUNS, compile_query(RUNS, where, "run_id", _PAGE))
        yield from map(RUNS.decode, rows)
        if len(rows) < _PAGE:
            return
        after = RUNS.decode(rows[-1]).run_id


def due_runs(
    backend: Backend, limit: int | None = None, workflows: Collection[str] | None = None
) -> list[RunRecord]:
    """
    Return the runs that belong to nobody and have something to do, the longest due first.

    Args:
        limit: How many at most.
        workflows: Only runs of the workflows of these names.
    """
    where: dict[str, Any] = {"executor": NOBODY, "next_at": Range(le=backend.now())}
    if workflows is not None:
        where["workflow"] = OneOf(workflows)
    rows = backend.find(RUNS, compile_query(RUNS, where, "next_at", limit))
    return [RUNS.decode(row) for row in rows]


def beats(backend: Backend, executors: Iterable[ExecutorId]) -> dict[ExecutorId, int]:
    """Return the heartbeat counters of those that are registered."""
    found = {}
    for executor in sorted(executors):  # in one order, so that a simulation can be repeated
        row = backend.get(EXECUTORS, EXECUTORS.encode_key(executor))
        if row is not None:
            found[executor] = EXECUTORS.decode(row).beat
    return found


def lapsed(
    backend: Backend, executor: Executor, waiter: Waiter, suspects: set[ExecutorId]
) -> set[ExecutorId]:
    """
    Return which of *suspects* are gone.

    One that has signed off is gone at once. For the others one lapse is waited, by
    this observer's own clock; whose counter has not moved by then is gone.
    """
    first = beats(backend, suspects)
    if not first:
        return suspects
    waiter.wait(executor.lapse)
    second = beats(backend, first)
    alive = {e for e, beat in first.items() if e in second and second[e] != beat}
    return suspects - alive


class Watch:
    """
    Watches the executors of live runs, one look at a time, without waiting.

    A look remembers each counter and when it was first seen to stand there, by this
    observer's own clock.
    """

    def __init__(self, backend: Backend, executor: Executor, waiter: Waiter) -> None:
        self._backend = backend
        self._executor = executor
        self._waiter = waiter
        self._seen: dict[ExecutorId, tuple[int, timedelta]] = {}

    def abandoned(self) -> list[RunRecord]:
        """
        Return the runs whose executor is known to be gone by now.

        With them those of this executor that no thread works on: an error that no journal
        could take, such as that the store went away, made a thread leave them as they were.
        """
        mine, at_work = self._executor.ensure(), self._executor.at_work
        runs = [run for run in live_runs(self._backend) if run.run_id not in at_work]
        counters = beats(self._backend, {run.executor for run in runs} - {mine})
        now = self._waiter.elapsed()
        self._seen = {
            one: self._seen[one] if self._seen.get(one, (None,))[0] == beat else (beat, now)
            for one, beat in counters.items()
        }
        alive = {e for e, (_, since) in self._seen.items() if now - since < self._executor.lapse}
        return [run for run in runs if run.executor not in alive]
