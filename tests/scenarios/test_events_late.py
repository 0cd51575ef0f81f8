"""Transactions that commit late: nothing of them is skipped, whoever relays meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from aicmo_core.app import App
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import Backend, Batch
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres
from aicmo_core.testing.faulty import FaultyBackend
from scenarios.events_post import Posted, PostOffice, Reader, post
from scenarios.nats_server import SERVER, read_stream, shared_stream
from scenarios.relaying_process import open_relaying
from scenarios.stores import BACKENDS, MariaDbOracle, Oracle, PostgresOracle

WRITERS, ROUNDS, SHARED_BOXES = 4, 24, 3


@pytest.fixture(params=[b for b in BACKENDS if b in ("postgres", "mariadb")])
def server(request: pytest.FixtureRequest) -> Iterator[Oracle]:
    """A fresh database on a server, where transactions overlap."""
    if request.param == "postgres":
        with fresh_postgres() as url:
            yield PostgresOracle(url, load_plugins(allow=[]))
    else:
        with fresh_mariadb() as url:
            yield MariaDbOracle(url, load_plugins(allow=[]))


@contextmanager
def transaction(oracle: Oracle) -> Iterator[Any]:
    """Give a cursor in a transaction of the driver's own, which commits at the end."""
    connection: Any
    if isinstance(oracle, PostgresOracle):
        import psycopg

        connection = psycopg.connect(oracle.url)
    else:
        import pymysql

        parts = urlsplit(oracle.url)
        connection = pymysql.connect(
            host=parts.hostname or "",
            port=parts.port or 3306,
            user=parts.username,
            password=parts.password or "",
            database=parts.path.lstrip("/"),
        )
    with connection:
        yield connection.cursor()
        connection.commit()


def insert_event(cursor: Any, like: tuple[Any, ...], box_id: str, event_id: str) -> None:
    """Insert the first event of a box, with an id that is older than all others."""
    row = list(like)
    payload = row[5].replace(row[3], event_id).replace(f'"{row[1]}"', f'"{box_id}"')
    row[1], row[2], row[3], row[5] = box_id, 1, event_id, payload
    places = ", ".join(["%s"] * len(row))
    cursor.execute(f"insert into aicmo_outbox values ({places})", row)


def test_an_event_whose_transaction_is_open_while_later_ones_are_relayed(server: Oracle) -> None:
    """It comes with the first relay after its commit, though its id is the oldest."""
    office, reader = PostOffice(server), Reader("reader", Posted)
    office.open([reader.subscriber]).close()
    with office.open() as nobody:
        post(nobody, "seed")
    (like,) = office.rows("aicmo_outbox")

    with office.open([reader.subscriber]) as app, office.open() as nobody:
        with transaction(server) as cursor:
            insert_event(cursor, like, "late", "0000-first")
            post(nobody, "quick")
            assert app.relay() >= 2
            assert sorted(office.took("reader")) == ["quick", "seed"]
        app.relay()

    assert office.took("reader")["late"] == ["0000-first"]


class Late(FaultyBackend):
    """
    A writer's backend whose every third commit waits until others have committed some more.

    The ids of its events are drawn by then, so that they are stored out of order.
    """

    def __init__(self, inner: Backend, traffic: Traffic) -> None:
        super().__init__(inner)
        self.traffic = traffic

    def commit(self, changes: Batch) -> None:
        if self.commits % 3 == 2:
            self.traffic.wait_for_others(5)
        super().commit(changes)
        self.traffic.count()


class Traffic:
    """How many commits all writers made, and who still writes."""

    def __init__(self) -> None:
        self.commits = 0
        self.writing = WRITERS
        self.held_back = 0
        self._waiting = 0
        self._moved = threading.Condition()

    def count(self) -> None:
        with self._moved:
            self.commits += 1
            self._moved.notify_all()

    def leave(self) -> None:
        with self._moved:
            self.writing -= 1
            self._moved.notify_all()

    def wait_for_others(self, some: int) -> None:
        """Return when *some* more commits were made, or nobody is left to make them."""
        with self._moved:
            until = self.commits + some
            self._waiting += 1
            self._moved.notify_all()
            self._moved.wait_for(lambda: self.commits >= until or self._waiting >= self.writing)
            self.held_back += self.commits >= until
            self._waiting -= 1


def process(command: list[str]) -> subprocess.Popen[str]:
    """Return a process that finds what this one finds."""
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def write(app: App, number: int, traffic: Traffic, failures: list[BaseException]) -> None:
    """Post into boxes that all writers use, and into some that have no event but one."""
    try:
        for turn in range(ROUNDS):
            post(app, f"once-{number}-{turn}" if turn % 2 else f"shared-{turn % SHARED_BOXES}")
    except BaseException as error:  # noqa: BLE001 - handed to the test
        failures.append(error)
    finally:
        traffic.leave()


def test_writers_that_commit_out_of_order_and_two_processes_that_relay(server: Oracle) -> None:
    """None is skipped, in order per aggregate: at a subscriber and at a broker."""
    office, traffic, failures = PostOffice(server), Traffic(), list[BaseException]()
    with shared_stream() as stream, ExitStack() as stack:
        open_relaying(server.url, stream).close()
        command = [sys.executable, "-m", "scenarios.relaying_process", server.url, stream]
        relays = [stack.enter_context(process(command)) for _ in range(2)]
        for relay in relays:
            assert relay.stdout
            assert relay.stdout.readline() == "ready\n"
        apps = [office.open(backend=Late(server.backend(), traffic)) for _ in range(WRITERS)]
        threads = [
            threading.Thread(target=write, args=(app, number, traffic, failures))
            for number, app in enumerate(apps)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for app in apps:
            app.close()
        for relay in relays:
            relay.communicate(timeout=120)
        arrived = read_stream(SERVER, stream)

    assert failures == []
    assert [relay.returncode for relay in relays] == [0, 0]
    assert traffic.held_back > 0
    stored = office.events(Posted)
    assert sum(map(len, stored.values())) == WRITERS * ROUNDS
    assert office.took("reader") == {key: ids for (_, key), ids in stored.items()}
    sent: dict[tuple[str, str], dict[str, None]] = {}
    for one in arrived:
        sent.setdefault((one.collection, one.key), {})[one.event_id] = None
    assert {about: list(ids) for about, ids in sent.items()} == stored
