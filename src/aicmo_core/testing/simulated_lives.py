"""What the processes of a simulation do: coordinators advance runs, persons have their say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any, TypeAlias

from aicmo_core.app import App
from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.errors import CancelRefused, NotParked, SignalRefused
from aicmo_core.runtime.executor import LAPSE
from aicmo_core.runtime.records import NOBODY, RUNS, RunRecord, RunState
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Signal, Workflow
from aicmo_core.storage import Backend, BackendUnavailable, OutcomeUnknown, compile_query
from aicmo_core.testing.faulty import Crash
from aicmo_core.testing.fixtures import MONDAY_MORNING
from aicmo_core.testing.simulated import Process, Shared

Act: TypeAlias = Callable[[Process, App], None]

UNAVAILABLE = (BackendUnavailable, OutcomeUnknown)
"""What a host is told to expect of a store, and to call again after."""


class Misused(ValueError):
    """The application of a process does not live in the simulation's time."""


class Lives:
    """
    The processes, and how the runs stand.

    Attributes:
        answers: What `run` has answered: the key, the run's id, and its state.
        overdue: What did not come to rest in time.
        satisfied: Says whether persons have nothing more to do about the runs.
    """

    def __init__(
        self,
        open_app: Callable[[Process], App],
        workflow: Workflow[Any],
        inputs: Sequence[Any],
        shared: Shared,
        *,
        steps: int,
        within: timedelta,
    ) -> None:
        self.shared = shared
        self.workflow = workflow
        self.inputs = {f"simulated-{n}": value for n, value in enumerate(inputs, 1)}
        self.answers: list[tuple[str, RunId, RunState]] = []
        self.overdue: list[str] = []
        self.satisfied: Callable[[Sequence[RunRecord]], bool] = lambda _: True
        self._open_app = open_app
        self._steps = steps
        self._within = within
        self._calm_at: timedelta | None = None
        self._eye: Backend | None = None

    def begin(self, name: str, act: Act) -> None:
        """Add a process that does *act*; when it dies, another takes its place."""
        self.shared.scheduler.spawn(name, lambda: self._live(name, act))

    def _live(self, name: str, act: Act) -> None:
        number = 0
        while True:
            number += 1
            process = Process(f"{name}.{number}", self.shared)
            try:
                app = self.open(process)
                act(process, app)
                app.close()
            except Crash:
                self.shared.scheduler.note("is gone")
                self.shared.scheduler.sleep(LAPSE * self.shared.random.choice([0, 0.1, 2]))
            else:
                return

    def open(self, process: Process) -> App:
        """
        Open the application of a process, again until the store lets it.

        Raises:
            Misused: It does not use what the process has.
        """
        while True:
            try:
                app = self._open_app(process)
            except UNAVAILABLE:
                process.waiter.wait(timedelta(seconds=1))
                continue
            if app._coordinator.waiter is not process.waiter or app.backend is not process.backend:
                raise Misused(
                    "the application has a store or a time of its own; open it with the process's: "
                    "open_app(process.backend, clock=process.clock, ids=process.ids, "
                    "waiter=process.waiter)"
                )
            process.keep_alive(app._executor)
            return app

    # -- coordinators ------------------------------------------------------------------------

    def coordinate(self, process: Process, app: App) -> None:
        """Begin runs, recover them and work on them, until all are at rest."""
        random, worker = self.shared.random, app.worker(1)

        def work() -> object:
            return worker.run_until_idle(watch=True)

        turns: list[Callable[[], object]] = [lambda: self._ask(process, app), work]
        if len(self.inputs) == 1:
            # It stays with a run that waits for a lock. Of several, the holder may be its own,
            # left by an error, and would wait for the next call.
            turns.append(app.recover)

        def turn() -> object:
            if self.shared.fate.calm and not self._missing():
                return work()  # from here on nobody needs to ask for a run that it comes to rest
            weights = [5 if self._missing() else 1, 3, 1]
            return random.choices(turns, weights[: len(turns)])[0]()

        self._take_turns(process, turn)

    def work(self, process: Process, app: App) -> None:
        """Work on whatever is due, as a worker of its own does: it never stays with a run."""
        worker = app.worker(1)
        self._take_turns(process, lambda: worker.run_until_idle(watch=True))

    def _take_turns(self, process: Process, turn: Callable[[], object]) -> None:
        random = self.shared.random
        while not self.at_rest():
            try:
                turn()
            except UNAVAILABLE as error:
                self.shared.scheduler.note(f"was told {type(error).__name__}")
            process.waiter.wait(timedelta(seconds=random.choice([0.01, 0.5, 3, 6])))

    def _ask(self, process: Process, app: App) -> None:
        """Ask for a run, by the same key until there is an answer, as hosts are told to."""
        key = self.shared.random.choice([*self._missing(), *self.inputs])
        if self.shared.random.random() < 0.3:
            app.start(self.workflow, self.inputs[key], key)
            return
        while True:
            try:
                run = app.run(self.workflow, self.inputs[key], key)
            except UNAVAILABLE as error:
                self.shared.scheduler.note(f"was told {type(error).__name__}")
                process.waiter.wait(timedelta(seconds=1))
            else:
                self.answers.append((key, run.id, run.state))
                return

    # -- how the runs stand ------------------------------------------------------------------

    @property
    def eye(self) -> Backend:
        """The store, as nobody of the simulation sees it: without faults and at once."""
        if self._eye is None:
            self._eye = self.shared.store()
            self._eye.prepare(self.shared.schemas)
        return self._eye

    def records(self) -> list[RunRecord]:
        """Return the rows of the runs, by key."""
        rows = [RUNS.decode(row) for row in self.eye.find(RUNS, compile_query(RUNS))]
        return sorted(rows, key=lambda record: record.key)

    def _missing(self) -> list[str]:
        there = {record.key for record in self.records()}
        return [key for key in self.inputs if key not in there]

    def at_rest(self) -> bool:
        """
        Return whether every run ended, is parked, or waits for a signal.

        Raises:
            Halted: It takes too long, although nothing fails any more.
        """
        records, fate = self.records(), self.shared.fate
        if len(self.shared.scheduler.schedule) >= self._steps:
            fate.calm = True
        busy = [record for record in records if not rests(record)]
        if not busy and not self._missing() and self.satisfied(records):
            fate.calm = True
            return True
        if fate.calm:
            self._hurry(busy)
        return False

    def _hurry(self, busy: Sequence[RunRecord]) -> None:
        now = self.shared.scheduler.elapsed
        if self._calm_at is None:
            self._calm_at = now
        awaited = [record.next_at - MONDAY_MORNING for record in busy if record.next_at]
        if now > max([self._calm_at, *awaited]) + self._within:
            self.overdue = [
                f"L1: {r.key} is {r.state.value}, of executor {r.executor or 'nobody'}, due "
                f"{r.next_at or 'never'}, {self._within} after the last fault"
                for r in busy
            ] or ["L1: persons or runs that were asked for do not come to an end"]
            self.shared.scheduler.halt()


