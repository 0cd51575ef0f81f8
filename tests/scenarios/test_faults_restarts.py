"""A database server that stops and starts under load: nothing is lost, nothing is doubled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from aicmo_core import App
from aicmo_core.app import open_backend
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import Backend, BackendUnavailable, OutcomeUnknown
from scenarios.ferry import Horn, Passenger, open_ferry, passage, ready
from scenarios.ferry_stores import MANY, FerryPostgres, Report, Witness
from scenarios.ferry_verdict import judge
from scenarios.own_postgres import OwnPostgres, own_postgres
from scenarios.stores import BACKENDS

pytestmark = pytest.mark.skipif("postgres" not in BACKENDS, reason="PostgreSQL is not asked for")

RUNS = 200 * MANY
RESTARTS = 8 * MANY
THREADS = 8


@pytest.fixture
def server() -> Iterator[OwnPostgres]:
    """A server of this test's own."""
    with own_postgres() as running:
        ready(_backend(running))
        yield running


def _backend(server: OwnPostgres) -> Backend:
    return open_backend(server.url, load_plugins())


class Load:
    """
    Threads that work off a list of passengers, and call again after an error.

    Attributes:
        errors: What they were told, by the class.
        broken: What ended one of them, which nothing should.
    """

    def __init__(self, app: App, passengers: list[Passenger]) -> None:
        self._app = app
        self._left = list(reversed(passengers))
        self._done = 0
        self._news = threading.Condition()
        self._up = threading.Event()
        self._up.set()
        self.errors: Counter[str] = Counter()
        self.broken: list[BaseException] = []

    def work(self) -> None:
        """Be one of the threads."""
        while True:
            with self._news:
                if not self._left:
                    return
                passenger = self._left.pop()
            try:
                self._carry(passenger)
            except BaseException as error:  # noqa: BLE001 - asserted on by the test
                self.broken.append(error)
            with self._news:
                self._done += 1
                self._news.notify_all()

    def _carry(self, passenger: Passenger) -> None:
        while True:
            try:
                self._app.run(passage, passenger, key=passenger.name)
                return
            except (BackendUnavailable, OutcomeUnknown) as error:
                self.errors[type(error).__name__] += 1
                assert self._up.wait(60)

    def wait_for(self, count: int) -> None:
        """Wait until so many passengers were carried."""
        with self._news:
            assert self._news.wait_for(lambda: self._done >= count, timeout=120)

    def while_down(self, server: OwnPostgres, mode: str) -> None:
        """Stop the server and start it; whoever is refused meanwhile waits for it."""
        self._up.clear()
        server.stop(mode)
        server.start()
        self._up.set()


def test_a_server_that_restarts_under_load(server: OwnPostgres, horn: Horn, report: Report) -> None:
    """Whoever calls again with the same key gets the run that there is."""
    passengers = [Passenger(f"p{i}", refused=i % 3 == 0) for i in range(RUNS)]
    witness = Witness(_backend(server))
    with open_ferry(witness, horn) as app:
        load = Load(app, passengers)
        threads = [threading.Thread(target=load.work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for number in range(RESTARTS):
            load.wait_for((number + 1) * RUNS // (RESTARTS + 2))
            load.while_down(server, ("immediate", "fast")[number % 2])
        for thread in threads:
            thread.join()
        app.recover()

    verdict = judge(FerryPostgres(server.url), horn, [p.name for p in passengers])
    assert load.broken == []
    assert verdict.wrong == []
    assert verdict.count("compensated") == sum(p.refused for p in passengers)
    assert sum(server.stops.values()) == RESTARTS
    assert witness.refused["OutcomeUnknown"] > 0
    report(
        f"{len(verdict.states)} runs, restarts {server.stops}, commits met "
        f"{dict(witness.refused)}, callers {dict(load.errors)}: 0 lost, 0 doubled"
    )
