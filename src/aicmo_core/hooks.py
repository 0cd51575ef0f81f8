"""
The plugin contract: the hooks, and what a plugin hands over through them.

A plugin is a module or object that is named by an entry point in the group
`aicmo_core` and implements some of the hooks below with `hookimpl`. The built-in
modules, backends and workflows register in exactly this way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import pluggy
from attrs import Attribute, define, field, frozen
from attrs.validators import ge, matches_re

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import CorrelationId, EventId
from aicmo_core.kernel.money import Money
from aicmo_core.kernel.rules import RuleSet, RuleVersion, in_package
from aicmo_core.saga.retry import RetryPolicy
from aicmo_core.storage import Backend, Collection, Store

if TYPE_CHECKING:
    from aicmo_core.documents import Document
    from aicmo_core.saga import Workflow

P = TypeVar("P")
R = TypeVar("R")

ENTRY_POINT_GROUP = "aicmo_core"
HOOK_VERSION = "1.0"
"""Semantic version of this contract. A plugin that needs another major version is refused."""

hookspec = pluggy.HookspecMarker("aicmo_core")
hookimpl = pluggy.HookimplMarker("aicmo_core")


# -- ports and their adapters ----------------------------------------------------------------


class Scope(ABC):
    """What an adapter is built from: one unit of work, and everything that it may reach."""

    @property
    @abstractmethod
    def store(self) -> Store:
        """The collections of the adapter's own module, in this unit of work."""

    @abstractmethod
    def get(self, port: Callable[..., P]) -> P:
        """
        Return the adapter or provider of *port*: the same one within a unit of work.

        Raises:
            PortMissing: Nobody provides it.
        """


@frozen
class Provides(Generic[P]):
    """
    A port and how its adapter is built, once for each unit of work that asks for it.

    Write it as `provides(Port).by(build)`: a type checker then refuses a build that
    returns something else. What a build asks of its scope is read from its code when an
    application is opened, so that a port which nobody provides is refused then; building
    has no effect of its own, for an adapter may be built to try it.

    Attributes:
        default: Whether it gives way to another that provides the same port.
    """

    port: Callable[..., P]
    build: Callable[[Scope], P]
    default: bool = False


@frozen
class _Provider(Generic[P]):
    port: Callable[..., P]

    def by(self, build: Callable[[Scope], P]) -> Provides[P]:
        return Provides(self.port, build)

    def by_default(self, build: Callable[[Scope], P]) -> Provides[P]:
        """Like `by`, for a provider that whoever brings a better one may replace."""
        return Provides(self.port, build, default=True)


def provides(port: Callable[..., P]) -> _Provider[P]:
    """Begin `provides(Port).by(build)`. (A callable, because mypy refuses an ABC as a type[P].)"""
    return _Provider(port)


@frozen
class Module:
    """
    One module of the monolith.

    Attributes:
        name: Unique; the label of its migration branch.
        collections: What it owns. No other module can open them.
        adapters: The ports that it provides.
        migrations: The dotted package of its migrations. None only if it owns nothing.
        contract_version: The semantic version of its `api`.
        rules: What it decides by. Its adapters read them from the `RuleBook`.
    """

    name: str
    collections: Sequence[Collection[Any]] = field(factory=tuple)
    adapters: Sequence[Provides[Any]] = field(factory=tuple)
    migrations: str | None = None
    contract_version: str = "1.0.0"
    rules: Sequence[RuleSet[Any]] = field(factory=tuple)


# -- rules: what a module decides by ------------------------------------------------------------


class RuleBook(ABC):
    """The rule sets of an application, as its plugins and its host have changed them."""

    @abstractmethod
    def read(self, rule_set: RuleSet[R]) -> R:
        """
        Return the rules of a set: the same object each time.

        Raises:
            UnknownName: No module declares this set.
            InvalidValue: The module's own file is not valid.
        """

    @abstractmethod
    def version(self, rule_set: RuleSet[Any]) -> RuleVersion:
        """Return which rules these are. Raises what `read` does."""

    @abstractmethod
    def changed(self, used: Sequence[RuleVersion]) -> tuple[RuleVersion, ...]:
        """Return those of *used* that are not in force here: others are, or none of the name."""


