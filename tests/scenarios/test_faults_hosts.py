"""What an operating system does to a process that uses the library: many threads, and forks."""

from __future__ import annotations

import os
import threading

import pytest

from scenarios.ferry import Horn, Passenger, open_ferry, passage, ready
from scenarios.ferry_stores import FerryPostgres, Report, Rounds, on
from scenarios.ferry_verdict import judge
from scenarios.own_postgres import own_postgres
from scenarios.processes import processes
from scenarios.stores import BACKENDS

THREADS = 64


@on(memory=3, sqlite=3, mariadb=2)
def test_sixty_four_threads_on_one_application(rounds: Rounds, horn: Horn, report: Report) -> None:
    """Each has its runs, and every effect is there once."""
    oracle, each = rounds

    with open_ferry(oracle.backend(), horn) as app:

        def work(number: int) -> None:
            for i in range(each):
                passenger = Passenger(f"p{number}-{i}", refused=(number + i) % 2 == 0)
                app.run(passage, passenger, key=passenger.name)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    names = [f"p{n}-{i}" for n in range(THREADS) for i in range(each)]
    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    assert verdict.count("completed") == len(names) // 2
    report(f"{len(names)} runs by {THREADS} threads: 0 lost, 0 doubled")


@pytest.mark.skipif("postgres" not in BACKENDS, reason="PostgreSQL is not asked for")
def test_sixty_four_threads_on_a_server_of_their_own(horn: Horn, report: Report) -> None:
    """With a connection for each thread, which no test beside this one has to do without."""
    names = [f"p{n}" for n in range(THREADS)]
    with own_postgres() as server:
        oracle = FerryPostgres(server.url)
        ready(oracle.backend())
        with open_ferry(oracle.backend(), horn) as app:

            def work(name: str) -> None:
                app.run(passage, Passenger(name), key=name)

            threads = [threading.Thread(target=work, args=(name,)) for name in names]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        verdict = judge(oracle, horn, names)

    assert verdict.wrong == []
    report(f"{len(names)} runs by {THREADS} threads: 0 lost, 0 doubled")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@on(sqlite=10, postgres=10, mariadb=10)
def test_a_process_that_forks_after_use(rounds: Rounds, horn: Horn, report: Report) -> None:
    """Its child is an executor of its own, and neither disturbs the other."""
    oracle, number = rounds
    names: list[str] = []
    executors: set[str] = set()

    with processes(oracle.url, horn.log, 1) as (parent,):
        for i in range(number):
            run = {"workflow": "passage", "refused": i % 2 == 0}
            before, inside, after = (f"{when}{i}" for when in ("before", "inside", "after"))
            names += [before, inside, after]
            first = parent.ask("run", **run, name=before)
            answers, killed = parent.in_child({**run, "do": "run", "name": inside}, {"do": "close"})
            last = parent.ask("run", **run, name=after)
            assert killed == 0
            executors |= {answers[0]["executor"], first["executor"], last["executor"]}
            assert first["executor"] == last["executor"]

    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    assert verdict.count("completed") == len(names) // 2
    assert len(executors) == 1 + number
    report(f"{number} forks, {len(executors)} executors, {len(names)} runs: 0 lost, 0 doubled")
