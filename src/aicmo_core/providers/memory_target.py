"""A target of events that lives as long as its process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from weakref import WeakValueDictionary

from aicmo_core.hooks import EventMessage, EventTarget, Refusal, TargetUnavailable
from aicmo_core.kernel.ids import EventId

_living: WeakValueDictionary[str, MemoryEventTarget] = WeakValueDictionary()
_opening = threading.Lock()


class MemoryEventTarget(EventTarget):
    """
    A list of events in this process, for tests and for trying things out.

    Args:
        name: What it is called, after `memory:`.
        max_bytes: The largest payload that it stores.

    Attributes:
        down: Why it does not answer, if it does not. May be set at any time.
    """

    def __init__(self, name: str = "events", max_bytes: int = 1_000_000) -> None:
        self.down: str | None = None
        self._closed = False
        self._name = name
        self._max_bytes = max_bytes
        self._stored: dict[EventId, EventMessage] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, url: str) -> MemoryEventTarget:
        """Return the target of this URL: the same one while it is held and not closed."""
        name = url.removeprefix("memory:") or "events"
        with _opening:
            found = _living.get(name)
            if found is None or found._closed:
                found = _living[name] = cls(name)
        return found

    @property
    def name(self) -> str:
        return f"memory:{self._name}"

    @property
    def deduplicates(self) -> bool:
        return True

    @property
    def stored(self) -> list[EventMessage]:
        """What was sent here, in the order of arrival."""
        with self._lock:
            return list(self._stored.values())

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        if self._closed:
            raise TargetUnavailable(self.name, "it was closed")
        if self.down is not None:
            raise TargetUnavailable(self.name, self.down)
        refused: dict[tuple[str, str], Refusal] = {}
        with self._lock:
            for message in batch:
                aggregate = (message.collection, message.key)
                if aggregate in refused:
                    continue
                if (size := len(message.payload.encode())) > self._max_bytes:
                    reason = f"a payload has at most {self._max_bytes} bytes, found {size}"
                    refused[aggregate] = Refusal(message.event_id, reason)
                    continue
                self._stored.setdefault(message.event_id, message)
        return list(refused.values())

    def close(self) -> None:
        self._closed = True
