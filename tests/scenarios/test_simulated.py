"""Coordinators, interleaved and failing as a seed says, lose nothing and double nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aicmo_core import RunState
from aicmo_core.testing import SimulatedFault, simulate_seeds
from aicmo_core.testing.seeds import Attempt
from scenarios.ferry_stores import Report, fresh_store
from scenarios.simulated_stores import run_delivery, run_passage
from scenarios.simulated_worlds import run_errand, run_kitty, run_tours
from scenarios.stores import BACKENDS

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


def test_kitties_under_some_seeds(report: Report) -> None:
    """A row that another run has changed since is not undone: the run is parked."""
    tally = simulate_seeds(run_kitty, range(30 * MANY))

    report(str(tally))
    if tally.seeds > 1:
        assert tally.states.keys() == {
            RunState.COMPLETED,
            RunState.COMPENSATED,
            RunState.PARKED,
        }


def test_deliveries_under_some_seeds(report: Report) -> None:
    """The workflow that ships, with everything that its steps write."""
    tally = simulate_seeds(run_delivery, range(12 * MANY))

    report(str(tally))
    if tally.seeds > 1:
        assert RunState.COMPLETED in tally.states


@pytest.mark.parametrize("kind", [kind for kind in BACKENDS if kind != "memory"])
def test_one_seed_on_every_backend(kind: str, tmp_path: Path, report: Report) -> None:
    """The same schedule, the same ends, the same rows, and the same calls outside."""
    points = 0
    for seed in range(5 * MANY):
        with fresh_store(kind, tmp_path) as store, fresh_store("memory", tmp_path) as memory:
            simulated, left = run_passage(seed, store, tmp_path)
            expected, expected_left = run_passage(seed, memory, tmp_path)

        assert simulated.schedule == expected.schedule
        assert simulated.states == expected.states
        assert left == expected_left
        points += len(simulated.schedule)
    report(f"{5 * MANY} seeds, {points:,} points")


def test_one_seed_in_other_processes() -> None:
    """No order of a set, and no number drawn elsewhere, has a say in a schedule."""
    code = "from scenarios.simulated_worlds import *; import zlib; " + (
        "print([zlib.crc32(repr(run(s).schedule).encode()) for s in (1, 2) "
        "for run in (run_errand, run_tours)])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(found) == 1
