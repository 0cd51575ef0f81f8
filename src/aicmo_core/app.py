"""
The wiring: plugins, a backend, an artifact store and an engine become an application.

Nothing else in the library knows all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike, fspath
from types import TracebackType
from typing import Any, Self, TypeVar

from aicmo_core.engines.inline import InlineEngine
from aicmo_core.engines.worker import Worker
from aicmo_core.hooks import (
    AnySubscriber,
    ArtifactStore,
    DocumentRenderer,
    Documents,
    DurableSubscriber,
    EventTarget,
    Module,
    Provides,
    RuleBook,
    Subscriber,
    provides,
)
from aicmo_core.kernel.clock import Clock, Ids, Waiter
from aicmo_core.kernel.errors import InvalidValue, Problem, UnknownName
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import CorrelationId
from aicmo_core.kernel.rules import RuleSet
from aicmo_core.kernel.values import describe
from aicmo_core.providers.clock import SystemClock
from aicmo_core.providers.ids import KeyedIds, Uuid7Ids
from aicmo_core.providers.waiter import SystemWaiter
from aicmo_core.runtime.artifacts import ArtifactStores, RunArtifacts
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.delivery import Delivery
from aicmo_core.runtime.deployment import Deployment
from aicmo_core.runtime.events import Events
from aicmo_core.runtime.executor import BEAT, LAPSE, Executor
from aicmo_core.runtime.inbox import register
from aicmo_core.runtime.plugins import PluginClash, Plugins, load_plugins
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.runtime.recovery import Recovered
from aicmo_core.runtime.relay import Relay
from aicmo_core.runtime.retention import Retention
from aicmo_core.runtime.rules import HostRules, Rules
from aicmo_core.runtime.runs import Run, Runs
from aicmo_core.runtime.services import Services
from aicmo_core.runtime.starting import BATCH, Progress, Started
from aicmo_core.runtime.targets import Targets
from aicmo_core.runtime.wiring import (
    check_adapters,
    check_subscribers,
    check_workflows,
    try_adapters,
)
from aicmo_core.runtime.writing import Observer
from aicmo_core.saga import Workflow
from aicmo_core.storage import Backend, Conflict, ModuleSchema, OutcomeUnknown, UnitOfWork

P = TypeVar("P")
T = TypeVar("T")
In = TypeVar("In")
E = TypeVar("E", bound=Event)

TRANSACT_ATTEMPTS = 20
"""How often `App.transact` runs its function while others save the same rows."""


class Work:
    """A host's own unit of work: ports of all modules, and one commit at the end."""

    def __init__(self, app: App) -> None:
        ids = app.ids
        correlation = CorrelationId(ids.new())
        self._unit = UnitOfWork(app.backend, ids, app.clock, correlation)
        self._files: RunArtifacts | None = None
        if app.artifacts is not None:
            self._files = RunArtifacts(app.artifacts, f"host-{correlation}")
        self._ports = app.services.open(self._unit, self._files)

    def port(self, port: Callable[..., P]) -> P:
        """
        Return the adapter of a port, within this unit of work.

        Raises:
            PortMissing: Nobody provides it.
        """
        return self._ports.get(port)

    def _discard(self) -> None:
        """Remove the files of a unit of work that was not committed."""
        if self._files is not None:
            self._files.remove_written()


