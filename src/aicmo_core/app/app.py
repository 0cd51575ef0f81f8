"""The application, as its host sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self, TypeVar

from aicmo_core.app.parts import Parts, schemas
from aicmo_core.app.work import Work, Works
from aicmo_core.engines.inline import InlineEngine
from aicmo_core.engines.worker import Worker
from aicmo_core.hooks import Subscriber
from aicmo_core.kernel.errors import InvalidValue, Problem, UnknownName
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.values import describe
from aicmo_core.providers.ids import KeyedIds
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.delivery import Delivery
from aicmo_core.runtime.deployment import Deployment
from aicmo_core.runtime.events import Events
from aicmo_core.runtime.executor import BEAT, LAPSE, Executor
from aicmo_core.runtime.inbox import register
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.runtime.recovery import Recovered
from aicmo_core.runtime.relay import Relay
from aicmo_core.runtime.retention import Retention
from aicmo_core.runtime.runs import Run, Runs
from aicmo_core.runtime.starting import BATCH, Progress, Started
from aicmo_core.runtime.targets import Targets
from aicmo_core.runtime.wiring import try_adapters
from aicmo_core.runtime.writing import Observer
from aicmo_core.saga import Workflow
from aicmo_core.storage import Conflict

T = TypeVar("T")
In = TypeVar("In")
E = TypeVar("E", bound=Event)

TRANSACT_ATTEMPTS = 20
"""How often `App.transact` runs its function while others save the same rows."""


class App:
    """
    An application: modules on a backend, and the runs of its workflows.

    Open one with `open_app`. It may be used from any thread.
    """

    def __init__(self, parts: Parts) -> None:
        backend, clock, ids, waiter = parts.backend, parts.clock, parts.ids, parts.waiter
        self.backend = backend
        self.artifacts = parts.artifacts
        self.clock = clock
        self.ids = ids
        self.plugins = parts.plugins
        self.rules = parts.rules
        self.workflows = parts.workflows
        self.services = parts.services()
        backend.prepare(schemas(parts.modules))
        self._tried: set[str] = set()
        self._subscribed = 0
        self._works = Works(backend, self.services, parts.artifacts, clock, ids)
        self._executor = Executor(backend, clock, waiter, BEAT, LAPSE)
        delivery = Delivery(backend, self.services, clock, ids, waiter, parts.durable)
        self._targets = Targets(backend, waiter, parts.targets)
        self._relay = Relay(backend, parts.passing, delivery, self._targets)
        self._coordinator = self._coordinated(parts)
        self._engine = InlineEngine(self._coordinator)
        self.runs = Runs(self._coordinator, self._engine)
        self.definitions = Deployment(backend, self.workflows, self._coordinator.definitions)
        self.events = Events(backend, self._relay.redeliver)
        self.retention = Retention(
            self._coordinator, self.runs, parts.collections, clock, waiter, parts.artifacts
        )
        register(backend, clock, waiter, [*delivery.subscribers, *self._targets.names])

    def _coordinated(self, parts: Parts) -> Coordinator:
        return Coordinator(
            backend=parts.backend,
            services=self.services,
            workflows=self.workflows,
            collections=parts.collections | {c.name: c for c in SCHEMA.collections},
            clock=parts.clock,
            ids=parts.ids,
            keyed_ids=KeyedIds,
            waiter=parts.waiter,
            executor=self._executor,
            relay=self._relay,
            stores=parts.stores(),
            artifacts=parts.artifacts.url if parts.artifacts is not None else None,
        )

    def run(self, workflow: Workflow[In] | str, run_input: In, key: str | None = None) -> Run:
        """
        Run a workflow until it ends, is parked, or waits for a signal; return the run.

        Args:
            workflow: A registered workflow, or its name.
            run_input: An instance of the workflow's input class.
            key: Makes the run idempotent: the same key and input give the same run,
                whatever became of it.

        Raises:
            UnknownName: There is no such workflow.
            InputRefused: Its preparation refused the input; nothing was written.
            InvalidValue: The input is of another class, or may not be stored.
            PortMissing: An adapter asks for a port that nobody provides, or for files where
                the application has no place for them; nothing was written.
            KeyReused: The key belongs to a run with another input.
            RunPurged: The key belongs to a run that has ended and was purged.
            SubjectBarred: The input is about somebody whose data is, or was, erased.
            BackendUnavailable: The store failed. What was committed stays; call again
                with the same key, or `recover`.
        """
        registered = self._checked(workflow, run_input)
        return self._engine.run(registered, run_input, key)

    def start(self, workflow: Workflow[In] | str, run_input: In, key: str | None = None) -> Run:
        """
        Write a run of a workflow, and return at once: a worker advances it.

        Args and errors are those of `run`.
        """
        registered = self._checked(workflow, run_input)
        return self._engine.start(registered, run_input, key)

    def start_many(
        self,
        workflow: Workflow[In] | str,
        inputs: Iterable[In],
        *,
        keys: Iterable[str] | None = None,
        batch: int = BATCH,
        progress: Progress | None = None,
    ) -> Started:
        """
        Write a run for each of *inputs*, many in one commit, for workers to advance.

        All inputs and keys are looked at before anything is written. From then on each stands
        for itself: what becomes of it is what `start` does with it. If this is cut off, what
        was committed stays: call it again with the same keys, and each of them has one run.

        Args:
            workflow: A registered workflow, or its name.
            inputs: Instances of the workflow's input class.
            keys: One for each input, each as that of `run`. Without them, a call that was cut
                off cannot be repeated: nobody knows which inputs have a run.
            batch: How many runs are written in one commit.
            progress: Called after each commit with how many inputs are settled, and of how
                many. What it raises ends the call.

        Returns:
            Which runs were written, which were there, and which inputs were refused, and why:
            because of their key, their subject, or by the workflow's preparation.

        Raises:
            UnknownName: There is no such workflow.
            InvalidValue: An input is of another class, or may not be stored, or a key may not;
                `$[17]` is the eighteenth. Nothing was written.
            ValueError: *batch* is less than 1, or there is not one key for each input; nothing
                was written.
            PortMissing: See `run`; nothing was written.
            BackendUnavailable: The store failed. What was committed stays.
        """
        registered = self.workflow(workflow)
        self._try(registered)
        listed = None if keys is None else list(keys)
        return self._engine.start_many(registered, list(inputs), listed, batch, progress)

    def worker(self, threads: int = 4) -> Worker:
        """
        Return a worker for this application, not yet running.

        Args:
            threads: How many runs it advances at once.

        Raises:
            ValueError: *threads* is less than 1.
        """
        return Worker(self._coordinator, threads)

    def _checked(self, workflow: Workflow[In] | str, run_input: In) -> Workflow[In]:
        """Return the registered workflow, if this may be its input, and it can be run here."""
        registered = self.workflow(workflow)
        if type(run_input) is not registered.input:
            found = f"expected a {registered.input.__name__}, found {describe(run_input)}"
            raise InvalidValue(f"input of {registered.name}", (Problem("$", found),))
        self._try(registered)
        return registered

    def _try(self, workflow: Workflow[Any]) -> None:
        """Build the workflow's adapters before its first run: a step's failure comes too late."""
        if workflow.name not in self._tried:
            try_adapters(workflow, self.services, self._works.ports())
            self._tried.add(workflow.name)

    def workflow(self, workflow: Workflow[In] | str) -> Workflow[In]:
        """
        Return the registered workflow of this name and shape.

        Raises:
            UnknownName: There is none, or the registered one has another shape.
        """
        name = workflow if isinstance(workflow, str) else workflow.name
        found = self.workflows.get(name)
        if found is None:
            raise UnknownName("workflow", name, self.workflows)
        if not isinstance(workflow, str) and found.fingerprint != workflow.fingerprint:
            raise UnknownName(f"workflow of this shape (pass it to open_app): {name}", name, ())
        return found

    def recover(self, *, now: bool = False) -> Recovered:
        """
        Finish or compensate the runs whose executor is gone, and hand over pending events.

        A run is left as it is, and reported, if an adapter that it may still ask for cannot
        be built here: its steps would fail, and take it back for no fault of its own.

        Args:
            now: Take every other executor for gone, without watching its heartbeat. A
                living one loses its runs, but can do them no harm.
        """
        return self._engine.recover(now=now)

    def subscribe(self, event: type[E], handle: Callable[[E], None], name: str = "") -> None:
        """
        Call *handle* with each event of this class, or of a subclass, after its commit.

        It is called at least once per event that is handed out here, in the order of its
        aggregate. If it raises, the event stays pending, and `relay` hands it over again.
        For changes to be made once for every event, open the application with a
        `DurableSubscriber`.
        """
        self._subscribed += 1
        unique = name or f"{getattr(handle, '__qualname__', 'handler')}-{self._subscribed}"
        self._relay.subscribe(Subscriber(unique, event, handle))

    def observe(self, observer: Observer) -> None:
        """
        Call *observer* after each commit of a run made here, with its record and new entries.

        For progress and logs: it sees this process's runs only, and nothing again.
        What it raises is logged, and changes nothing.
        """
        self._coordinator.observers.append(observer)

    def relay(self) -> int:
        """
        Hand pending events to the subscribers, and send them to the targets; return how many.

        Durable subscribers that this application runs, and targets, are given all that is
        due to them, by whichever process it was committed. An event that is handed over and
        sent counts twice.
        """
        return self._relay.relay_pending()

    def unit_of_work(self) -> AbstractContextManager[Work]:
        """
        Give ports within one unit of work, and commit it at the end of the block.

        Nothing is written if the block raises, files included.

        Raises:
            Conflict: Somebody else saved the same rows meanwhile; nothing was written.
            BackendUnavailable: The store failed; nothing was written.
            OutcomeUnknown: The answer was lost, and the store cannot be asked.
        """
        return self._works.committed(self._coordinator.commit_work)

    def transact(self, function: Callable[[Work], T]) -> T:
        """
        Call *function* with a unit of work and commit it; again, within a bound, on a Conflict.

        Raises:
            Conflict: Others kept saving the same rows; nothing was written.
        """
        for attempt in range(1, TRANSACT_ATTEMPTS + 1):
            try:
                with self.unit_of_work() as work:
                    return function(work)
            except Conflict:
                if attempt == TRANSACT_ATTEMPTS:
                    raise
        raise AssertionError("unreachable")  # pragma: no cover

    def close(self) -> None:
        """Sign off and release the backend. Runs that have not ended can be recovered."""
        try:
            self._targets.close()
            self._relay.mark()
        finally:
            try:
                self._executor.close()
            finally:
                self.backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
