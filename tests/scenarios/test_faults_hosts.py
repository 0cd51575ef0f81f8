"""What an operating system does to a process that uses the library: many threads, and forks."""

from __future__ import annotations

import threading

from scenarios.ferry import Horn, Passenger, open_ferry, passage
from scenarios.ferry_stores import Report, Rounds, on
from scenarios.ferry_verdict import judge

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
