"""Runs that need a person: parked, with the reason, and visible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import frozen

from aicmo_core import (
    RetryPolicy,
    RunState,
    StepContext,
    StepRejected,
    UndoContext,
    Workflow,
    external_step,
    step,
)
from aicmo_core.saga import Closing
from aicmo_core.testing.faulty import Crash, Fault
from scenarios.errands import (
    Ambush,
    Desk,
    Ending,
    Errand,
    World,
    errand,
    open_account,
)
from scenarios.journal_acceptor import complaints
from scenarios.verdicts import check


@frozen
class Trip:
    name: str


@step(name="open")
def open_first(context: StepContext[Trip]) -> None:
    context.port(Desk).open_account(context.input.name)


def never(context: UndoContext[Trip, str]) -> None:
    undone.append(context.idempotency_key.rpartition("/")[2])
    if broken:
        raise ConnectionError("the line is dead")


broken: list[bool] = []
undone: list[str] = []


@external_step(
    compensation=never,
    compensation_retry=RetryPolicy(max_attempts=3, initial=timedelta(seconds=5)),
)
def call(context: StepContext[Trip]) -> str:
    return "called"


@step(name="add")
def add(context: StepContext[Trip]) -> None:
    context.port(Desk).deposit(context.input.name, 1, "add")


@step
def interfere(context: StepContext[Trip]) -> None:
    for meddle in meddling:
        meddle()
    raise StepRejected("no")


meddling: list[Callable[[], None]] = []

trip = Workflow("trip", 1, Trip, [open_first, call, add, interfere])


@pytest.fixture(autouse=True)
def _nobody_meddles() -> None:
    broken.clear()
    undone.clear()
    meddling.clear()


def test_a_changed_definition_parks_the_run() -> None:
    """The reason names both definitions, and nothing is guessed."""
    world = World()
    dying = Ambush(world.backend(), ("completed", "write_letter"), Fault.CRASH_AFTER)
    with world.process(dying) as app, pytest.raises(Crash):
        app.run(errand, Errand("anna"), key="k")
    before = {t: world.rows(t) for t in ("desk_accounts", "desk_letters")}
    changed = errand.replace("finish", open_account_again)

    with world.process(workflows=[changed]) as later:
        report = later.recover(now=True)
        parked = later.runs.list(state=RunState.PARKED).items

    assert [run.state for run in report.runs] == [RunState.PARKED]
    assert [run.id for run in parked] == [report.runs[0].id]
    reason = report.runs[0].failure or ""
    assert errand.fingerprint[:8] in reason
    assert changed.fingerprint[:8] in reason
    assert {t: world.rows(t) for t in before} == before
    with world.process() as restored:
        assert restored.runs.retry(parked[0].id, by="ops", why="back").state is RunState.COMPLETED


open_account_again = step(name="open_again")(open_account.run)


def test_a_row_that_somebody_else_changed_is_not_undone() -> None:
    """The run parks and names the row; the other's content stays."""
    world = World()

    def meddle() -> None:
        with world.process(workflows=[trip]) as other, other.unit_of_work() as work:
            work.port(Desk).deposit("anna", 1000, "a gift")

    meddling.append(meddle)

    with world.process(workflows=[trip]) as app:
        run = app.run(trip, Trip("anna"))
        audit = app.runs.audit(run.id)

    assert run.state is RunState.PARKED
    assert "desk_accounts[anna]" in (run.failure or "")
    assert world.rows("desk_accounts")[0][1] == 1001
    assert not audit.balanced
    assert undone == []  # what came before waits for the conflict to be settled
    kinds = [entry.kind for entry in audit.entries]
    assert kinds.count("compensation_failed") == 1  # trying again would not bring the row back
    closings = {line.step: line.closing for line in audit.ledger}
    assert closings == {"open": Closing.OPEN, "call": Closing.OPEN, "add": Closing.OPEN}


def test_a_conflict_is_waived_by_a_person() -> None:
    """The step's effect stands, and the earlier ones are taken back as far as they can be."""
    world = World()

    def meddle() -> None:
        with world.process(workflows=[trip]) as other, other.unit_of_work() as work:
            work.port(Desk).deposit("anna", 1000, "a gift")

    meddling.append(meddle)

    with world.process(workflows=[trip]) as app:
        run = app.run(trip, Trip("anna"))
        again = app.runs.waive(run.id, "add", by="ops", why="the client keeps the gift")
        last = app.runs.waive(run.id, "open", by="ops", why="and the account")
        audit = app.runs.audit(run.id)

    assert again.state is RunState.PARKED
    assert "desk_accounts[anna]" in (again.failure or "")
    assert undone == ["call"]
    assert last.state is RunState.COMPENSATED
    assert audit.balanced
    assert world.rows("desk_accounts")[0][1] == 1001


def test_a_compensation_that_always_raises_parks_the_run() -> None:
    """After its retries, each at its moment; what came before it stays untouched."""
    world = World()
    broken.append(True)

    with world.process(workflows=[trip]) as app:
        run = app.run(trip, Trip("anna"), key="k")
        parked = app.runs.list(state=RunState.PARKED).items
        journal = world.rows("aicmo_journal")
        again = app.run(trip, Trip("anna"), key="k")

    assert run.state is RunState.PARKED
    assert [p.id for p in parked] == [run.id]
    assert run.failure == ("step 'call' cannot be compensated: ConnectionError: the line is dead")
    assert undone == ["call"] * 3
    assert sum(world.waiter.waits, timedelta()) == timedelta(seconds=15)
    assert [e[2] for e in journal].count("compensation_failed") == 3
    assert ("compensated", "call") not in [(e[2], e[3]) for e in journal]
    assert [r[0] for r in world.rows("desk_accounts")] == ["anna"]
    assert again.state is RunState.PARKED


def test_a_parked_run_goes_on_when_a_person_says_so() -> None:
    """What could not be taken back is, once the line is mended."""
    world = World()
    broken.append(True)

    with world.process(workflows=[trip]) as app:
        run = app.run(trip, Trip("anna"))
        broken.clear()
        mended = app.runs.retry(run.id, by="ops", why="the line is mended")

    assert mended.state is RunState.COMPENSATED
    assert world.rows("desk_accounts") == []
    journal = world.rows("aicmo_journal")
    assert complaints(journal, ["open", "call", "add", "interfere"], "compensated") == []


def test_recovery_leaves_parked_runs_to_people() -> None:
    """They are not live: no process takes them over."""
    world = World()
    broken.append(True)
    with world.process(workflows=[trip]) as app:
        app.run(trip, Trip("anna"))
    before = world.rows("aicmo_runs")

    with world.process(workflows=[trip]) as later:
        report = later.recover(now=True)

    assert report.runs == []
    assert world.rows("aicmo_runs") == before


def test_a_compensation_is_retried_where_another_process_left_it() -> None:
    """Attempts and the next moment are in the journal, not in a process."""
    world = World()
    broken.append(True)
    dying = Ambush(world.backend(), ("compensation_failed", "call"), Fault.CRASH_AFTER)
    with world.process(dying, workflows=[trip]) as app, pytest.raises(Crash):
        app.run(trip, Trip("anna"), key="k")

    with world.process(workflows=[trip]) as later:
        report = later.recover(now=True)

    assert [run.state for run in report.runs] == [RunState.PARKED]
    assert undone == ["call"] * 3


def test_a_compensated_step_has_no_result() -> None:
    """Not even in the process that ran it."""
    world = World()

    with world.process() as app:
        run = app.run(errand, Errand("anna", Ending.REJECTED))

        with pytest.raises(LookupError, match="open_account"):
            run.result(open_account)
    check(world, run)
