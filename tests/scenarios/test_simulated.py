"""Coordinators, interleaved and failing as a seed says, lose nothing and double nothing."""

from __future__ import annotations

import os

import pytest

from aicmo_core import RunState
from aicmo_core.testing import SimulatedFault, simulate_seeds
from aicmo_core.testing.seeds import Attempt
from scenarios.ferry_stores import Report
from scenarios.simulated_worlds import run_errand, run_tours

MANY = 20 if os.environ.get("AICMO_SOAK") == "1" else 1
"""How many times as many seeds are tried in the long run."""


def test_errands_under_many_seeds(report: Report) -> None:
    """Each ends with everything done or everything taken back."""
    tally = simulate_seeds(run_errand, range(200 * MANY))

    report(str(tally))
    if tally.seeds > 1:
        assert tally.faults.keys() == {fault.value for fault in SimulatedFault}
        assert {RunState.COMPLETED, RunState.COMPENSATED, RunState.CANCELLED} == set(tally.states)


def test_tours_under_many_seeds(report: Report) -> None:
    """Branches, rounds, a signal and a lock that two runs want."""
    tally = simulate_seeds(run_tours, range(100 * MANY))

    report(str(tally))
    if tally.seeds > 1:
        assert tally.states.keys() >= {RunState.COMPLETED, RunState.COMPENSATED}


@pytest.mark.parametrize("attempt", [run_errand, run_tours])
@pytest.mark.parametrize("seed", range(5))
def test_one_seed_twice(attempt: Attempt, seed: int) -> None:
    """The schedule is the same to the last point."""
    assert attempt(seed).schedule == attempt(seed).schedule
