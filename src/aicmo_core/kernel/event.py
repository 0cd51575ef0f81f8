"""Domain events: facts in the past tense, stored with the change that caused them."""

from datetime import UTC, datetime
from enum import Enum
from typing import ClassVar, Self

from attrs import field, frozen

from aicmo_core.kernel.generated import evolver
from aicmo_core.kernel.ids import CorrelationId, EventId

_UNSTAMPED = datetime(1, 1, 1, tzinfo=UTC)


class Release(Enum):
    """When an event that a run's step emitted is handed to subscribers."""

    AT_ONCE = "at_once"
    """After its commit. If the run is taken back, a `Retracted` follows."""
    AT_END = "at_end"
    """When the run has completed. If it is taken back instead: never."""


@frozen(kw_only=True)
class Event:
    """
    The base of every domain event.

    A subclass adds what a subscriber needs in order to act without asking back.
    The envelope is filled in by `emit`; whoever creates an event leaves it out.

    Attributes:
        event_id: Identifies this event for ever; a subscriber may see it twice.
        occurred_at: When the step that caused it ran. Aware, UTC.
        correlation_id: The id of the run that caused it, or what the host named.
        release: Of the class: when a run's event may be acted on. While it waits, so do
            the later events of its aggregate. Outside of a run there is nothing to wait for.
        subject_field: Of the class: the field with the id of whom the event is about, by
            which it is found when that person's data is erased. None: it is about nobody.
    """

    release: ClassVar[Release] = Release.AT_ONCE
    subject_field: ClassVar[str | None] = None

    event_id: EventId = field(default=EventId(""))
    occurred_at: datetime = field(default=_UNSTAMPED)
    correlation_id: CorrelationId = field(default=CorrelationId(""))

    def stamped(
        self, event_id: EventId, occurred_at: datetime, correlation_id: CorrelationId
    ) -> Self:
        """Return this event with its envelope filled in."""
        stamp = evolver(type(self), "event_id", "occurred_at", "correlation_id")
        return stamp(self, event_id, occurred_at, correlation_id)


@frozen
class Retracted(Event):
    """
    Earlier events no longer hold: the change that caused them was taken back.

    It is stored in the commit of the undo, after them, about the same aggregate.
    Events are never deleted.
    """

    event_ids: tuple[EventId, ...]


@frozen
class Redacted(Event):
    """
    What an event said is not kept any more: it was purged, or whom it was about was erased.

    It stands in the event's place, under the event's id. Nobody who listens to the
    event's own class is told of it.

    Attributes:
        was: The full name of the class that the event was of.
    """

    was: str
