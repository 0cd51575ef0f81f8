"""Retries are in the journal: how many, and when the next is due."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from aicmo_core import RetryPolicy, RunState, StepContext, Workflow, step
from aicmo_core.kernel.values import text_to_datetime
from aicmo_core.saga import TransientFailure
from aicmo_core.testing.faulty import Crash, Fault
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import Ambush, ClockedBackend, Ending, Errand, World, errand

POLICY = RetryPolicy(max_attempts=4, initial=timedelta(seconds=10), factor=3)


def failures(world: World) -> list[tuple[int, dict[str, Any]]]:
    """Return attempt and details of each failed entry."""
    rows = [r for r in world.rows("aicmo_journal") if r[2] == "failed"]
    return [(r[4], json.loads(r[8])) for r in sorted(rows, key=lambda r: r[1])]


def test_attempts_and_moments_are_journaled() -> None:
    """Each failed entry says when the next attempt is due; the last one that there is none."""
    world = World()
    start = world.clock.now()

    with world.process() as app:
        run = app.run(errand, Errand("anna", Ending.BUG))

    assert run.state is RunState.COMPENSATED
    due = [d["retry_at"] and text_to_datetime(d["retry_at"]) for _, d in failures(world)]
    assert [attempt for attempt, _ in failures(world)] == [1, 2, 3]
    assert due == [start + timedelta(seconds=10), start + timedelta(seconds=30), None]
    assert sum(world.waiter.waits, timedelta()) == timedelta(seconds=30)


def test_a_crash_between_attempts_goes_on_counting() -> None:
    """The next process makes attempt 2, at the moment that was journaled."""
    world = World()
    dying = Ambush(world.backend(), ("failed", "finish"), Fault.CRASH_AFTER)
    with world.process(dying) as app, pytest.raises(Crash):
        app.run(errand, Errand("anna", Ending.FLAKY), key="k")
    world.waiter.pass_time(timedelta(seconds=4))

    with world.process() as later:
        report = later.recover(now=True)

    assert [run.state for run in report.runs] == [RunState.COMPLETED]
    assert [attempt for attempt, _ in failures(world)] == [1, 2]
    assert sum(world.waiter.waits, timedelta()) == timedelta(seconds=6 + 20)


def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    """A process that comes late goes on at once."""
    world = World()
    dying = Ambush(world.backend(), ("failed", "finish"), Fault.CRASH_AFTER)
    with world.process(dying) as app, pytest.raises(Crash):
        app.run(errand, Errand("anna", Ending.FLAKY), key="k")
    world.waiter.pass_time(timedelta(hours=1))

    with world.process() as later:
        later.recover(now=True)

    assert sum(world.waiter.waits, timedelta()) == timedelta(seconds=20)  # before attempt 3


def test_a_wait_that_ends_early_is_waited_again() -> None:
    """The store's clock decides, and nothing is early by it."""
    world = World()
    moments: list[datetime] = []

    class ShortWaiter(type(world.waiter)):  # type: ignore[misc]
        """Wakes up after half of each wait, down to a second."""

        def wait(self, duration: timedelta) -> None:
            super().wait(max(duration / 2, min(duration, timedelta(seconds=1))))

    @step(retry=POLICY)
    def attempt(context: StepContext[Errand]) -> None:
        moments.append(world.backend().now())
        if context.attempt < 3:
            raise TransientFailure("not yet")

    attempting = Workflow("attempting", 1, Errand, [attempt])

    with world.process(workflows=[attempting], waiter=ShortWaiter(world.clock)) as app:
        app.run(attempting, Errand("anna"))

    pauses = [b - a for a, b in pairwise(moments)]
    assert pauses == [timedelta(seconds=10), timedelta(seconds=30)]


def test_the_stores_clock_counts_and_not_the_hosts() -> None:
    """A host whose clock is a day ahead waits as long as any other."""
    world = World()
    store_clock = FixedClock(world.clock.now() - timedelta(days=1))
    world.waiter.meanwhile = lambda: store_clock.advance(world.waiter.waits[-1])

    with world.process(ClockedBackend(world.memory, store_clock)) as app:
        run = app.run(errand, Errand("anna", Ending.FLAKY))

    assert run.state is RunState.COMPLETED
    assert sum(world.waiter.waits, timedelta()) == timedelta(seconds=30)
    assert failures(world)[0][1]["retry_at"].startswith("2026-03-01")


def test_a_run_that_waits_says_until_when() -> None:
    """Its row has the moment, and another process may look at it."""
    world = World()
    dying = Ambush(world.backend(), ("failed", "finish"), Fault.CRASH_AFTER)
    with world.process(dying) as app, pytest.raises(Crash):
        app.run(errand, Errand("anna", Ending.FLAKY), key="k")

    next_at = world.rows("aicmo_runs")[0][12]

    assert text_to_datetime(next_at) == world.clock.now() + timedelta(seconds=10)


def test_runs_that_can_go_on_do_not_wait_behind_one_that_waits() -> None:
    """Recovery takes those first that have something to do now."""
    world = World()
    waiting = Ambush(world.backend(), ("failed", "finish"), Fault.CRASH_AFTER)
    with world.process(waiting) as app, pytest.raises(Crash):
        app.run(errand, Errand("anna", Ending.FLAKY), key="slow")
    ready = Ambush(world.backend(), ("completed", "deposit"), Fault.CRASH_AFTER)
    with world.process(ready) as app, pytest.raises(Crash):
        app.run(errand, Errand("bert"), key="quick")

    with world.process() as later:
        report = later.recover(now=True)

    assert [run.key for run in report.runs] == ["quick", "slow"]
    assert {run.state for run in report.runs} == {RunState.COMPLETED}
