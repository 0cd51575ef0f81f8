"""Targets: every event is sent, in order, and one in trouble is alone with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from aicmo_core import Event, RunState, open_app
from aicmo_core.hooks import EventMessage, Refusal, Subscriber
from aicmo_core.kernel import UnknownName
from aicmo_core.kernel.event import Retracted
from aicmo_core.providers.memory_target import MemoryEventTarget
from aicmo_core.runtime.plugins import PluginClash
from aicmo_core.runtime.records import InboxState
from aicmo_core.runtime.targets import BATCH
from aicmo_core.storage import BackendUnavailable, Batch
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.events_post import Parcel, Posted, PostOffice, Reader, Sealed, Weighed, parcel, post
from scenarios.stores import MemoryOracle, Oracle

BOX = ("post_boxes", "b")


class Stream(MemoryEventTarget):
    """
    A target of the test's that keeps every arrival, also the second of one event.

    Attributes:
        refuses: Ids that it refuses.
        batches: How many events each call brought.
    """

    def __init__(self, name: str = "stream") -> None:
        super().__init__(name)
        self.refuses: set[str] = set()
        self.arrived: list[EventMessage] = []
        self.batches: list[int] = []

    @property
    def deduplicates(self) -> bool:
        return False

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        self.batches.append(len(batch))
        if self.down is not None:
            return super().publish(batch)
        refused: dict[tuple[str, str], Refusal] = {}
        for one in batch:
            about = (one.collection, one.key)
            if one.event_id in self.refuses:
                refused.setdefault(about, Refusal(one.event_id, "it is too large"))
            if about not in refused:
                self.arrived.append(one)
        return list(refused.values())

    def close(self) -> None:
        """Another process of the same test uses it next."""

    def ids(self) -> dict[tuple[str, str], list[str]]:
        """Return what arrived, in order of first arrival, by aggregate."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for one in self.arrived:
            found.setdefault((one.collection, one.key), {})[one.event_id] = None
        return {about: list(ids) for about, ids in found.items()}


@pytest.fixture
def office() -> PostOffice:
    """A store in memory."""
    return PostOffice(MemoryOracle())


def test_every_event_is_sent_once_its_relay_runs(oracle: Oracle) -> None:
    """Of every class, in order per aggregate, and not again."""
    office, stream = PostOffice(oracle), Stream()

    with office.open(targets=[stream]) as app:
        for _ in range(3):
            post(app, "b")
            post(app, "c", Weighed)
        assert stream.batches == []
        assert (app.relay(), app.relay()) == (6, 0)
        post(app, "b")
        assert app.relay() == 1

    assert stream.ids() == office.events(Posted, Weighed)
    assert len(stream.arrived) == 7
    sent = [one for one in stream.arrived if one.key == "b"]
    stored = {row[3]: row for row in office.rows("aicmo_outbox")}
    assert [one.n for one in sent] == [1, 2, 3, 4]
    assert all((one.type, one.payload) == stored[one.event_id][4:6] for one in sent)


def test_a_process_that_does_not_have_the_target(office: PostOffice) -> None:
    """Its events are kept, like those for a durable subscriber that it does not run."""
    stream = Stream()
    office.open(targets=[stream]).close()
    with office.open([Subscriber("other", Event, lambda _: None)]) as other:
        post(other, "b")
        post(other, "b")
        other.relay()
        (backlog,) = other.events.list()
        assert (backlog.subscriber, backlog.waiting) == ("memory:stream", 2)

    with office.open(targets=[stream]) as app:
        assert app.relay() == 2

    assert stream.ids() == office.events(Posted)


def test_events_from_before_the_target_was_registered(office: PostOffice) -> None:
    """What was handed out then does not come; what comes later does."""
    with office.open([Subscriber("other", Event, lambda _: None)]) as other:
        post(other, "b")

    stream = Stream()
    with office.open(targets=[stream]) as app:
        post(app, "b")
        app.relay()

    assert stream.ids() == {BOX: office.events(Posted)[BOX][1:]}


