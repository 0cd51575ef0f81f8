"""
What an earlier system got wrong: failed runs left rows behind.

Rows are counted by an oracle that does not go through the library.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from aicmo_core import App, RunState, StepContext, client_to_delivery, open_app, step
from aicmo_core.modules.delivery.api import DeliveryPackageDTO
from aicmo_core.saga import Workflow
from aicmo_core.workflows import ClientToDeliveryInput
from aicmo_core.workflows.client_to_delivery import create_package
from scenarios.stores import KEPT, Oracle, failing_order, order

Context = StepContext[ClientToDeliveryInput]


class DeliveryDown(Exception):
    """Delivery failed, on purpose."""


@step(name="create_package")
def raises_before_its_write(context: Context) -> DeliveryPackageDTO:
    raise DeliveryDown("before")


@step(name="create_package")
def raises_after_its_write(context: Context) -> DeliveryPackageDTO:
    create_package.run(context)
    raise DeliveryDown("after")


BEFORE = client_to_delivery.replace("create_package", raises_before_its_write)
AFTER = client_to_delivery.replace("create_package", raises_after_its_write)


def files_under(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []


def kinds(app: App, run_id: str, kind: str) -> list[str]:
    return [e.step for e in app.runs.audit(run_id).entries if e.kind == kind]


def test_quality_control_fails(app: App, oracle: Oracle, out: Path) -> None:
    """The intake is kept; brief, strategy, draft, result and package are not there."""
    run = app.run(client_to_delivery, failing_order())

    assert run.state is RunState.COMPENSATED
    assert run.failure is not None
    assert "quality control" in run.failure
    assert oracle.count(KEPT[0]) == 1
    assert oracle.orphans() == {}
    assert files_under(out) == []


def test_the_same_failing_input_three_times(app: App, oracle: Oracle) -> None:
    """Failures do not add up: still nothing but intakes."""
    states = [app.run(client_to_delivery, failing_order()).state for _ in range(3)]

    assert states == [RunState.COMPENSATED] * 3
    assert oracle.count(KEPT[0]) == 3
    assert oracle.orphans() == {}


def test_an_earlier_success_keeps_every_row(app: App, oracle: Oracle, out: Path) -> None:
    """A failing run leaves another run's rows and files bit for bit as they were."""
    run = app.run(client_to_delivery, order())
    before = oracle.everything()
    files = {p: p.read_bytes() for p in files_under(out)}
    assert run.state is RunState.COMPLETED
    assert files

    app.run(client_to_delivery, failing_order())

    after = oracle.everything()
    intakes = {row[0] for row in before[KEPT[0]]}
    after[KEPT[0]] = [row for row in after[KEPT[0]] if row[0] in intakes]
    assert after == before
    assert {p: p.read_bytes() for p in files_under(out)} == files


@pytest.mark.parametrize("workflow", [BEFORE, AFTER], ids=["before", "after"])
def test_delivery_raises(oracle: Oracle, out: Path, workflow: Workflow[Any]) -> None:
    """Before its write or after it: no row is left, and no file."""
    with open_app(oracle.backend(), artifacts=out, workflows=[workflow]) as app:
        run = app.run(workflow, order())

        assert run.state is RunState.COMPENSATED
        assert run.failure == f"create_package: DeliveryDown: {_when(workflow)}"
        assert app.runs.audit(run.id).balanced
    assert oracle.orphans() == {}
    assert files_under(out) == []


def _when(workflow: Workflow[Any]) -> str:
    return "before" if workflow is BEFORE else "after"


def test_quality_control_completed_and_then_compensated(oracle: Oracle, out: Path) -> None:
    """A step that had succeeded is taken back too, and the journal says both."""
    with open_app(oracle.backend(), artifacts=out, workflows=[BEFORE]) as app:
        run = app.run(BEFORE, order())

        assert "qc_evaluate" in kinds(app, run.id, "completed")
        assert "qc_evaluate" in kinds(app, run.id, "compensated")
    assert oracle.count("qc_results") == oracle.count("qc_issues") == 0


def test_compensation_goes_backwards(oracle: Oracle, out: Path) -> None:
    """Quality control first, then draft, strategy and brief."""
    with open_app(oracle.backend(), artifacts=out, workflows=[BEFORE]) as app:
        run = app.run(BEFORE, order())

        assert kinds(app, run.id, "compensated") == [
            "qc_evaluate",
            "generate_draft",
            "generate_strategy",
            "normalize_brief",
        ]


def test_three_delivery_failures(oracle: Oracle, out: Path) -> None:
    """The third failure leaves as little as the first."""
    with open_app(oracle.backend(), artifacts=out, workflows=[AFTER]) as app:
        for _ in range(3):
            app.run(AFTER, order())

    assert oracle.orphans() == {}
    assert files_under(out) == []


def test_many_at_once(app: App, oracle: Oracle, out: Path) -> None:
    """8 threads, 6 runs each, half forced to fail: 24 leave everything, 24 leave nothing."""
    single = app.run(client_to_delivery, order())
    one = {t: len(rows) for t, rows in oracle.everything().items()}
    assert single.state is RunState.COMPLETED
    states: list[RunState] = []

    def work(thread: int) -> None:
        for number in range(6):
            wanted = order() if number % 2 else failing_order()
            states.append(app.run(client_to_delivery, wanted, key=f"{thread}-{number}").state)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert states.count(RunState.COMPLETED) == states.count(RunState.COMPENSATED) == 24
    found = {t: len(rows) for t, rows in oracle.everything().items()}
    assert found.pop(KEPT[0]) == 49
    one.pop(KEPT[0])
    assert found == {table: count * 25 for table, count in one.items()}
    assert len([p for p in out.iterdir() if any(p.iterdir())]) == 25
