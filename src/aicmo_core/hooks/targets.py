"""Where events are sent outside: targets such as a stream of a broker."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import define, frozen

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.kernel.ids import CorrelationId, EventId


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