def test_a_target_that_is_down_delays_itself_only(office: PostOffice) -> None:
    """It is left alone for a while, longer each time, and then gets everything in order."""
    down, up = Stream("down"), Stream("up")
    reader = Reader("reader", Posted)
    down.down = "no route to host"

    with office.open([reader.subscriber], targets=[down, up]) as app:
        for _ in range(5):
            post(app, "b")
            app.relay()
        assert down.batches == [1]
        assert up.ids() == {BOX: office.took("reader")["b"]} == office.events(Posted)

        office.waiter.wait(timedelta(seconds=1))
        app.relay()
        office.waiter.wait(timedelta(seconds=1))
        app.relay()
        assert down.batches == [1, 5]

        down.down = None
        office.waiter.wait(timedelta(seconds=1))
        assert app.relay() == 5
        assert app.events.list().items == ()

    assert down.ids() == office.events(Posted)


def test_a_target_that_is_mended_is_not_left_alone_any_more(office: PostOffice) -> None:
    """A success ends the series of failures."""
    stream = Stream()
    with office.open(targets=[stream]) as app:
        for _ in range(2):
            stream.down = "no route to host"
            post(app, "b")
            app.relay()
            stream.down = None
            office.waiter.wait(timedelta(seconds=1))
            assert app.relay() == 1


