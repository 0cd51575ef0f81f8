"""Races: one key, one run, one recovery, and whoever comes second or wakes up late."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from secrets import token_hex
from typing import TypeVar

import pytest

from aicmo_core import App
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.ferry import Horn, Passenger, open_ferry, passage, sale
from scenarios.ferry_stores import Report, Rounds, on
from scenarios.ferry_verdict import judge
from scenarios.processes import processes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="this system does not stop by signal")

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make *calls* in threads that begin together; return what each returned, in their order."""
    barrier, found = threading.Barrier(len(calls)), dict[int, T]()

    def begin(number: int) -> None:
        barrier.wait()
        found[number] = calls[number]()

    threads = [threading.Thread(target=begin, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[n] for n in range(len(calls))]


@on(memory=700, sqlite=250, postgres=50)
def test_one_key_from_many_threads(rounds: Rounds, horn: Horn, report: Report) -> None:
    """All get one run, whose effects are there once."""
    oracle, number = rounds
    names = [f"p{i}" for i in range(number)]

    with open_ferry(oracle.backend(), horn) as app:
        for name in names:
            runs = at_once([partial(app.run, sale, Passenger(name), name)] * 4)
            assert len({run.id for run in runs}) == 1

    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    report(f"{number} rounds of 4 threads with one key: {len(verdict.wrong)} doubled")


@on(sqlite=900, postgres=100)
def test_one_key_from_two_processes(rounds: Rounds, horn: Horn, report: Report) -> None:
    """Both get one run, whichever of them made it."""
    oracle, number = rounds
    names = [f"p{i}" for i in range(number)]
    winners: Counter[int] = Counter()

    with processes(oracle.url, horn.log, 2) as both:
        for i, name in enumerate(names):
            for one in both if i % 2 else reversed(both):
                one.tell("run", workflow="sale", name=name)
            answers = [one.answer() for one in both]
            assert len({(a["id"], a["state"]) for a in answers}) == 1
            winners.update(n for n, a in enumerate(answers) if a["mine"])

    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    assert winners.total() == number
    assert min(winners[0], winners[1]) > 0
    report(f"{number} rounds of 2 processes with one key: won {dict(winners)}, 0 doubled")


def abandon(app: App, faulty: FaultyBackend, passenger: Passenger, number: int) -> None:
    """Leave a run behind as a process does that dies at its commit of this *number*."""
    fault = Fault.CRASH_AFTER if number else Fault.CRASH_BEFORE
    faulty.plan = {faulty.commits + max(number, 1): fault}
    with pytest.raises(Crash):
        app.run(passage, passenger, key=passenger.name)
    faulty.plan, faulty.dead = {}, False


@on(memory=600, sqlite=250)
def test_two_recoveries_of_one_run_at_once(rounds: Rounds, horn: Horn, report: Report) -> None:
    """One of them advances it, at whichever step it was left; the other does it no harm."""
    oracle, number = rounds
    names = [f"p{i}" for i in range(number)]
    advanced: Counter[int] = Counter()

    with ExitStack() as stack:
        faulty = FaultyBackend(oracle.backend())
        dying = stack.enter_context(open_ferry(faulty, horn))
        # A heartbeat would be counted as a commit, and die in place of the run's.
        dying._executor.beat_by_hand(lambda: token_hex(16))
        rivals = [stack.enter_context(open_ferry(oracle.backend(), horn)) for _ in range(2)]
        dying.run(passage, Passenger("first"), key="first")
        for i, name in enumerate(names):
            abandon(dying, faulty, Passenger(name, refused=i % 2 == 0), 1 + i % 3)
            found = at_once([partial(rival.recover, now=True) for rival in rivals])
            assert [one.left for one in found] == [[], []]
            advanced.update(n for n, one in enumerate(found) if one.runs)

    verdict = judge(oracle, horn, ["first", *names])
    assert verdict.wrong == []
    assert verdict.count("completed") == 1 + number // 2
    assert advanced.total() >= number
    report(f"{number} rounds of 2 recoveries: advanced by {dict(advanced)}, 0 doubled")


@on(sqlite=200, postgres=50)
def test_two_processes_recover_at_once(rounds: Rounds, horn: Horn, report: Report) -> None:
    """What a process left that was killed, two others take on together."""
    oracle, number = rounds
    names = [f"p{i}" for i in range(number)]
    killed = 0

    with processes(oracle.url, horn.log, 2) as both, processes(oracle.url, horn.log, 1) as more:
        nursery = more[0]
        nursery.ask("close")
        both[0].ask("run", workflow="passage", name="first")  # with it the definition is stored
        for i, name in enumerate(names):
            run = {"do": "run", "workflow": "passage", "name": name, "refused": i % 2 == 0}
            halt = ["after", 2 + i % 3, "SIGKILL"]
            _, signal = nursery.in_child({"do": "open"}, {**run, "halt": halt})
            killed += signal == 9
            for one in both:
                one.tell("recover")
            assert [one.answer()["left"] for one in both] == [[], []]

    verdict = judge(oracle, horn, ["first", *names])
    assert verdict.wrong == []
    assert killed == number
    report(f"{killed} killed processes, each recovered by 2 at once: 0 doubled")


PAUSES = [("before", n) for n in range(1, 5)] + [("after", n) for n in range(1, 4)]
PAUSES.append(("sounding", 0))


@on(sqlite=900, postgres=104)
def test_a_paused_process_that_wakes_when_its_run_was_taken(
    rounds: Rounds, horn: Horn, report: Report
) -> None:
    """It learns that it lost, though both call themselves by one host and one number."""
    oracle, number = rounds
    names = [f"p{i}" for i in range(number)]
    taken = 0

    with processes(oracle.url, horn.log, 2, place="same") as (sleeper, successor):
        sleeper.ask("run", workflow="sale", name="first")
        for i, name in enumerate(names):
            when, at = PAUSES[i % len(PAUSES)]
            refused = i % 2 == (i // len(PAUSES)) % 2
            halt = [when, at, "SIGSTOP"]
            sleeper.tell("run", workflow="passage", name=name, refused=refused, halt=halt)
            sleeper.wait_until_stopped()
            taken += len(successor.ask("recover")["states"])
            sleeper.resume()
            answer = sleeper.answer()
            assert answer["state"] == ("compensated" if refused else "completed")

    places = {text[2] for text in oracle.rows("aicmo_executors")}
    verdict = judge(oracle, horn, ["first", *names])
    assert verdict.wrong == []
    assert len({str(place) for place in places}) == 1
    assert taken >= number * 6 // 8
    report(f"{number} pauses, {taken} runs taken meanwhile: 0 doubled")