class App:
    """
    An application: modules on a backend, and the runs of its workflows.

    Open one with `open_app`. It may be used from any thread.
    """

    def __init__(
        self,
        *,
        backend: Backend,
        modules: Sequence[Module],
        workflows: Iterable[Workflow[Any]],
        providers: Sequence[Provides[Any]],
        subscribers: Iterable[AnySubscriber],
        targets: Sequence[EventTarget],
        documents: Documents,
        artifacts: ArtifactStore | None,
        open_store: Callable[[str], ArtifactStore],
        clock: Clock,
        ids: Ids,
        waiter: Waiter,
        plugins: Plugins,
        rules: Rules,
    ) -> None:
        self.backend = backend
        self.artifacts = artifacts
        self.clock = clock
        self.ids = ids
        self.plugins = plugins
        self.rules = rules
        self.workflows = {w.name: w for w in workflows}
        for workflow in self.workflows.values():
            workflow.check()
        collections = {c.name: c for m in modules for c in m.collections}
        owners = {c.name: m.name for m in modules for c in m.collections}
        own = {c.name: c for c in SCHEMA.collections}
        self.services = Services(
            modules,
            [
                *providers,
                provides(Clock).by(lambda _: clock),
                provides(Ids).by(lambda _: ids),
                provides(RuleBook).by(lambda _: rules),
                provides(Documents).by(lambda _: documents),
            ],
            owners,
        )
        check_adapters(self.services)
        check_workflows(self.workflows.values(), self.services)
        everybody = list(subscribers)
        durable = [s for s in everybody if isinstance(s, DurableSubscriber)]
        check_subscribers(durable, self.services)
        backend.prepare(schemas(modules))
        self._tried: set[str] = set()
        self._stores = ArtifactStores(open_store)
        if artifacts is not None:
            self._stores.add(artifacts)
        self._executor = Executor(backend, clock, waiter, BEAT, LAPSE)
        delivery = Delivery(backend, self.services, clock, ids, waiter, durable)
        passing = [s for s in everybody if isinstance(s, Subscriber)]
        self._targets = Targets(backend, waiter, targets)
        self._relay = Relay(backend, passing, delivery, self._targets)
        self._coordinator = Coordinator(
            backend=backend,
            services=self.services,
            workflows=self.workflows,
            collections=collections | own,
            clock=clock,
            ids=ids,
            keyed_ids=KeyedIds,
            waiter=waiter,
            executor=self._executor,
            relay=self._relay,
            stores=self._stores,
            artifacts=artifacts.url if artifacts is not None else None,
        )
        self._engine = InlineEngine(self._coordinator)
        self._subscribed = 0
        self.runs = Runs(self._coordinator, self._engine)
        self.definitions = Deployment(backend, self.workflows, self._coordinator.definitions)
        self.events = Events(backend, self._relay.redeliver)
        self.retention = Retention(
            self._coordinator, self.runs, collections, clock, waiter, artifacts
        )
        register(backend, clock, waiter, [*delivery.subscribers, *self._targets.names])

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
            try_adapters(workflow, self.services, Work(self)._ports)
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

    @contextmanager
    def unit_of_work(self) -> Iterator[Work]:
        """
        Give ports within one unit of work, and commit it at the end of the block.

        Nothing is written if the block raises, files included.

        Raises:
            Conflict: Somebody else saved the same rows meanwhile; nothing was written.
            BackendUnavailable: The store failed; nothing was written.
            OutcomeUnknown: The answer was lost, and the store cannot be asked.
        """
        work = Work(self)
        try:
            yield work
        except BaseException:
            work._discard()
            raise
        try:
            self._coordinator.commit_work(work._unit)
        except OutcomeUnknown:
            raise  # the rows may be there, and refer to the files
        except Exception:
            work._discard()
            raise

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


def schemas(modules: Sequence[Module]) -> list[ModuleSchema]:
    """Return what a backend prepares for *modules*: the library's own schema first."""
    declared = [ModuleSchema(m.name, tuple(m.collections), m.migrations) for m in modules]
    return [SCHEMA, *(schema for schema in declared if schema.collections)]


def _rule_sets(modules: Sequence[Module]) -> list[RuleSet[Any]]:
    return [rule_set for module in modules for rule_set in module.rules]


def open_backend(url: str, plugins: Plugins) -> Backend:
    """
    Return the backend that *url* names, not yet prepared.

    Raises:
        UnknownName: No plugin offers its scheme.
    """
    scheme = url.partition(":")[0].partition("+")[0].lower()
    if scheme not in plugins.backends:
        raise UnknownName("database URL scheme", scheme, plugins.backends)
    backend: Backend = plugins.backends[scheme].value.open(url)
    return backend


def open_store(url: str | PathLike[str], plugins: Plugins) -> ArtifactStore:
    """
    Return the artifact store that *url*, or the path of a folder, names.

    Raises:
        UnknownName: No plugin offers its scheme.
    """
    text = fspath(url)
    scheme, colon, _ = text.partition(":")
    if not colon or len(scheme) == 1 or scheme not in plugins.artifact_stores:
        if "://" in text:
            raise UnknownName("artifact store URL scheme", scheme, plugins.artifact_stores)
        scheme = "file"
    store: ArtifactStore = plugins.artifact_stores[scheme].value.open(text)
    return store


