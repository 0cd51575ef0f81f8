"""The built-in event targets keep what the port promises, and the kit fails those that do not."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

import pytest

from aicmo_core.hooks import EventMessage, EventTarget, Refusal, TargetUnavailable
from aicmo_core.providers.memory_target import MemoryEventTarget
from aicmo_core.providers.nats_target import NatsEventTarget
from aicmo_core.testing.targets import EventTargetConformance
from scenarios.nats_server import NatsServer, add_stream, read_stream


class TestMemoryEventTarget(EventTargetConformance):
    """A list."""

    too_large = 1_000_001
    kind = MemoryEventTarget

    @pytest.fixture
    def target(self) -> EventTarget:
        self.place = self.kind("kit")
        return self.place

    def another(self) -> EventTarget:
        return _Second(self.place)

    def stored(self) -> Sequence[EventMessage]:
        return self.place.stored

    def take_down(self) -> None:
        self.place.down = "the test says so"

    def bring_up(self) -> None:
        self.place.down = None


class _Second(EventTarget):
    """Another process's way to a memory target: closing it closes nothing else."""

    def __init__(self, place: MemoryEventTarget) -> None:
        self._place = place

    @property
    def name(self) -> str:
        return self._place.name

    @property
    def deduplicates(self) -> bool:
        return self._place.deduplicates

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        return self._place.publish(batch)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """A server that the tests of this file may stop and start."""
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    server.start()
    yield server
    server.stop()


class TestNatsEventTarget(EventTargetConformance):
    """A stream on a server of the test's own."""

    too_large = 1024 * 1024

    @pytest.fixture
    def target(self, server: NatsServer) -> Iterator[EventTarget]:
        self.server = server
        self.opened: list[EventTarget] = []
        server.start()
        self.stream = f"kit_{secrets.token_hex(6)}"
        add_stream(server.url, self.stream)
        yield self.another()
        for target in self.opened:
            target.close()

    def another(self) -> EventTarget:
        target = NatsEventTarget.open(f"{self.server.url}?stream={self.stream}")
        self.opened.append(target)
        return target

    def stored(self) -> Sequence[EventMessage]:
        return read_stream(self.server.url, self.stream)

    def take_down(self) -> None:
        self.server.stop()

    def bring_up(self) -> None:
        self.server.start()


# -- targets that are wrong on purpose --------------------------------------------------------


class AcknowledgesFirst(MemoryEventTarget):
    """Acknowledges what it has not stored yet: it keeps the newest for the next call."""

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        held, self.held = getattr(self, "held", []), list(batch[-1:])
        return super().publish([*held, *batch[:-1]])


class GoesOnAfterRefusal(MemoryEventTarget):
    """Stores what stands behind a refused event of the same aggregate."""

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        return [refusal for one in batch for refusal in super(type(self), self).publish([one])]


class NewestFirst(MemoryEventTarget):
    """Stores a batch in an order of its own."""

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        return super().publish(sorted(batch, key=lambda one: -one.n))


class SwallowsFailure(MemoryEventTarget):
    """Says nothing when it is down."""

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        try:
            return super().publish(batch)
        except TargetUnavailable:
            return []


KILLERS = {
    AcknowledgesFirst: "test_event_is_stored_when_publish_returns",
    GoesOnAfterRefusal: "test_refused_event_is_named_and_its_followers_are_not_stored",
    NewestFirst: "test_events_of_an_aggregate_are_stored_in_their_order",
    SwallowsFailure: "test_target_that_is_down_says_so",
}


def run(kind: type[MemoryEventTarget], case: str) -> None:
    suite = TestMemoryEventTarget()
    suite.place = kind("kit")
    getattr(suite, case)(suite.place)


@pytest.mark.parametrize("kind", KILLERS, ids=lambda kind: kind.__name__)
def test_target_that_breaks_a_promise_is_failed_by_its_case(kind: type[MemoryEventTarget]) -> None:
    """And the sound one passes it."""
    case = KILLERS[kind]

    run(MemoryEventTarget, case)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(kind, case)


def test_broken_targets_fail_promises_of_the_kit() -> None:
    """A case that is renamed is named anew here."""
    assert {case for case in KILLERS.values() if not hasattr(EventTargetConformance, case)} == set()