def rests(record: RunRecord) -> bool:
    """Return whether nothing happens to a run unless somebody outside has his say."""
    if record.state is RunState.WAITING:
        return record.executor == NOBODY and record.next_at is None
    return not record.state.live


class Persons:
    """
    Whoever sends signals, cancels and repairs, at times that are drawn beforehand.

    Attributes:
        cancelled: The runs whose cancellation was acknowledged.
    """

    def __init__(
        self,
        lives: Lives,
        random: Random,
        signals: Sequence[tuple[Signal[Any], Any]],
        *,
        cancels: bool,
    ) -> None:
        self.cancelled: set[RunId] = set()
        self._lives = lives
        self._random = random
        self._repairs: dict[RunId, int] = {}
        self._left = [
            (self._draw(), self._sending(key, f"signal-{n}", signal, payload))
            for key in lives.inputs
            for n, (signal, payload) in enumerate(signals, 1)
            for _ in range(random.choice([1, 1, 2]))
        ]
        if cancels and random.random() < 0.3:
            self._left.append((self._draw(), self._cancelling(random.choice([*lives.inputs]))))
            random.shuffle(self._left)
        lives.satisfied = self.satisfied

    def _draw(self) -> timedelta:
        return timedelta(milliseconds=self._random.choice([0, 5, 30, 100, 300, 30_000]))

    def satisfied(self, records: Sequence[RunRecord]) -> bool:
        """Return whether every word was said, and each parked run was tried once more."""
        parked = [r for r in records if r.state is RunState.PARKED]
        return not self._left and all(self._repairs.get(r.run_id, 0) for r in parked)

    def act(self, process: Process, app: App) -> None:
        """Say what is to be said, and then look after what is parked."""
        while not self._lives.at_rest():
            wait, say = self._left[0] if self._left else (timedelta(seconds=2), self._repair)
            process.waiter.wait(wait)
            try:
                said = say(app)
            except UNAVAILABLE as error:
                self._lives.shared.scheduler.note(f"was told {type(error).__name__}")
                continue
            if said and self._left:
                del self._left[0]

    def _sending(
        self, key: str, name: str, signal: Signal[Any], payload: Any
    ) -> Callable[[App], bool]:
        # Here and now is inline, and waits for a lock; whoever holds it may need this person.
        advance = self._random.random() < 0.5 and len(self._lives.inputs) == 1

        def send(app: App) -> bool:
            run = self._found(app, key)
            if run is None:
                return False
            try:
                app.runs.signal(run.id, signal, payload, by="ines", key=name, advance=advance)
            except SignalRefused:
                return True
            return True

        return send

    def _cancelling(self, key: str) -> Callable[[App], bool]:
        advance = self._random.random() < 0.5

        def cancel(app: App) -> bool:
            run = self._found(app, key)
            if run is None:
                return False
            try:
                app.runs.cancel(run.id, by="ines", why="drawn", advance=advance)
            except CancelRefused:
                return True
            self.cancelled.add(run.id)
            return True

        return cancel

    def _repair(self, app: App) -> bool:
        """Try once more what is parked; of those that park again, waive nothing."""
        for run in app.runs.list(state=RunState.PARKED).items:
            if self._repairs.get(run.id, 0) < 2:
                self._repairs[run.id] = self._repairs.get(run.id, 0) + 1
                try:
                    app.runs.retry(run.id, by="ines", why="drawn")
                except NotParked:
                    continue
        return False

    def _found(self, app: App, key: str) -> Run | None:
        found = app.runs.find(self._lives.workflow.name, key)
        if found is None:
            self._lives.shared.scheduler.sleep(timedelta(milliseconds=50))
        return found
