"""Who is told of events in the application's own processes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from attrs import Attribute, field, frozen

from aicmo_core.kernel.event import Event
from aicmo_core.saga.retry import RetryPolicy

P = TypeVar("P")

EventTypes: TypeAlias = type[Event] | tuple[type[Event], ...]
"""An event class, or several, whose events come in one order. Subclasses come with them."""

Handler: TypeAlias = Callable[[Any], None]
"""What a subscriber calls: a function of one event."""


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
"""What a durable subscriber calls: a function of a context and one event."""

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
"""What an application is opened with: subscribers of both kinds."""
