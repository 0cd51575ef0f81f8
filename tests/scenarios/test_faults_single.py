"""Every single fault at every commit of a run, and what is left afterwards."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from attrs import frozen

from aicmo_core import Workflow
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.runtime.retention import Leftover
from aicmo_core.runtime.runs import Run
from aicmo_core.storage import BackendUnavailable, OutcomeUnknown
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Ending, Errand, World, errand, hasty_errand
from scenarios.verdicts import check

OF_RUNS = [kind for kind in Leftover if kind is not Leftover.EXECUTOR]
"""What a run may leave behind. A process that died does leave its executor."""


@frozen
class Case:
    """A workflow, how its last step ends, and how often a cancellation is refused."""

    workflow: Workflow[Any]
    ending: Ending
    refusals: int = 0

    def __str__(self) -> str:
        return f"{self.workflow.name}-{self.ending.value}-{self.refusals}"


CASES = [
    Case(errand, Ending.SUCCESS),
    Case(errand, Ending.FLAKY),
    Case(errand, Ending.REJECTED),
    Case(errand, Ending.BUG),
    Case(errand, Ending.REJECTED, refusals=1),
    Case(hasty_errand, Ending.SUCCESS),
    Case(hasty_errand, Ending.REJECTED),
]


def run_under(case: Case, plan: dict[int, Fault]) -> tuple[World, FaultyBackend, Run]:
    """Run *case* with faults; where that gives no answer, recover in another process."""
    world = World()
    world.hotel.refusals = case.refusals
    faulty = FaultyBackend(world.backend(), dict(plan))
    wanted = Errand("anna", case.ending)
    answer = None
    with world.process(faulty) as app:
        with suppress(Crash, BackendUnavailable, OutcomeUnknown):
            answer = app.run(case.workflow, wanted, key="k")
        reached = faulty.commits
        faulty.plan.clear()
    assert max(plan, default=0) <= reached
    with world.process() as later:
        later.recover(now=True)
        run = later.run(case.workflow, wanted, key="k")
        assert answer is None or (answer.id, answer.state) == (run.id, run.state)
        assert later.runs.audit(run.id).balanced
        assert later.retention.sweep(kinds=OF_RUNS).left == 0
    return world, faulty, run


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_single_fault(case: Case) -> None:
    """Whatever one commit meets, the run ends as it would have, or is taken back whole."""
    world, calm, reference = run_under(case, {})
    check(world, reference)
    commits = calm.commits - 1  # the last one signs off, after the run
    tried = 0

    broken: list[str] = []
    for number in range(1, commits + 1):
        for fault in Fault:
            tried += 1
            try:
                world, _, run = run_under(case, {number: fault})
                check(world, run)
                if case.workflow is errand:
                    assert run.state is reference.state
            except (AssertionError, AicmoError) as error:
                broken.append(f"{fault.value} at commit {number}: {type(error).__name__} {error}")

    assert not broken, "\n".join(broken)
    assert tried == commits * len(Fault)
