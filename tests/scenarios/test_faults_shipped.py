"""Single and double faults at every commit of the workflow that ships."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from contextlib import suppress

import pytest

from aicmo_core import ClientToDeliveryInput, RunState, client_to_delivery, open_app
from aicmo_core.app import App
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.storage import Backend, BackendUnavailable, OutcomeUnknown
from aicmo_core.testing import Crash, Fault, FaultyBackend
from aicmo_core.testing.fixtures import FixedClock
from scenarios.errands import ClockedBackend, WatchedWaiter
from scenarios.ferry_stores import Report
from scenarios.stores import KEPT, TAKEN_BACK, MemoryOracle, failing_order, order

SOAK = bool(os.environ.get("AICMO_SOAK"))
SEED = 20261121
SAMPLE = 40
"""How many pairs are drawn in the normal run."""

ORDERS = {RunState.COMPLETED: order, RunState.COMPENSATED: failing_order}


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(allow=[])


class Agency:
    """A store and a place for files that processes come and go on; time only passes if waited."""

    def __init__(self, plugins: Plugins) -> None:
        self.oracle = MemoryOracle()
        self.files = MemoryArtifactStore()
        self._plugins = plugins
        self._clock = FixedClock()

    def process(self, backend: Backend) -> App:
        return open_app(
            backend,
            artifacts=self.files,
            plugins=self._plugins,
            clock=self._clock,
            waiter=WatchedWaiter(self._clock),
        )

    def _backend(self) -> Backend:
        return ClockedBackend(self.oracle.memory, self._clock)

    def rows(self) -> dict[str, int]:
        return {table: self.oracle.count(table) for table in (*KEPT, *TAKEN_BACK)}

    def run_under(self, wanted: ClientToDeliveryInput, plan: dict[int, Fault]) -> int | None:
        """
        Run the shipped workflow with faults; where that gives no answer, recover it.

        Return how many commits the first process tried; None if it did not get as far as the
        last fault of the plan.
        """
        faulty = FaultyBackend(self._backend(), dict(plan))
        app = self.process(faulty)
        with suppress(Crash, BackendUnavailable, OutcomeUnknown):
            app.run(client_to_delivery, wanted, key="k")
        reached = faulty.commits
        faulty.plan.clear()
        with suppress(Crash):
            app.close()
        if max(plan, default=0) > reached:
            return None
        return reached

    def verdict(self, wanted: ClientToDeliveryInput, expected: RunState) -> list[str]:
        """Recover in another process; return what is not as it should be."""
        with self.process(self._backend()) as later:
            later.recover(now=True)
            run = later.run(client_to_delivery, wanted, key="k")
            audit = later.runs.audit(run.id)
            pending = later.relay()
        wrong = []
        if run.state is not expected:
            wrong.append(f"it is {run.state.value}: {run.failure}")
        if not audit.balanced:
            wrong.append(f"the ledger does not balance: {audit.ledger}")
        if expected is RunState.COMPENSATED and (left := self.oracle.orphans()):
            wrong.append(f"rows were left: {left}")
        if self.oracle.count("aicmo_runs") != 1:
            wrong.append("there is not one run")
        if pending:
            wrong.append(f"{pending} events were still pending")
        return wrong


def meet(
    plans: Iterable[dict[int, Fault]], calm: Agency, expected: RunState, plugins: Plugins
) -> int:
    """Try each plan in an agency of its own; return how many the run got to."""
    wanted, broken, met = ORDERS[expected](), [], 0
    for plan in plans:
        agency = Agency(plugins)
        if agency.run_under(wanted, plan) is None:
            continue
        met += 1
        wrong = agency.verdict(wanted, expected)
        if agency.rows() != calm.rows():
            wrong.append(f"other rows than without a fault: {agency.rows()}")
        broken += [f"{plan}: {one}" for one in wrong]
    assert broken == []
    return met


def undisturbed(expected: RunState, plugins: Plugins) -> tuple[Agency, int]:
    """Return an agency in which nothing went wrong, and how many commits that took."""
    agency, wanted = Agency(plugins), ORDERS[expected]()
    commits = agency.run_under(wanted, {})
    assert commits is not None
    assert agency.verdict(wanted, expected) == []
    return agency, commits


@pytest.mark.parametrize("expected", ORDERS, ids=lambda state: state.value)
def test_every_single_fault_of_the_shipped_workflow(
    expected: RunState, plugins: Plugins, report: Report
) -> None:
    """Whatever one commit meets, it ends as it would have, with the same rows and files."""
    calm, commits = undisturbed(expected, plugins)
    plans = [{number: fault} for number in range(1, commits + 1) for fault in Fault]

    met = meet(plans, calm, expected, plugins)

    assert met == commits * len(Fault)
    report(f"single faults of client_to_delivery, {expected.value}: {met}")


@pytest.mark.parametrize("expected", ORDERS, ids=lambda state: state.value)
def test_pairs_of_faults_of_the_shipped_workflow(
    expected: RunState, plugins: Plugins, report: Report
) -> None:
    """What one process survives, and then meets again: a seeded sample, or in the long run all."""
    calm, commits = undisturbed(expected, plugins)
    pairs = [
        {first: one, second: other}
        for first in range(1, commits + 1)
        for one in (Fault.ERROR_BEFORE, Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.DUPLICATE)
        for second in range(first + 1, commits + 7)
        for other in Fault
    ]
    drawn = pairs if SOAK else random.Random(SEED).sample(pairs, SAMPLE)

    met = meet(drawn, calm, expected, plugins)

    assert met > 0
    of = f"{len(drawn)} of {len(pairs)}, drawn by seed {SEED}" if len(drawn) == SAMPLE else "all"
    report(f"pairs of faults of client_to_delivery, {expected.value}: {met} met, of {of}")