def test_a_target_that_breaks_its_contract(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """It is treated like one that is down, and logged with its trace."""

    class Buggy(Stream):
        def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
            raise ZeroDivisionError

    with office.open(targets=[Buggy("buggy"), stream := Stream()]) as app:
        post(app, "b")
        assert app.relay() == 1

    assert stream.ids() == office.events(Posted)
    assert "ZeroDivisionError" in caplog.text


def test_an_event_that_the_target_refuses(oracle: Oracle) -> None:
    """It is a dead letter with its reason; only its aggregate waits, until it is redriven."""
    office, stream = PostOffice(oracle), Stream()

    with office.open(targets=[stream]) as app:
        for _ in range(3):
            post(app, "b")
            post(app, "c")
        ids = office.events(Posted)
        stream.refuses = {ids[BOX][1]}
        assert app.relay() == 4
        assert stream.ids() == {BOX: ids[BOX][:1], ("post_boxes", "c"): ids["post_boxes", "c"]}
        (backlog,) = app.events.list()
        assert (backlog.subscriber, backlog.state) == ("memory:stream", InboxState.DEAD)
        assert (backlog.waiting, backlog.reason) == (2, "it is too large")
        again = app.events.redrive("memory:stream", *BOX, by="ann", why="perhaps")
        assert (again.state, again.failures) == (InboxState.DEAD, 1)

        stream.refuses.clear()
        after = app.events.redrive("memory:stream", *BOX, by="ann", why="the limit is higher")

    assert (after.state, after.waiting) == (InboxState.IDLE, 0)
    assert stream.ids() == ids


def test_a_refused_event_that_is_given_up(office: PostOffice) -> None:
    """The later ones go on, and it can be sent later, alone."""
    stream = Stream()
    with office.open(targets=[stream]) as app:
        post(app, "b")
        post(app, "b")
        first, second = office.events(Posted)[BOX]
        stream.refuses = {first}
        app.relay()

        app.events.give_up("memory:stream", *BOX, by="ann", why="of no use")
        assert stream.ids() == {BOX: [second]}
        stream.refuses.clear()
        app.events.redrive("memory:stream", *BOX, 1, by="bob", why="of use after all")

    assert stream.ids() == {BOX: [second, first]}


def test_a_held_event_of_a_run_that_is_taken_back_is_never_sent(office: PostOffice) -> None:
    """And nothing waits for it."""
    stream = Stream()

    with office.open(targets=[stream]) as app:
        run = app.run(parcel, Parcel("b", fails=True))
        app.relay()
        assert app.events.list().items == ()

    assert run.state is RunState.COMPENSATED
    assert stream.ids() == {BOX: _without_sealed(office)}


def _without_sealed(office: PostOffice) -> list[str]:
    return office.events(Posted, Weighed, Retracted)[BOX]


def test_a_held_event_of_a_run_that_completes_is_sent(office: PostOffice) -> None:
    """In its place."""
    stream = Stream()

    with office.open(targets=[stream]) as app:
        app.run(parcel, Parcel("b"))
        app.relay()

    assert stream.ids() == office.events(Posted, Sealed, Weighed)


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_at_every_commit_of_a_relay(fault: Fault) -> None:
    """Nothing is lost, first arrivals are in order, and what comes twice has the same id."""
    reached = 0
    for number in range(1, 6):
        office, stream = PostOffice(MemoryOracle()), Stream()
        office.open(targets=[stream]).close()
        with office.open() as nobody:
            for box in ("b", "c", "b", "d", "b"):
                post(nobody, box)
        stream.refuses = {office.events(Posted)["post_boxes", "c"][0]}
        faulty = FaultyBackend(office.oracle.backend())
        app = office.open(targets=[stream], backend=faulty)
        faulty.plan[faulty.commits + number] = fault
        last = faulty.commits + number
        with suppress(Crash, BackendUnavailable):
            app.relay()
            app.relay()
        reached += faulty.commits >= last
        faulty.plan.clear()
        with suppress(Crash):
            app.close()

        with office.open(targets=[stream]) as later:
            later.relay()
            (dead,) = later.events.list().items
            assert (dead.key, dead.state) == ("c", InboxState.DEAD)
            stream.refuses.clear()
            later.events.redrive(dead.subscriber, dead.collection, "c", by="ann", why="mended")
            assert later.events.list().items == ()

        assert stream.ids() == office.events(Posted)
    assert reached >= 2


def test_two_processes_that_send_to_one_target(shared: Oracle) -> None:
    """One that is overtaken sends again what the other sent, and skips nothing."""
    office, stream = PostOffice(shared), Stream()
    faulty = FaultyBackend(shared.backend())

    def other_relays(_: Batch) -> None:
        with office.open(targets=[stream]) as other:
            post(other, "b")
            other.relay()

    with office.open(targets=[stream], backend=faulty) as app:
        post(app, "b")
        post(app, "b")
        faulty.plan[faulty.commits + 2] = other_relays
        app.relay()
        app.relay()
        assert app.events.list().items == ()

    assert stream.ids() == office.events(Posted)
    assert [one.n for one in stream.arrived] == [1, 2, 1, 2, 3]


def test_a_long_aggregate_beside_short_ones(office: PostOffice) -> None:
    """Batches are bounded, and the short ones do not wait for the end of the long one."""
    stream = Stream()
    office.open(targets=[stream]).close()
    with office.open() as nobody:
        for _ in range(BATCH * 2):
            post(nobody, "b")
        for number in range(10):
            post(nobody, f"c{number}")

    with office.open(targets=[stream]) as app:
        app.relay()

    assert len(stream.arrived) == BATCH * 2 + 10
    assert max(stream.batches) <= BATCH
    assert {one.key for one in stream.arrived[: stream.batches[0]]} == {
        "b",
        *(f"c{number}" for number in range(10)),
    }
    assert stream.ids() == office.events(Posted)


# -- start-up ----------------------------------------------------------------------------------


def test_a_target_by_its_url() -> None:
    """Found by the scheme, among what plugins offer."""
    with open_app(allow=[], targets=["memory:by-url"]) as app:
        assert app.events.subscribers() == ("memory:by-url",)

    with pytest.raises(UnknownName, match="kafka"):
        open_app(allow=[], targets=["kafka://host/topic"])


def test_a_target_with_the_name_of_another(office: PostOffice) -> None:
    """Or of a durable subscriber: both would be remembered under it."""
    reader = Reader("memory:stream", Posted)

    with pytest.raises(PluginClash, match="memory:stream"):
        office.open(targets=[Stream(), Stream()])
    with pytest.raises(PluginClash, match="memory:stream"):
        office.open([reader.subscriber], targets=[Stream()])
