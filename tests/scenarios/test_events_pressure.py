"""Back-pressure: what waits, waits in the store, and neither memory nor a commit pays for it."""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from aicmo_core import Event
from aicmo_core.hooks import DurableSubscriber, EventContext, EventMessage, Refusal, Subscriber
from aicmo_core.providers.memory_target import MemoryEventTarget
from aicmo_core.runtime.delivery import AT_A_COMMIT
from aicmo_core.runtime.records import OutboxRecord
from aicmo_core.storage import Batch, Collection, Query, Row
from aicmo_core.testing.faulty import FaultyBackend
from scenarios.events_post import Posted, PostOffice, Reader, Weighed, post
from scenarios.stores import MemoryOracle, SqliteOracle

PENDING = int(os.environ.get("AICMO_PENDING_EVENTS", "4500"))
"""How many events wait; 100000 takes minutes."""

HELD = 2_000
"""The bound: how many of the outbox's records may be in memory at once."""


class Counted(FaultyBackend):
    """Counts how many of the outbox's records are alive: at each commit, and some of the reads."""

    most = 0

    def commit(self, changes: Batch) -> None:
        self.count_records()
        super().commit(changes)

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        found = list(super().find(collection, query))
        if self.reads % 100 == 0:
            self.count_records()
        return found

    def count_records(self) -> None:
        alive = sum(type(one) is OutboxRecord for one in gc.get_objects())
        self.most = max(self.most, alive)


class Nowhere(MemoryEventTarget):
    """Acknowledges, and keeps only how many came."""

    count = 0
    largest = 0

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        self.count += len(batch)
        self.largest = max(self.largest, len(batch))
        return []


@pytest.fixture
def pending(tmp_path: Path) -> PostOffice:
    """A store with pending events: half of them of one box, with ids that fall, and many boxes."""
    office = PostOffice(SqliteOracle(tmp_path))
    with office.open() as nobody:
        post(nobody, "seed")
    (like,) = office.rows("aicmo_outbox")
    rows = []
    for number in range(PENDING):
        box, n = ("long", number // 2 + 1) if number % 2 else (f"b{number // 20}", number % 20 // 2)
        row = list(like)
        event_id = PENDING - number if box == "long" else number
        row[1], row[2], row[3] = box, n + (box != "long"), f"{event_id:08d}-{box}"
        row[5] = row[5].replace(like[3], row[3]).replace('"seed"', f'"{box}"')
        rows.append(row)
    with sqlite3.connect(office.oracle.url.removeprefix("sqlite:///")) as connection:
        places = ",".join("?" * len(like))
        connection.executemany(f"insert into aicmo_outbox values ({places})", rows)
    connection.close()
    return office


def test_relaying_very_many_pending_events(pending: PostOffice) -> None:
    """Every one comes to everybody, and the records in memory stay few."""
    told: dict[str, list[str]] = {}

    def tell(event: Posted) -> None:
        told.setdefault(event.box_id, []).append(event.event_id)

    taken: list[int] = []
    durable = DurableSubscriber("counts", Weighed, lambda context, event: taken.append(1))
    target = Nowhere()
    counted = Counted(pending.oracle.backend())
    with pending.open([Subscriber("told", Posted, tell), durable], counted, [target]) as app:
        app.relay()
        assert app.events.not_handed_out() == 0
        assert app.events.list().items == ()

    assert (sum(map(len, told.values())), target.count) == (PENDING + 1, PENDING + 1)
    assert all(ids == sorted(ids, reverse=box == "long") for box, ids in told.items())
    assert 0 < counted.most <= HELD
    assert max(len(batch) for batch in counted.batches) <= HELD


def test_a_durable_subscriber_that_is_far_behind_when_its_aggregate_changes() -> None:
    """The committing thread delivers a bounded part of it; the relay does the rest, in order."""
    office, reader = PostOffice(MemoryOracle()), Reader("reader", Posted)
    office.open([reader.subscriber]).close()
    with office.open() as nobody:
        for _ in range(AT_A_COMMIT * 3):
            post(nobody, "b")

    with office.open([reader.subscriber]) as app:
        post(app, "b")
        assert reader.calls == AT_A_COMMIT
        app.relay()

    assert office.took("reader") == {"b": office.events(Posted)["post_boxes", "b"]}


def test_a_commit_costs_the_same_however_much_waits() -> None:
    """Reads and commits of one that meets a target that is down, and a subscriber that refuses."""
    office, target = PostOffice(MemoryOracle()), MemoryEventTarget("down")
    target.down = "no route to host"
    faulty = FaultyBackend(office.oracle.backend())

    def refuse(event: Event) -> None:
        raise RuntimeError("never")

    costs = []
    with office.open([Subscriber("never", Posted, refuse)], faulty, [target]) as app:
        for turn in range(60):
            before = faulty.commits, faulty.reads
            post(app, "b")
            costs.append((faulty.commits - before[0], faulty.reads - before[1]))
            if turn % 20 == 0:
                app.relay()

    assert len(set(costs[2:])) == 1


def test_a_durable_subscriber_that_does_not_return() -> None:
    """Another thread's relay passes over the aggregate that it is at, and delivers the others."""
    office, reader = PostOffice(MemoryOracle()), Reader("reader", Posted)
    inside, leave = threading.Event(), threading.Event()

    def hang(context: EventContext, event: Posted) -> None:
        if event.box_id == "b":
            inside.set()
            leave.wait(60)
        reader.take(context, event)

    office.open([reader.subscriber]).close()
    with office.open() as nobody:
        for box in ("b", "c", "b", "d"):
            post(nobody, box)
    with office.open([DurableSubscriber("reader", Posted, hang)]) as app:
        stuck = threading.Thread(target=app.relay)
        stuck.start()
        assert inside.wait(60)

        app.relay()
        meanwhile = sorted(office.took("reader"))
        leave.set()
        stuck.join()
        app.relay()

    assert meanwhile == ["c", "d"]
    assert office.took("reader") == {key: ids for (_, key), ids in office.events(Posted).items()}
