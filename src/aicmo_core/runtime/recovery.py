"""Finding the runs whose executor is gone, or that nobody has and that are due."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import define, field, frozen

from aicmo_core.kernel.clock import Waiter
from aicmo_core.kernel.ids import ExecutorId, RunId
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.records import EXECUTORS, NOBODY, RUNS, RunRecord, RunState
from aicmo_core.runtime.runs import Run
from aicmo_core.storage import Backend, OneOf, Range, compile_query
from aicmo_core.storage.query import Where, cursor_of, values_by_column

_PAGE = 500

MOST_TOLD = 1_000
"""How many runs a report names, however many there were."""


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
        runs: The runs that were taken over, or were due, as they stand now; the first
            `MOST_TOLD` of them.
        left: Those that could not be; the first `MOST_TOLD` of them.
        recovered: How many were taken over, or were due.
        parked: How many of those are parked now.
        left_alone: How many could not be recovered.
        observed: How many executors are alive; their runs were not touched.
        relayed: How many events were handed to subscribers.
    """

    runs: list[Run] = field(factory=list)
    left: list[LeftAlone] = field(factory=list)
    recovered: int = 0
    parked: int = 0
    left_alone: int = 0
    observed: int = 0
    relayed: int = 0

    def take(self, run: Run) -> None:
        """Count a run that was recovered."""
        self.recovered += 1
        self.parked += run.state is RunState.PARKED
        if len(self.runs) < MOST_TOLD:
            self.runs.append(run)

    def leave(self, run_id: RunId, reason: str) -> None:
        """Count a run that could not be."""
        self.left_alone += 1
        if len(self.left) < MOST_TOLD:
            self.left.append(LeftAlone(run_id, reason))


def _runs(
    backend: Backend, where: Where, page: int = _PAGE, after: str | None = None
) -> Iterator[RunRecord]:
    """Return the runs that are found, the longest due first, of which a page is held at once."""
    while True:
        query = compile_query(RUNS, where, "next_at", page, after)
        rows = backend.find(RUNS, query)
        yield from map(RUNS.decode, rows)
        if len(rows) < page:
            return
        after = cursor_of(query.order_by, values_by_column(RUNS, rows[-1]))


def owners(backend: Backend) -> set[ExecutorId]:
    """Return whose runs there are. One that has none at this moment may be missing."""
    found: set[ExecutorId] = set()
    last = NOBODY
    while True:
        query = compile_query(RUNS, {"executor": Range(gt=last)}, "executor", 1)
        rows = backend.find(RUNS, query)
        if not rows:
            return found
        last = RUNS.decode(rows[0]).executor
        found.add(last)


def runs_of(
    backend: Backend, executors: Iterable[ExecutorId], page: int = _PAGE
) -> Iterator[RunRecord]:
    """
    Return the runs that *executors* have: those first that can go on at once.

    Args:
        page: How many are read at once, and held, of each executor.
    """
    each = [_runs(backend, {"executor": executor}, page) for executor in sorted(executors)]
    return (run for run in heapq.merge(*each, key=_due_first) if run.state.live)


def due_runs(
    backend: Backend,
    workflows: Collection[str] | None = None,
    page: int = _PAGE,
    behind: RunRecord | None = None,
) -> Iterator[RunRecord]:
    """
    Return the runs that belong to nobody and have something to do, the longest due first.

    Due they were when the first was asked for: what becomes due meanwhile is not among them.

    Args:
        workflows: Only runs of the workflows of these names.
        page: How many are read at once, and held.
        behind: Only those that come behind this one.
    """
    where: dict[str, Any] = {"executor": NOBODY, "next_at": Range(le=backend.now())}
    if workflows is not None:
        where["workflow"] = OneOf(workflows)
    after = None
    if behind is not None:
        order = compile_query(RUNS, {}, "next_at").order_by
        after = cursor_of(order, values_by_column(RUNS, RUNS.encode(behind, "")))
    return _runs(backend, where, page, after)


def _due_first(record: RunRecord) -> datetime:
    """Sort runs that wait for a moment behind those that can go on at once."""
    return record.next_at or datetime.min.replace(tzinfo=UTC)


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

    def abandoned(self) -> Iterator[RunRecord]:
        """
        Return the runs whose executor is known to be gone by now.

        With them those of this executor that no thread works on: an error that no journal
        could take, such as that the store went away, made a thread leave them as they were.
        """
        mine, at_work = self._executor.ensure(), self._executor.at_work
        having = owners(self._backend)
        counters = beats(self._backend, having - {mine})
        now = self._waiter.elapsed()
        self._seen = {
            one: self._seen[one] if self._seen.get(one, (None,))[0] == beat else (beat, now)
            for one, beat in counters.items()
        }
        alive = {e for e, (_, since) in self._seen.items() if now - since < self._executor.lapse}
        found = runs_of(self._backend, having - alive)
        return (run for run in found if run.run_id not in at_work)
