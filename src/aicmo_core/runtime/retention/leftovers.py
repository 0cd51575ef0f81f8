"""
What belongs to no living run, or to nobody: found by reading, a bounded page at a time.

A run that begins or ends meanwhile is not mistaken for one that is gone. Whatever may be
a leftover is read first, and its run afterwards. A run is stored with its first entry or
lock, and before its first file; and its row stays for good. So a run that is missing then
was missing all along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from attrs import frozen

from aicmo_core.hooks import ArtifactStore
from aicmo_core.kernel.ids import ExecutorId
from aicmo_core.runtime.records import (
    COMMITS,
    EXECUTORS,
    INBOX,
    JOURNAL,
    LOCKS,
    OUTBOX,
    RUNS,
    SUBSCRIBERS,
    LockRecord,
    OutboxRecord,
    RunRecord,
    RunState,
)
from aicmo_core.runtime.retention.batches import Group, pages
from aicmo_core.storage import (
    Backend,
    Change,
    OneOf,
    Range,
    Remove,
    Require,
    Row,
    compile_query,
)

_LIVE = OneOf([state for state in RunState if state.live])
_TAKEN_BACK = (RunState.COMPENSATED, RunState.CANCELLED)

OF_HOSTS = "host-"
"""How the folders of hosts' own units of work begin; what is in them belongs to no run."""


class Leftover(Enum):
    """
    What may be left behind by a run, or by a process, that is not there any more.

    Only some of it is ever removed: the rest may belong to somebody whom the store cannot
    know, such as another store that shares the folder of files.
    """

    LOCK = "locks"
    """A lock whose run has ended, which is removed, or is gone."""
    HELD_EVENT = "held events"
    """An event that waits for the end of a run that is not there, and holds those behind it."""
    INBOX = "inbox rows"
    """Where a durable subscriber stood that is not registered, because it was retired."""
    ENTRY = "journal entries"
    """An entry of a run that is not there."""
    FILE = "files"
    """A file of a run that was taken back, which is removed, or of one that is not there."""
    EXECUTOR = "executors"
    """Somebody whose heart stands still, and who has no run left. Its row is removed."""
    COMMIT_MARK = "commit marks"
    """The mark of a commit that nobody can be settling any more. It is removed."""


@frozen
class Found:
    """
    One thing, or several of one owner, that are left behind.

    Attributes:
        what: In words, with its owner.
        count: How many it stands for.
        removal: What removes it, if nothing has changed since; nothing if it has to stay.
    """

    what: str
    count: int = 1
    removal: Group = ()


