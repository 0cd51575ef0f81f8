"""Pairs of faults: a fault while the one before it is settled; all pairs in the long run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

import pytest

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.runtime.runs import Run
from aicmo_core.storage import BackendUnavailable, OutcomeUnknown
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Ending, Errand, World, errand, hasty_errand
from scenarios.test_faults_single import CASES, Case, run_under
from scenarios.verdicts import check

SURVIVED = [f for f in Fault if f not in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)]
SOAK = os.environ.get("AICMO_SOAK") == "1"


def run_under_both(case: Case, plan: dict[int, Fault]) -> tuple[World, Run] | None:
    """Run with two faults, and recover; None if the second one was not reached."""
    world = World()
    world.hotel.refusals = case.refusals
    faulty = FaultyBackend(world.backend(), dict(plan))
    wanted = Errand("anna", case.ending)
    with world.process(faulty) as app:
        with suppress(Crash, BackendUnavailable, OutcomeUnknown):
            app.run(case.workflow, wanted, key="k")
        if faulty.commits < max(plan):
            return None
        faulty.plan.clear()
    with world.process() as later:
        later.recover(now=True)
        return world, later.run(case.workflow, wanted, key="k")


def try_pairs(case: Case, first: Sequence[Fault], distance: int) -> int:
    """Try a second fault up to *distance* commits after a first; return how many pairs."""
    _, calm, _ = run_under(case, {})
    commits = calm.commits - 1
    tried = 0
    broken: list[str] = []
    for number in range(1, commits + 1):
        for fault in first:
            for later in range(number + 1, number + 1 + distance):
                for other in Fault:
                    pair = f"{fault.value} at {number}, {other.value} at {later}"
                    try:
                        found = run_under_both(case, {number: fault, later: other})
                        if found is not None:
                            tried += 1
                            check(*found)
                    except (AssertionError, AicmoError) as error:
                        broken.append(f"{pair}: {type(error).__name__} {error}")
    assert not broken, "\n".join(broken)
    return tried


@pytest.mark.parametrize(
    "case",
    [Case(errand, Ending.REJECTED), Case(hasty_errand, Ending.SUCCESS)],
    ids=str,
)
def test_a_fault_while_a_lost_answer_is_settled(case: Case) -> None:
    """The settling may fail, be lost, be doubled, or die: the truth is settled all the same."""
    _, calm, _ = run_under(case, {})

    tried = try_pairs(case, [Fault.LOST_BEFORE, Fault.LOST_AFTER], distance=1)

    settled = calm.commits - 2  # not the marking of events, nor the farewell
    assert tried == settled * 2 * len(Fault)


@pytest.mark.skipif(not SOAK, reason="a long run: set AICMO_SOAK=1")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_pair_of_faults(case: Case) -> None:
    """What one process survives and then meets again, at any distance."""
    _, calm, _ = run_under(case, {})

    tried = try_pairs(case, SURVIVED, distance=calm.commits + 6)

    assert tried > calm.commits**2
