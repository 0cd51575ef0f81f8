"""Answers of commits that are lost on the wire, in front of a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from aicmo_core.app import open_backend
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import Backend, Batch
from scenarios.cutting_proxy import Cut, CuttingProxy, MariaDbWire, PostgresWire, Wire
from scenarios.ferry import Horn, Passenger, open_ferry, passage
from scenarios.ferry_stores import Report, Witness, fresh_store
from scenarios.ferry_verdict import judge
from scenarios.stores import BACKENDS, Oracle

WIRES: dict[str, tuple[type[Wire], int]] = {
    "postgres": (PostgresWire, 5432),
    "mariadb": (MariaDbWire, 3306),
}


@pytest.fixture(params=[b for b in BACKENDS if b in WIRES])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Oracle, CuttingProxy]]:
    """A fresh store on a server, and a proxy before that server."""
    wire, default = WIRES[request.param]
    with fresh_store(request.param, tmp_path) as oracle:
        address = sa.make_url(oracle.url)
        if not address.host:
            pytest.skip(f"{request.param} is reached by a socket, not by a port")
        proxy = CuttingProxy(address.host, address.port or default, wire)
        with proxy.serving():
            yield oracle, proxy


def through(proxy: CuttingProxy, oracle: Oracle) -> Backend:
    """Return a backend that reaches the store through the proxy."""
    address = sa.make_url(oracle.url).set(host="127.0.0.1", port=proxy.port)
    return open_backend(address.render_as_string(hide_password=False), load_plugins())


class CutBackend(Witness):
    """Arms the proxy for some commits, which it counts from now."""

    def __init__(self, inner: Backend, proxy: CuttingProxy) -> None:
        super().__init__(inner)
        self._proxy = proxy

    def cut_at(self, number: int, times: int, how: Cut) -> None:
        def arm(changes: Batch) -> None:
            self._proxy.cut_next(how)

        first = self.commits + number
        self.plan = dict.fromkeys(range(first, first + times), arm)

    def commit(self, changes: Batch) -> None:
        try:
            super().commit(changes)
        finally:
            self._proxy.cut_next(None)  # a batch that was refused came to no COMMIT


@pytest.mark.parametrize("times", [1, 2], ids=["once", "and_again"])
@pytest.mark.parametrize("how", Cut, ids=lambda cut: cut.name.lower())
def test_every_commit_of_a_run_loses_its_answer(
    server: tuple[Oracle, CuttingProxy], how: Cut, times: int, horn: Horn, report: Report
) -> None:
    """
    The run ends as if nothing had been lost, and its caller need not know.

    Also when the commit that settles what was lost loses its own answer.
    """
    oracle, proxy = server
    backend = CutBackend(through(proxy, oracle), proxy)
    names: list[str] = []

    with open_ferry(backend, horn) as app:
        app.run(passage, Passenger("first"), key="first")
        for refused in (False, True):
            number = 0
            while not backend.plan or backend.commits >= max(backend.plan):
                number += 1
                passenger = Passenger(f"p{refused}{number}", refused)
                names.append(passenger.name)
                backend.cut_at(number, times, how)
                app.run(passage, passenger, key=passenger.name)
            backend.plan = {}

    verdict = judge(oracle, horn, ["first", *names])
    assert verdict.wrong == []
    assert verdict.count("compensated") == sum("True" in name for name in names)
    points = len(names) - 2  # the last of each ending is one that has no more commits
    settled = points if how is Cut.BEFORE_ANSWER else 0
    assert points <= proxy.cuts <= points * times
    assert backend.refused["OutcomeUnknown"] == proxy.cuts
    assert backend.refused["Conflict"] == settled
    report(
        f"{points} commits, {proxy.cuts} connections cut {how.value}: commits met "
        f"{dict(backend.refused)}, callers nothing: 0 lost, 0 doubled"
    )