def runs_named(backend: Backend, ids: Iterable[str]) -> dict[str, tuple[Row, RunRecord]]:
    """Return those of these runs that are there, tombstones included, by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = backend.find(RUNS, compile_query(RUNS, {"run_id": OneOf(wanted)}))
    return {str(row.key[0]): (row, RUNS.decode(row)) for row in rows}


def locks(backend: Backend) -> Iterator[list[Found]]:
    """Yield locks that nothing will ever release."""
    for page in pages(backend, LOCKS, compile_query(LOCKS)):
        by_run: dict[str, list[tuple[Row, LockRecord]]] = defaultdict(list)
        for row in page:
            record: LockRecord = LOCKS.decode(row)
            by_run[record.run_id].append((row, record))
        runs = runs_named(backend, by_run)
        yield [
            found
            for run_id, held in by_run.items()
            if (found := _locks_of(backend, run_id, held, runs)) is not None
        ]


def _locks_of(
    backend: Backend,
    run_id: str,
    held: list[tuple[Row, LockRecord]],
    runs: Mapping[str, tuple[Row, RunRecord]],
) -> Found | None:
    names = ", ".join(repr(record.name) for _, record in held)
    if run_id not in runs:
        return Found(f"lock {names} of run {run_id}, which is not there", len(held))
    row, run = runs[run_id]
    if not run.state.ended or backend.get(LOCKS, held[0][0].key) is None:
        return None  # it has its locks, or released them when it ended just now
    # A lock that was released meanwhile is gone. Not so the one of a run that a late
    # effect opened again: the run has to be as it was when it is removed.
    removal: list[Change] = [Require(RUNS, row.key, row.token)]
    removal += [Remove(LOCKS, lock.key, lock.token) for lock, _ in held]
    return Found(f"lock {names} of run {run_id}, which is {run.state.value}", len(held), removal)


def held_events(backend: Backend) -> Iterator[list[Found]]:
    """Yield events that wait for the end of a run that is not there."""
    query = compile_query(OUTBOX, {"relayed": False}, ("relayed", "event_id"))
    for page in pages(backend, OUTBOX, query):
        held: list[OutboxRecord] = [r for r in map(OUTBOX.decode, page) if r.held]
        runs = runs_named(backend, (record.correlation_id for record in held))
        yield [
            Found(
                f"event {r.n} of {r.collection}[{r.key}], held for run {r.correlation_id}, "
                "which is not there"
            )
            for r in held
            if r.correlation_id not in runs
        ]


def inbox_rows(backend: Backend) -> Iterator[list[Found]]:
    """Yield where subscribers stood that nobody has registered."""
    name = ""
    while True:
        query = compile_query(INBOX, {"subscriber": Range(gt=name)}, "subscriber", 1)
        rows = backend.find(INBOX, query)
        if not rows:
            return
        name = INBOX.decode(rows[0]).subscriber
        if backend.get(SUBSCRIBERS, SUBSCRIBERS.encode_key(name)) is None:
            count = backend.count(INBOX, compile_query(INBOX, {"subscriber": name}).where)
            yield [Found(f"inbox of {name}, which is not registered", count)]


def entries(backend: Backend) -> Iterator[list[Found]]:
    """Yield the journals of runs that are not there."""
    for page in pages(backend, JOURNAL, compile_query(JOURNAL)):
        counts: dict[str, int] = defaultdict(int)
        for row in page:
            counts[str(row.key[0])] += 1
        runs = runs_named(backend, counts)
        yield [
            Found(f"{n} entries of run {run_id}, which is not there", n)
            for run_id, n in counts.items()
            if run_id not in runs
        ]


def commit_marks(backend: Backend, before: datetime) -> Iterator[list[Found]]:
    """Yield the marks of commits that were asked for before that moment."""
    for page in pages(backend, COMMITS, compile_query(COMMITS)):
        yield [
            Found(f"mark {row.key[0]}", removal=[Remove(COMMITS, row.key, row.token)])
            for row in page
            if COMMITS.decode(row).at < before
        ]


@frozen
class FileFound:
    """A file that no run has: its path, and the run that it is named after."""

    path: str
    run_id: str
    reason: str


def files(backend: Backend, store: ArtifactStore) -> Iterator[FileFound]:
    """Yield the files of runs that were taken back, and of those that are not there."""
    by_run: dict[str, list[str]] = defaultdict(list)
    for path in store.list(""):
        by_run[path.partition("/")[0]].append(path)
    for run_id, paths in by_run.items():
        reason = None if run_id.startswith(OF_HOSTS) else _has_no_files(backend, run_id)
        if reason is not None:
            yield from (FileFound(path, run_id, reason) for path in paths)


def _has_no_files(backend: Backend, run_id: str) -> str | None:
    run = run_of(backend, run_id)
    if run is None:
        return "which is not there"
    return "which was taken back" if outcome_of(run) in _TAKEN_BACK else None


def run_of(backend: Backend, run_id: str) -> RunRecord | None:
    """Return a run as it is now, or None."""
    row = backend.get(RUNS, RUNS.encode_key(run_id))
    return None if row is None else RUNS.decode(row)


def outcome_of(run: RunRecord) -> RunState:
    """Return how a run ended, also if it was purged; its state, if it has not ended."""
    return run.ended_as or run.state


def is_taken_back(backend: Backend, run_id: str) -> bool:
    """Return whether a run is there, and ended taken back: then it keeps no file."""
    run = run_of(backend, run_id)
    return run is not None and outcome_of(run) in _TAKEN_BACK


def executor_rows(backend: Backend, but: ExecutorId | None) -> dict[ExecutorId, Row]:
    """Return the rows of all executors but one, by id."""
    found = {
        EXECUTORS.decode(row).executor_id: row
        for page in pages(backend, EXECUTORS, compile_query(EXECUTORS))
        for row in page
    }
    if but is not None:
        found.pop(but, None)
    return found


def has_live_run(backend: Backend, executor: ExecutorId) -> bool:
    """Return whether somebody has a run that is to be advanced."""
    where: dict[str, Any] = {"executor": executor, "state": _LIVE}
    return bool(backend.find(RUNS, compile_query(RUNS, where, limit=1)))
