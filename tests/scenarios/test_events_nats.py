"""Events on their way to NATS JetStream, on real servers that are there, stop and come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from aicmo_core.hooks import EventMessage, EventTarget, Refusal, TargetUnavailable
from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.kernel.ids import CorrelationId, EventId
from aicmo_core.providers.nats_target import NatsEventTarget, read_nats_address
from aicmo_core.runtime.records import InboxState
from aicmo_core.testing.fixtures import MONDAY_MORNING
from scenarios.events_post import Posted, PostOffice, Weighed, post
from scenarios.nats_server import SERVER, NatsServer, add_stream, read_stream, shared_stream
from scenarios.stores import MemoryOracle, Oracle

BOXES = ("b", "c", "d")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    """A server of the test's own with a stream `post`."""
    server = NatsServer(tmp_path)
    server.start()
    add_stream(server.url, "post")
    yield server
    server.stop()


def ids(arrived: list[EventMessage]) -> dict[tuple[str, str], list[str]]:
    """Return the ids that arrived, in order, by aggregate."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in arrived:
        found.setdefault((one.collection, one.key), []).append(one.event_id)
    return found


def test_events_arrive_at_a_stream(oracle: Oracle) -> None:
    """As they are stored: from each backend, once, over a restart of the application."""
    office = PostOffice(oracle)

    with shared_stream() as stream:
        for _ in range(2):
            target = NatsEventTarget.open(f"{SERVER}?stream={stream}")
            with office.open(targets=[target]) as app:
                for box in BOXES:
                    post(app, box)
                    post(app, box, Weighed)
                app.relay()
        arrived = read_stream(SERVER, stream)

    assert ids(arrived) == office.events(Posted, Weighed)
    stored = {row[3]: row for row in office.rows("aicmo_outbox")}
    assert all((one.type, one.payload) == stored[one.event_id][4:6] for one in arrived)


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
def test_a_server_that_goes_away_in_the_middle(server: NatsServer, kill: bool) -> None:
    """Nothing is lost, and each aggregate's events are in order, however often it goes."""
    office = PostOffice(MemoryOracle())
    target = NatsEventTarget.open(f"{server.url}?stream=post")

    with office.open(targets=[target]) as app:
        for _ in range(3):
            for box in BOXES:
                post(app, box)
            app.relay()
            server.stop(kill=kill)
            for box in BOXES:
                post(app, box, Weighed)
            app.relay()
            assert app.events.list().items != ()
            server.start()
            office.waiter.wait(timedelta(minutes=1))
        app.relay()
        assert app.events.list().items == ()

    arrived = ids(read_stream(server.url, "post"))
    assert {about: list(dict.fromkeys(one)) for about, one in arrived.items()} == office.events(
        Posted, Weighed
    )


class LosesAnswers(NatsEventTarget):
    """Publishes, and then says that nobody acknowledged: every second time."""

    calls = 0

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        refused = super().publish(batch)
        self.calls += 1
        if self.calls % 2:
            raise TargetUnavailable(self.name, "the answer was lost")
        return refused


def test_acknowledgements_that_are_lost(server: NatsServer) -> None:
    """What is sent again is dropped by the stream, which has its id already."""
    office = PostOffice(MemoryOracle())
    target = LosesAnswers(read_nats_address(f"{server.url}?stream=post"))

    with office.open(targets=[target]) as app:
        for _ in range(4):
            for box in BOXES:
                post(app, box)
            app.relay()
            office.waiter.wait(timedelta(minutes=1))
        app.relay()
        assert app.events.list().items == ()

    assert target.calls >= 4
    assert ids(read_stream(server.url, "post")) == office.events(Posted)


def test_an_event_that_the_stream_refuses(server: NatsServer) -> None:
    """It is a dead letter, and the other aggregates' events arrive."""
    add_stream(server.url, "small", max_msg_size=700)
    office = PostOffice(MemoryOracle())
    large = "x" * 400

    with office.open(targets=[NatsEventTarget.open(f"{server.url}?stream=small")]) as app:
        post(app, large)
        post(app, "b")
        app.relay()
        (backlog,) = app.events.list()

    assert (backlog.subscriber, backlog.key) == ("nats:small", large)
    assert backlog.state is InboxState.DEAD
    assert "maximum" in (backlog.reason or "")
    assert list(ids(read_stream(server.url, "small"))) == [("post_boxes", "b")]


def test_a_stream_that_is_not_there(server: NatsServer) -> None:
    """The error says how to make it; a stream that takes other subjects does not do."""
    target = NatsEventTarget.open(f"{server.url}?stream=agency")
    other = NatsEventTarget.open(f"{server.url}?stream=agency&prefix=post")
    event = EventMessage(
        EventId("1"), "m.Posted", "post_boxes", "b", 1, "{}", MONDAY_MORNING, CorrelationId("run")
    )

    with pytest.raises(TargetUnavailable, match=r"nats stream add agency --subjects 'agency\.>'"):
        target.publish([event])
    with pytest.raises(TargetUnavailable, match="expected stream"):
        other.publish([evolve(event, n=2)])

    _close(target, other)
    assert read_stream(server.url, "post") == []


def _close(*targets: EventTarget) -> None:
    for target in targets:
        target.close()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("nats://host:4222", r"\$\.stream"),
        ("nats:?stream=agency", "nats://HOST"),
        ("nats://host?stream=agency&retries=5", r"\$\.retries"),
    ],
)
def test_a_url_that_names_no_stream(url: str, problem: str) -> None:
    """It is refused before anything is connected."""
    with pytest.raises(InvalidValue, match=problem):
        NatsEventTarget.open(url)


def test_what_is_shown_of_an_address() -> None:
    """No password: neither in the name nor in an error."""
    target = NatsEventTarget.open("nats://user:secret@127.0.0.1:1?stream=agency")

    with pytest.raises(TargetUnavailable) as raised:
        target.publish([])
    target.close()

    assert target.name == "nats:agency"
    assert "127.0.0.1:1" in str(raised.value)
    assert "secret" not in str(raised.value)
