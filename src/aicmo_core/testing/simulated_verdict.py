"""What must hold of a simulation: who wrote what while it went on, and what is there at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from aicmo_core.app import App
from aicmo_core.kernel.ids import CorrelationId, RunId
from aicmo_core.runtime.records import EXECUTORS, JOURNAL, LOCKS, OUTBOX, RUNS, RunState
from aicmo_core.runtime.runs import Run
from aicmo_core.storage import Batch, Insert, compile_query
from aicmo_core.testing.crashes import left_behind
from aicmo_core.testing.journal_rules import Declared, broken_rules
from aicmo_core.testing.simulated import Process
from aicmo_core.testing.simulated_lives import Lives, Misused, Persons

Oracle: TypeAlias = Callable[[App, Sequence[Run]], Iterable[str]]
"""Returns what is wrong with the runs when all is over, a sentence each; called once."""

_BY_ANYBODY = ("signalled", "cancelled", "late_effect", "voided")


class Ownership:
    """
    Watches that a run's entries are written by whoever has the run (S5), and none when it ended.

    Attributes:
        broken: What was seen otherwise, a sentence each.
    """

    def __init__(self) -> None:
        self.broken: list[str] = []
        self._executors: dict[str, str] = {}

    def watch(self, process: Process, changes: Batch) -> Callable[[], None]:
        """Look at a batch before it is written; return what to call when it is."""
        for change in changes:
            if isinstance(change, Insert) and change.collection is EXECUTORS:
                self._executors[str(change.row.key[0])] = process.name
        entries = [c for c in changes if isinstance(c, Insert) and c.collection is JOURNAL]
        found = [why for entry in entries for why in self._wrong(process, entry)]
        return lambda: self.broken.extend(found)

    def _wrong(self, process: Process, entry: Insert) -> Iterable[str]:
        record = JOURNAL.decode(entry.row)
        row = process.backend.inner.get(RUNS, RUNS.encode_key(record.run_id))
        if row is None:
            return
        run = RUNS.decode(row)
        said = f"entry {record.seq} of {run.key}, {record.kind} {record.step}, is by {process.name}"
        if run.state.ended and record.kind not in ("late_effect", "voided"):
            yield f"S10: {said}, when the run was {run.state.value}"
        owner = self._executors.get(run.executor, "nobody")
        if record.kind not in _BY_ANYBODY and owner != process.name:
            yield f"S5: {said}, when {owner} had the run"


class Verdict:
    """
    Judges the end of a simulation.

    Attributes:
        broken: The promises that do not hold, a sentence each.
        states: How each run stands.
    """

    def __init__(
        self, lives: Lives, persons: Persons, ownership: Ownership, oracle: Oracle | None
    ) -> None:
        self.broken: list[str] = []
        self.states: tuple[RunState, ...] = ()
        self._lives = lives
        self._persons = persons
        self._ownership = ownership
        self._oracle = oracle

    def reach(self) -> None:
        """
        Judge; once every other task is done.

        Raises:
            Misused: The application cannot be simulated.
        """
        scheduler = self._lives.shared.scheduler
        self._note_raised()
        self.broken += [*self._ownership.broken, *self._lives.overdue]
        if scheduler.exhausted:
            self.broken.append(f"L1: no end within {len(scheduler.schedule)} points")
        if self.broken or scheduler.halted:
            return
        self._lives.begin("judge", lambda _, app: self._judge(app))
        scheduler.run()
        self._note_raised()

    def _note_raised(self) -> None:
        raised = self._lives.shared.scheduler.raised
        for who, error in raised:
            if isinstance(error, Misused):
                raise error
            self.broken.append(f"{who} raised {type(error).__name__}: {error}")
        raised.clear()

    def _judge(self, app: App) -> None:
        app.relay()
        records = self._lives.records()
        runs = [run for r in records if (run := app.runs.get(r.run_id)) is not None]
        self.states = tuple(run.state for run in runs)
        keys = Counter(record.key for record in records)
        self.broken += [f"S6: {key} has {n} runs" for key, n in keys.items() if n > 1]
        for run in runs:
            self.broken += [f"{run.key}: {why}" for why in self._wrong_with(app, run)]
        self.broken += self._answers(runs)
        self.broken += self._pending(app, runs)
        if self._oracle is not None:
            self.broken += self._oracle(app, runs)

    def _wrong_with(self, app: App, run: Run) -> Iterable[str]:
        audit, lives = app.runs.audit(run.id), self._lives
        if not audit.entries:
            yield "no progress was made: its journal is empty, and shows nothing"
        yield from broken_rules(audit.entries, Declared.of(lives.workflow), run.state.value)
        if run.state.ended and not audit.balanced:
            yield "its ledger does not balance"
        if run.state in (RunState.COMPENSATED, RunState.CANCELLED):
            yield from left_behind(lives.eye, lives.shared.schemas, audit.entries)
        if run.state.ended:
            rows = lives.eye.find(LOCKS, compile_query(LOCKS, {"run_id": run.id}, "name"))
            yield from (f"it has ended, and holds the lock {row.key[0]}" for row in rows)
        if run.id in self._persons.cancelled and run.state is RunState.COMPLETED:
            yield "S11: it completed, although its cancellation was acknowledged"

    def _answers(self, runs: Sequence[Run]) -> Iterable[str]:
        """What `run` has answered must hold (S15)."""
        now: dict[str, tuple[RunId, RunState]] = {run.key: (run.id, run.state) for run in runs}
        for key, run_id, state in self._lives.answers:
            if now[key][0] != run_id or (state.ended and now[key][1] is not state):
                yield f"S15: {key} was answered as {run_id}, {state.value}; now {now[key]}"

    def _pending(self, app: App, runs: Sequence[Run]) -> Iterable[str]:
        """Return the events that wait, although somebody listens (L3)."""
        if app._relay.idle:
            return
        open_runs = {CorrelationId(run.id) for run in runs if not run.state.ended}
        for row in self._lives.eye.find(OUTBOX, compile_query(OUTBOX)):
            event = OUTBOX.decode(row)
            if not event.relayed and event.correlation_id not in open_runs:
                yield f"L3: {event.type} about {event.collection} {event.key} was not handed over"