def open_target(url: str, plugins: Plugins) -> EventTarget:
    """
    Return the target of events that *url* names. Nothing is connected yet.

    Raises:
        UnknownName: No plugin offers its scheme.
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in plugins.event_targets:
        raise UnknownName("event target URL scheme", scheme, plugins.event_targets)
    target: EventTarget = plugins.event_targets[scheme].value.open(url)
    return target


def open_renderer(name: str, plugins: Plugins) -> DocumentRenderer:
    """
    Return what makes documents in the format *name*.

    Raises:
        UnknownName: No plugin offers the format.
        DocumentUnavailable: What it needs is not installed; the message says what is.
    """
    if name not in plugins.document_formats:
        raise UnknownName("document format", name, plugins.document_formats)
    renderer: DocumentRenderer = plugins.document_formats[name].value.open()
    return renderer


def _all_documents(plugins: Plugins, formats: Sequence[str | DocumentRenderer]) -> Documents:
    """
    Return the renderers, opened.

    Raises:
        PluginClash: Two of them are for one format, whose files would have one name.
    """
    opened = [open_renderer(one, plugins) if isinstance(one, str) else one for one in formats]
    names = [renderer.format for renderer in opened]
    for name in names:
        if names.count(name) > 1:
            raise PluginClash("document format", name, "the host", "the host")
    return Documents(tuple(opened))


def _all_targets(
    plugins: Plugins, targets: Sequence[str | EventTarget], subscribers: Iterable[AnySubscriber]
) -> list[EventTarget]:
    """
    Return the targets, opened.

    Raises:
        PluginClash: One has the name of another, or of a durable subscriber, under which
            both would be remembered.
    """
    opened = [open_target(t, plugins) if isinstance(t, str) else t for t in targets]
    names = {one.name for one in subscribers if isinstance(one, DurableSubscriber)}
    for target in opened:
        if target.name in names:
            raise PluginClash("event target", target.name, "the host", "the host")
        names.add(target.name)
    return opened


def _all_subscribers(plugins: Plugins, added: Sequence[AnySubscriber]) -> list[AnySubscriber]:
    """
    Return the plugins' subscribers and the host's.

    Raises:
        PluginClash: Two durable ones have one name, under which both would be remembered.
    """
    everybody = [*plugins.subscriber_list(), *added]
    names: set[str] = set()
    for one in everybody:
        if isinstance(one, DurableSubscriber):
            if one.name in names:
                raise PluginClash(
                    "durable subscriber", one.name, "a plugin or the host", "the host"
                )
            names.add(one.name)
    return everybody


def open_app(
    url: str | Backend = "memory:",
    *,
    artifacts: str | PathLike[str] | ArtifactStore | None = None,
    modules: Sequence[Module] = (),
    workflows: Sequence[Workflow[Any]] = (),
    providers: Sequence[Provides[Any]] = (),
    subscribers: Sequence[AnySubscriber] = (),
    targets: Sequence[str | EventTarget] = (),
    documents: Sequence[str | DocumentRenderer] = (),
    rules: HostRules | None = None,
    plugins: Plugins | None = None,
    allow: Sequence[str] | None = None,
    deny: Sequence[str] = (),
    clock: Clock | None = None,
    ids: Ids | None = None,
    waiter: Waiter | None = None,
) -> App:
    """
    Open an application on a backend.

    Args:
        url: `memory:`, `sqlite:///agency.db`, `postgresql://…`, or whatever a plugin
            offers; or a backend.
        artifacts: A folder or the URL of a store for files; without it, a module that
            writes files cannot.
        modules: The host's own, besides the plugins'.
        workflows: The host's own. One with a plugin workflow's name takes its place.
        providers: Implementations of provider ports, which take precedence.
        subscribers: The host's own. The durable ones are registered in the store, so that
            events are kept for them from now on.
        targets: Where `relay` sends every event that is committed from now on, such as
            `nats://broker:4222?stream=agency`, or whatever a plugin offers.
        rules: The host's changes to rule sets, by the set's name: a JSON file, or what such
            a file holds. They come after the plugins' changes.
        documents: In which formats a package has its report besides HTML, such as `["pdf"]`,
            or whatever a plugin offers; or renderers.
        plugins: What to use instead of loading the installed plugins.
        allow: Load only plugins of these distributions, besides this one's, by name or by
            name and versions: `["aicmo-legal-review==1.2", "other>=1,<2"]`.
        deny: Load no plugins of these distributions.
        clock: Instead of the system's.
        ids: Instead of UUIDv7.
        waiter: Instead of the system's.

    Raises:
        InvalidValue: An entry of *allow* or *deny* cannot be read, or a change to a rule
            set cannot be used; every wrong place of it is listed.
        UnknownName: No plugin offers the URL's scheme, or a format of documents, or no
            module has the rule set.
        DocumentUnavailable: What a format needs is not installed.
        PluginClash: Two plugins, or a plugin and the host, claim one name or table, or
            two plugins change one rule.
        PortProvidedTwice: Two modules, or two plugins' providers, provide one port.
        PortMissing: A module or a step asks for a port that nobody provides.
        PortCircle: Adapters need one another to be built.
        OwnershipError: An adapter opens a collection of another module.
        AdapterUnsound: The code of an adapter cannot be imported.
        WorkflowInvalid: A step's return annotation is missing or does not resolve.
        DeclarationError: A module's migrations are missing, or do not follow one another.
        BackendUnavailable: The store cannot be used: missing, locked, read-only,
            unmigrated, newer, or other than declared; the error says which, and what
            mends it.
    """
    found = plugins if plugins is not None else load_plugins(allow, deny)
    backend = url if isinstance(url, Backend) else open_backend(url, found)
    store: ArtifactStore | None
    if artifacts is None or isinstance(artifacts, ArtifactStore):
        store = artifacts
    else:
        store = open_store(artifacts, found)
    by_name = {w.name: w for w in [*found.workflow_list(), *workflows]}
    try:
        all_modules = found.with_modules(modules)
        everybody = _all_subscribers(found, subscribers)
        return App(
            backend=backend,
            modules=all_modules,
            workflows=by_name.values(),
            providers=[*found.provider_list(), *providers],
            subscribers=everybody,
            targets=_all_targets(found, targets, everybody),
            documents=_all_documents(found, documents),
            artifacts=store,
            open_store=lambda address: open_store(address, found),
            clock=clock or SystemClock(),
            ids=ids or Uuid7Ids(),
            waiter=waiter or SystemWaiter(),
            plugins=found,
            rules=Rules(_rule_sets(all_modules), found.rule_changes, rules),
        )
    except BaseException:
        if backend is not url:
            backend.close()
        raise