@frozen
class RuleChange:
    """
    A plugin's change to a rule set, its own module's or another's.

    Attributes:
        rules: The set's name.
        data: What a file of rules holds: `version`, and the fields that are changed.
    """

    rules: str
    data: Mapping[str, Any]

    @classmethod
    def from_package(cls, rules: str, package: str, file: str) -> RuleChange:
        """
        Return the change that a JSON file of a plugin's own package holds.

        Raises:
            InvalidValue: It is no JSON in UTF-8, or not an object.
        """
        return cls(rules, in_package(package, file))


# -- providers: what a module needs from outside ------------------------------------------------


@frozen
class Artifact:
    """
    A complete object in an artifact store.

    Attributes:
        path: Its place under the store's root, with `/` between parts.
        size: In bytes.
        sha256: Of its content, in lower-case hexadecimal.
    """

    path: str
    size: int
    sha256: str


class ArtifactStore(ABC):
    """
    A place for files. Paths are generated by the library, never taken from a client's text.

    An object is there completely or not at all, however the writer ends.
    """

    @property
    @abstractmethod
    def url(self) -> str:
        """The address that opens this same store again, in another process too."""

    @abstractmethod
    def put(self, path: str, data: bytes) -> Artifact:
        """
        Write a complete object, over an earlier one if there is one.

        Raises:
            ArtifactRefused: *path* leaves the root, or is not made of plain names.
            ArtifactUnavailable: The store cannot be written, or does not answer; no part of it
                is there, unless all of it is.
        """

    @abstractmethod
    def get(self, path: str) -> bytes:
        """
        Return the content of an object.

        Raises:
            NotFound: There is none.
            ArtifactRefused: *path* leaves the root, or is not made of plain names.
            ArtifactUnavailable: The store cannot be read.
        """

    @abstractmethod
    def list(self, prefix: str) -> list[str]:
        """
        Return the paths of all objects under the folder *prefix*, sorted.

        Raises:
            ArtifactUnavailable: The store cannot be listed.
        """

    @abstractmethod
    def remove(self, prefix: str) -> None:
        """
        Remove all objects under the folder *prefix*, and it. Nothing there is no error.

        Raises:
            ArtifactRefused: *prefix* is empty, leaves the root, or is not made of plain names.
            ArtifactUnavailable: Something could not be removed.
        """

    @abstractmethod
    def locate(self, path: str) -> str:
        """Return where a person finds the object or folder: a file path or a URL."""


class Artifacts(ABC):
    """
    The part of the artifact store that belongs to the current run.

    What a run writes is removed when the run is compensated.
    """

    @abstractmethod
    def put(self, name: str, data: bytes) -> Artifact:
        """
        Write a file of the run; writing the same name again replaces it.

        Args:
            name: Generated, made of ASCII letters, digits, `.`, `_`, `-`, and `/` for folders.

        Raises:
            ArtifactRefused: The name is made of anything else.
            ArtifactUnavailable: The store cannot be written.
        """

    @abstractmethod
    def get(self, path: str) -> bytes:
        """
        Return the content of any object, by the path of its `Artifact`.

        Raises:
            NotFound: There is none.
        """


class ArtifactRefused(AicmoError):
    """The path of an artifact is not acceptable. Paths are made of plain generated names."""


class ArtifactUnavailable(AicmoError):
    """
    The artifact store cannot be used now: it is full, read-only or out of reach.

    Mend what the message names, then try again; a run's key makes that harmless.
    """


@define
class TextUnavailable(AicmoError):
    """
    A provider of text does not answer now, or cut its answer short.

    Try again later. Whether it charges for the call is not known.
    """

    provider: str
    reason: str
    retry_after: timedelta | None = None
    """How long it asks to be left alone, if it says so."""

    def __str__(self) -> str:
        return f"text provider {self.provider} is not available: {self.reason}"


@define
class TextRefused(AicmoError):
    """
    A provider of text refuses the request, or is not set up for it; so it will again.

    Mend what the message names: the key, the model, the length of the request.
    """

    provider: str
    reason: str

    def __str__(self) -> str:
        return f"text provider {self.provider} refuses: {self.reason}"


