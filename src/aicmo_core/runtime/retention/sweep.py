"""
The sweep: what faults left behind is named, and removed where that is safe.

Nothing is removed that may belong to a living run. What a commit removes is judged again
by the store, as it was read; what cannot be fenced, such as a file, is looked at again
just before; and an executor that begins a run while its row goes gets the row back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from attrs import define, frozen

from aicmo_core.hooks import ArtifactStore
from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.kernel.ids import ExecutorId
from aicmo_core.runtime.committing import Committer, write_row
from aicmo_core.runtime.executor import Executor
from aicmo_core.runtime.records import EXECUTORS
from aicmo_core.runtime.retention import leftovers
from aicmo_core.runtime.retention.batches import commit_groups
from aicmo_core.runtime.retention.leftovers import FileFound, Found, Leftover
from aicmo_core.storage import Backend, Conflict, Insert, Remove, Row, new_token

SHOWN = 10
"""How many of each kind are named; all are counted."""

MARK_AGE = timedelta(days=1)
"""How old a commit mark is when nobody can be settling its commit: that takes seconds."""


@frozen
class Kept:
    """
    What a sweep found of one kind.

    Attributes:
        found: How many there are.
        removed: How many of them are gone now.
        shown: The first few, in words.
    """

    found: int
    removed: int
    shown: tuple[str, ...]


@frozen
class Swept:
    """
    What a sweep found, and removed.

    Attributes:
        kinds: By kind, of those of which there was something.
    """

    kinds: Mapping[Leftover, Kept]

    @property
    def left(self) -> int:
        """How many things are left: what was found, and was not removed."""
        return sum(kept.found - kept.removed for kept in self.kinds.values())

    def found(self, kind: Leftover) -> int:
        """Return how many there were of one kind."""
        return self.kinds[kind].found if kind in self.kinds else 0


@define
class _Tally:
    """Counts what is found of one kind, and keeps the first few."""

    found: int = 0
    removed: int = 0
    shown: tuple[str, ...] = ()

    def add(self, what: str, count: int, *, removed: bool) -> None:
        self.found += count
        self.removed += count * removed
        if len(self.shown) < SHOWN:
            self.shown = (*self.shown, what)


class Sweep:
    """
    One sweep of one store.

    Args:
        store: The application's files; None if it has none.
        remove: Whether to remove what is safe to remove.
    """

    def __init__(
        self,
        backend: Backend,
        executor: Executor,
        store: ArtifactStore | None,
        clock: Clock,
        waiter: Waiter,
        *,
        remove: bool,
    ) -> None:
        self._backend = backend
        self._executor = executor
        self._store = store
        self._waiter = waiter
        self._committer = Committer(backend, clock, waiter)
        self._remove = remove
        self._marks_before = clock.now() - MARK_AGE

    def run(self, kinds: Iterable[Leftover]) -> Swept:
        """Look for each of *kinds*, in their own order."""
        wanted = set(kinds)
        tallies = {kind: self._looks[kind](self) for kind in Leftover if kind in wanted}
        return Swept({k: Kept(t.found, t.removed, t.shown) for k, t in tallies.items() if t.found})

    def _swept(self, found: Iterator[list[Found]]) -> _Tally:
        tally = _Tally()
        for page in found:
            made = self._committed(page)
            for one in page:
                tally.add(one.what, one.count, removed=made.get(one.what, False))
        return tally

    def _committed(self, page: list[Found]) -> dict[str, bool]:
        """Remove what may be of a page; return for each whether it is gone."""
        safe = [one for one in page if one.removal] if self._remove else []
        made = commit_groups(self._committer, [one.removal for one in safe])
        return {one.what: done for one, done in zip(safe, made, strict=True)}

    def _locks(self) -> _Tally:
        return self._swept(leftovers.locks(self._backend))

    def _held_events(self) -> _Tally:
        return self._swept(leftovers.held_events(self._backend))

    def _inbox_rows(self) -> _Tally:
        return self._swept(leftovers.inbox_rows(self._backend))

    def _entries(self) -> _Tally:
        return self._swept(leftovers.entries(self._backend))

    def _commit_marks(self) -> _Tally:
        return self._swept(leftovers.commit_marks(self._backend, self._marks_before))

    # -- files ---------------------------------------------------------------------------------

    def _files(self) -> _Tally:
        tally = _Tally()
        for one in leftovers.files(self._backend, self._store) if self._store else ():
            what = f"{one.path}, of run {one.run_id}, {one.reason}"
            tally.add(what, 1, removed=self._remove and self._remove_file(one))
        return tally

    def _remove_file(self, file: FileFound) -> bool:
        """Remove a file of a run that was taken back, and still is."""
        # Of a run that is not there it stays: another database may share the folder.
        if self._store is None or not leftovers.is_taken_back(self._backend, file.run_id):
            return False
        self._store.remove(file.path)
        return True

    # -- executors -----------------------------------------------------------------------------

    def _executors(self) -> _Tally:
        tally = _Tally()
        for name, row in self._lapsed().items():
            if leftovers.has_live_run(self._backend, name):
                continue  # whoever recovers finds it by its runs
            place = EXECUTORS.decode(row).place
            removed = self._remove and self._remove_executor(name, row)
            tally.add(f"executor {name} of {place}", 1, removed=removed)
        return tally

    def _lapsed(self) -> dict[ExecutorId, Row]:
        """Return the executors whose heart does not beat, by this observer's own clock."""
        own = self._executor.name
        first = leftovers.executor_rows(self._backend, own)
        if not first:
            return {}
        self._waiter.wait(self._executor.lapse)
        second = leftovers.executor_rows(self._backend, own)
        return {
            name: row
            for name, row in second.items()
            if name in first and first[name].token == row.token
        }

    def _remove_executor(self, name: ExecutorId, row: Row) -> bool:
        """Remove the row of somebody who is dead; give it back if it turns out to live."""
        removal = [Remove(EXECUTORS, row.key, row.token)]
        (made,) = commit_groups(self._committer, [removal])
        if made and leftovers.has_live_run(self._backend, name):
            # It woke up and began a run between the look and the commit. Without the row
            # others would take it for gone at once, and its run from it.
            self._give_back(row)
            return False
        return made

    def _give_back(self, row: Row) -> None:
        again = EXECUTORS.encode(EXECUTORS.decode(row), new_token())
        try:
            write_row(self._backend, self._waiter, Insert(EXECUTORS, again))
        except Conflict:
            return  # its heart has beaten meanwhile, and wrote the row itself

    _looks: Mapping[Leftover, Callable[[Sweep], _Tally]] = {
        Leftover.LOCK: _locks,
        Leftover.HELD_EVENT: _held_events,
        Leftover.INBOX: _inbox_rows,
        Leftover.ENTRY: _entries,
        Leftover.FILE: _files,
        Leftover.EXECUTOR: _executors,
        Leftover.COMMIT_MARK: _commit_marks,
    }
