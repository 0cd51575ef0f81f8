"""Every single fault at every commit of a workflow that uses all combinators at once."""

from __future__ import annotations

import random
from typing import Any

import pytest

from aicmo_core import RunState
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.testing.faulty import Fault
from scenarios.fair import Ground, endings
from scenarios.fair_verdict import complaints
from scenarios.ferry import Horn, Passenger
from scenarios.ferry_stores import Report, Rounds, on

EVERY = 1_000_000
"""As many points as there are."""


@pytest.mark.parametrize("ending", endings(), ids=lambda ending: ending[0])
@on(memory=EVERY, sqlite=EVERY, postgres=12, mariadb=12)
def test_every_single_fault_of_the_fair(
    rounds: Rounds, horn: Horn, report: Report, ending: tuple[str, dict[str, Any], bool, RunState]
) -> None:
    """Whatever one commit meets, the visit ends as it would have, with each effect once."""
    oracle, most = rounds
    name, changes, cancel, state = ending

    def passenger(who: str) -> Passenger:
        return Passenger(who, **changes)

    broken: list[str] = []
    with Ground(oracle, horn) as ground:
        ground.visit_under({}, passenger("first"), cancel=cancel)
        calm, reference = ground.visit_under({}, passenger("calm"), cancel=cancel)
        assert reference.state is state
        commits = calm.commits - 1  # the last one signs off
        points = [(number, fault) for number in range(1, commits + 1) for fault in Fault]
        tried = points if len(points) <= most else random.Random(name).sample(points, most)
        for number, fault in tried:
            who = passenger(f"{fault.value} {number}")
            try:
                _, run = ground.visit_under({number: fault}, who, cancel=cancel)
                if run.state is not state:
                    broken.append(f"{who.name}: {run.state.value}, not {state.value}")
            except (AssertionError, AicmoError) as error:
                broken.append(f"{who.name}: {type(error).__name__} {error}")

    assert broken == []
    assert complaints(oracle, horn) == []
    report(f"{len(tried)} of {len(points)} faults at {commits} commits: 0 broken")