@frozen
class TextData:
    """
    Material for a text: what it is called, and what it says. It instructs nobody.

    Attributes:
        name: The caller's own word for it, of ASCII letters, digits and `_`.
        content: Any text, or several: a client's words stand here and nowhere else.
    """

    name: str = field(validator=matches_re(r"[A-Za-z0-9_]{1,64}"))
    content: str | tuple[str, ...]


@frozen
class TextRequest:
    """
    What a provider of text is asked for.

    Attributes:
        instructions: What to write from the data, and how. The caller's own words: nothing
            that a client, a model or a file said is put in.
        data: What it is written from.
        schema: A JSON Schema of the answer, as JSON text. The provider may pass it on; the
            caller checks the answer.
        offline: The answer of a provider without a model: the caller's own text, of that
            schema.
        most_tokens: How long the answer may be.
        key: Names the request: the same when it is made again, in any process.
    """

    instructions: str
    data: tuple[TextData, ...]
    schema: str
    offline: str
    most_tokens: int = field(validator=ge(1))
    key: str


@frozen
class TextAnswer:
    """
    What a provider of text answered.

    Attributes:
        text: As it came: nothing about it has been checked.
        cost: What it costs.
        input_tokens: How many were read, as the provider counts them.
        output_tokens: How many were written.
    """

    text: str
    cost: Money
    input_tokens: int = 0
    output_tokens: int = 0


def _not_negative(_: object, attribute: Attribute[Money], value: Money) -> None:
    if value.amount < 0:
        raise ValueError(f"{attribute.name} must not be negative, found {value}")


@frozen
class TextPrice:
    """
    What a model's text costs, as the host declares it: for a million tokens, in one currency.

    Raises:
        ValueError: One is negative, or the currencies differ.
    """

    read: Money = field(validator=_not_negative)
    written: Money = field(validator=_not_negative)

    def __attrs_post_init__(self) -> None:
        if self.read.currency != self.written.currency:
            raise ValueError(f"expected one currency, found {self.read} and {self.written}")

    def of(self, input_tokens: int, output_tokens: int) -> Money:
        """Return what a call costs, not rounded."""
        tokens = self.read.amount * input_tokens + self.written.amount * output_tokens
        return Money(tokens / 1_000_000, self.read.currency)


class TextProvider(ABC):
    """
    Writes text: a language model, or what stands in for one.

    Making one has no effect outside: it connects when it is first asked. It may be asked
    from any thread.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """What drafts name it by: stable, at most 200 bytes, without a key."""

    @abstractmethod
    def most_cost(self, request: TextRequest) -> Money:
        """Return what *request* costs at most, in the currency of every answer, asking nobody."""

    @abstractmethod
    def write(self, request: TextRequest) -> TextAnswer:
        """
        Ask once, and return what was answered, for at most `most_cost`.

        The instructions are not mixed with the data, and nothing in the data ends its block.

        Raises:
            TextUnavailable: Nothing, or not the whole answer, came. It may be charged.
            TextRefused: The request was refused, and would be again.
        """


# -- documents ------------------------------------------------------------------------------------


@define
class DocumentUnavailable(AicmoError):
    """
    A document cannot be made in this format here.

    Install what the message names, or open the application without the format.
    """

    format: str
    reason: str

    def __str__(self) -> str:
        return f"no document in the format {self.format!r}: {self.reason}"


@frozen
class RenderedDocument:
    """
    A document as a file.

    Attributes:
        data: The whole file.
        undisplayed: What its fonts have no letters for, so that a reader sees boxes.
    """

    data: bytes
    undisplayed: tuple[str, ...] = ()


class DocumentRenderer(ABC):
    """
    Makes documents in one format. Making one has no effect outside.

    It may be asked from any thread.
    """

    @property
    @abstractmethod
    def format(self) -> str:
        """The format's name and the ending of its files: "pdf"."""

    @property
    @abstractmethod
    def purpose(self) -> str:
        """What a client wants the file for, in a few words."""

    @abstractmethod
    def render(self, document: Document) -> RenderedDocument:
        """
        Return *document* as a file: the same bytes for the same document.

        All text is text, whatever it looks like. It asks no clock and opens no connection.

        Raises:
            DocumentUnavailable: The document cannot be made.
        """


