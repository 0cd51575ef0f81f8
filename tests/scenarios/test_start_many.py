"""Many runs started at once by several processes, which may be killed: one run a key."""

from __future__ import annotations

import os
import random

import pytest

from aicmo_core import App, RunState, client_to_delivery
from scenarios.ferry import Horn, open_ferry
from scenarios.ferry_stores import Report, Rounds, on
from scenarios.ferry_verdict import judge
from scenarios.processes import processes
from scenarios.stores import Oracle, order

BY_SIGNAL = pytest.mark.skipif(os.name == "nt", reason="this system does not stop by signal")

BATCH = 20


def test_packages_for_many_briefs(app: App, oracle: Oracle) -> None:
    """Each is prepared and started once, and a worker delivers all; a brief is not taken twice."""
    orders = [order(client_id=f"client-{n}") for n in range(6)]
    keys = [f"november {n}" for n in range(6)]

    started = app.start_many(client_to_delivery, orders[:4], keys=keys[:4], batch=3)
    all_of_them = app.start_many(client_to_delivery, orders, keys=keys, batch=4)
    app.worker().run_until_idle()

    assert [one.key for one in started.new] == keys[:4]
    assert [one.key for one in all_of_them.new] == keys[4:]
    assert all_of_them.existing == started.new
    states = [run.state for run in app.runs.list()]
    assert states == [RunState.COMPLETED] * 6
    assert oracle.count("onboarding_intakes") == oracle.count("delivery_packages") == 6


@BY_SIGNAL
@on(sqlite=400, postgres=400, mariadb=400)
def test_two_processes_that_start_the_same_keys(rounds: Rounds, horn: Horn, report: Report) -> None:
    """In opposite orders, so that their batches meet halfway, and want the same keys crosswise."""
    oracle, number = rounds
    names = [f"p{i:04}" for i in range(number)]

    with processes(oracle.url, horn.log, 2) as (one, other):
        one.tell("start_many", names=names, batch=BATCH)
        other.tell("start_many", names=names[::-1], batch=BATCH)
        answers = [one.answer(), other.answer()]

        runs = {run_id for answer in answers for run_id in answer["new"]}
        assert sum(len(answer["new"]) for answer in answers) == len(runs) == number
        assert all({*a["new"], *a["existing"]} == runs for a in answers)
        assert all(a["refused"] == [] for a in answers)
        one.ask("work")

    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    assert verdict.count("completed") == number
    report(f"{number} keys: {[len(a['new']) for a in answers]} by each process, 0 doubled")


@BY_SIGNAL
@on(sqlite=30, postgres=30)
def test_processes_that_are_killed_while_they_start(
    rounds: Rounds, horn: Horn, report: Report
) -> None:
    """Before or after any commit; whoever starts the same keys next begins what is missing."""
    oracle, number = rounds
    chance = random.Random(7)
    names = [f"p{i:04}" for i in range(600)]
    kinds = {"killed": 0, "ended": 0}

    with processes(oracle.url, horn.log, 1) as (parent,):
        parent.ask("close")
        for _ in range(number):
            halt = [chance.choice(["before", "after"]), chance.randint(1, 7), "SIGKILL"]
            chosen = sorted(chance.sample(names, 100))
            answers, killed = parent.in_child(
                {"do": "open"},
                {"do": "start_many", "names": chosen, "batch": BATCH, "halt": halt},
            )
            kinds["killed" if killed else "ended"] += 1
            assert len(answers) == (1 if killed else 2)

    with open_ferry(oracle.backend(), horn) as app:
        stored = [run.key for run in app.runs.list(limit=1000)]
        assert len(stored) == len(set(stored))
        app.worker().run_until_idle()
    verdict = judge(oracle, horn, stored)
    assert verdict.wrong == []
    assert verdict.count("completed") == len(stored)
    assert kinds["killed"] > number // 3
    report(f"{number} processes, {kinds}: {len(stored)} keys, one run each")