@frozen
class Documents:
    """
    The formats that an application makes documents in, besides a module's own.

    Attributes:
        renderers: One for each format, in the order in which the host named them.
    """

    renderers: tuple[DocumentRenderer, ...] = ()


@frozen
class DocumentFormat:
    """
    A kind of document, found by the name of its format.

    Attributes:
        name: As `DocumentRenderer.format` gives it.
        open: Makes the renderer. It raises DocumentUnavailable if what it needs is missing.
        description: One line for `aicmo plugins`.
    """

    name: str = field(validator=matches_re(r"[a-z0-9]{1,10}"))
    open: Callable[[], DocumentRenderer]
    description: str = ""


# -- what else a plugin may offer -----------------------------------------------------------------


@frozen
class BackendProvider:
    """
    A kind of backend, found by the scheme of a URL.

    Attributes:
        scheme: The part of the URL before its first `:`.
        open: Makes a backend from the whole URL. It connects no earlier than `prepare`.
        description: One line for `aicmo plugins`.
    """

    scheme: str
    open: Callable[[str], Backend]
    description: str = ""


@frozen
class ArtifactStoreProvider:
    """A kind of artifact store, found by the scheme of a URL."""

    scheme: str
    open: Callable[[str], ArtifactStore]


# -- who is told of events ------------------------------------------------------------------------

EventTypes: TypeAlias = type[Event] | tuple[type[Event], ...]
"""An event class, or several, whose events come in one order. Subclasses come with them."""

Handler: TypeAlias = Callable[[Any], None]


@frozen
class Subscriber:
    """
    Somebody in this process who is told of events, in order for each aggregate.

    At least once each, if the process lives and the handler takes them: what is handed
    out while this process is not there is not kept for it. A `DurableSubscriber` misses
    nothing.

    Attributes:
        name: Unique.
        event: The event class, or several; subclasses are handed over too.
        handle: Called with the event, after its commit.
    """

    name: str
    event: EventTypes
    handle: Handler


class EventContext(ABC):
    """What a durable subscriber's handler is given besides the event: one unit of work."""

    @property
    @abstractmethod
    def attempt(self) -> int:
        """The number of this attempt at this event, from 1."""

    @property
    @abstractmethod
    def idempotency_key(self) -> str:
        """
        Names what the handler does outside: the same each time that it has this event.

        Hand it to the service that is called, so that a repeated call has no second effect.
        """

    @abstractmethod
    def port(self, port: Callable[..., P]) -> P:
        """
        Return the adapter of a port, within the unit of work that is committed afterwards.

        Raises:
            PortMissing: Nobody provides it.
        """


DurableHandler: TypeAlias = Callable[[EventContext, Any], None]

PERSISTENT = RetryPolicy(max_attempts=10, initial=timedelta(seconds=1))
"""What a durable subscriber gets unless it says otherwise: ten attempts in some nine minutes."""

_NAME_BYTES = 200


def _plain_name(_: object, __: Attribute[str], value: str) -> None:
    if not value.strip() or len(value.encode()) > _NAME_BYTES:
        raise ValueError(f"a name is text of at most {_NAME_BYTES} bytes, found {value!r}")


@frozen
class DurableSubscriber:
    """
    Somebody whose changes for an event are made once, in order for each aggregate.

    What the handler does through its context's ports is one commit with the note that
    the event was taken. So it happens once per event, whoever dies and however many
    processes run the subscriber at once; the handler itself may be called again for what
    was not committed. Every event that is committed after the subscriber was registered,
    by the first application that is opened with it, is kept until it is taken, by
    whichever process runs it.

    Attributes:
        name: Unique and stable: where it stands is remembered under it.
        event: The event class, or several; subclasses are handed over too.
        handle: Called with a context and the event. If it raises, the event is tried
            again as *retry* says, and then stays as a dead letter for a person.
        retry: When it is tried again.
        unordered: Whether an event that was given up is set aside, and the later ones of
            its aggregate go on. Otherwise they wait behind it.
    """

    name: str = field(validator=_plain_name)
    event: EventTypes
    handle: DurableHandler
    retry: RetryPolicy = PERSISTENT
    unordered: bool = False


AnySubscriber: TypeAlias = Subscriber | DurableSubscriber


# -- where events are sent ------------------------------------------------------------------------


@frozen
class EventMessage:
    """
    A committed event on its way to a target.

    Attributes:
        event_id: The same each time that it is sent.
        type: The full name of its class.
        collection: With *key*, the aggregate that it is about.
        key: Any text; a key of several fields as JSON.
        n: Its place among the aggregate's events. Later events have higher ones.
        payload: JSON, the envelope included.
        occurred_at: Aware, UTC.
    """

    event_id: EventId
    type: str
    collection: str
    key: str
    n: int
    payload: str
    occurred_at: datetime
    correlation_id: CorrelationId


@frozen
class Refusal:
    """An event that a target can never store as it is, and why."""

    event_id: EventId
    reason: str


@define
class TargetUnavailable(AicmoError):
    """
    A target of events does not answer, or did not acknowledge. The events wait in the store.

    They are sent again after a while. Mend what the message names; nothing else waits for it.
    """

    target: str
    reason: str

    def __str__(self) -> str:
        return f"event target {self.target} is not available: {self.reason}"


class EventTarget(ABC):
    """
    A place outside that every committed event is sent to, such as a stream of a broker.

    Making one has no effect outside: it connects when it first publishes. One thread at a
    time calls it, and not always the same one.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """What its place is remembered under: stable, at most 200 bytes, without a password."""

    @property
    @abstractmethod
    def deduplicates(self) -> bool:
        """Whether an event that is sent again soon is kept once, known by its id."""

    @abstractmethod
    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        """
        Send events, and return when every one is stored but those that are returned.

        The events of one aggregate come in the batch in their order, are stored in it, and
        behind those of earlier calls. Nothing is said about the order of two aggregates.
        An event that is stored already is acknowledged like a new one.

        A refused event is one that can never be stored, because it is too large, say. Of
        its aggregate none behind it is stored; the batch's other aggregates are.

        Raises:
            TargetUnavailable: Some events were not acknowledged. Of each aggregate a
                beginning is stored, which may be none or all of the batch; sending the
                same batch again completes it.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of what it holds; again is no error. To publish is refused afterwards."""


@frozen
class EventTargetProvider:
    """
    A kind of target, found by the scheme of a URL.

    Attributes:
        scheme: The part of the URL before its first `:`.
        open: Makes a target from the whole URL. It connects no earlier than `publish`.
    """

    scheme: str
    open: Callable[[str], EventTarget]
    description: str = ""


class Hooks:
    """The hooks. A plugin implements those that it needs and leaves out the rest."""

    @hookspec
    def aicmo_module(self) -> Module:  # type: ignore[empty-body]
        """Return the module that this plugin adds."""

    @hookspec
    def aicmo_backends(self) -> Sequence[BackendProvider]:  # type: ignore[empty-body]
        """Return the backends that this plugin adds, by URL scheme."""

    @hookspec
    def aicmo_artifact_stores(self) -> Sequence[ArtifactStoreProvider]:  # type: ignore[empty-body]
        """Return the artifact stores that this plugin adds, by URL scheme."""

    @hookspec
    def aicmo_providers(self) -> Sequence[Provides[Any]]:  # type: ignore[empty-body]
        """
        Return implementations of provider ports; the host's own take precedence.

        Two plugins cannot provide one port, unless one of them does so by default.
        """

    @hookspec
    def aicmo_document_formats(self) -> Sequence[DocumentFormat]:  # type: ignore[empty-body]
        """Return the kinds of documents that this plugin adds, by the name of their format."""

    @hookspec
    def aicmo_workflows(self) -> Sequence[Workflow[Any]]:  # type: ignore[empty-body]
        """Return the workflows that this plugin adds."""

    @hookspec
    def aicmo_subscribers(self) -> Sequence[AnySubscriber]:  # type: ignore[empty-body]
        """Return the subscribers that this plugin adds, durable or not."""

    @hookspec
    def aicmo_event_targets(self) -> Sequence[EventTargetProvider]:  # type: ignore[empty-body]
        """Return the kinds of targets for events that this plugin adds, by URL scheme."""

    @hookspec
    def aicmo_rules(self) -> Sequence[RuleChange]:  # type: ignore[empty-body]
        """
        Return changes to rule sets. The host's own come after them.

        Two plugins cannot change one entry.
        """
