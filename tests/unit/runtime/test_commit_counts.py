"""What a run costs, in commits and reads."""

from __future__ import annotations

import pytest

from aicmo_core import RunState, StepContext, Workflow, step
from aicmo_core.saga import Step
from aicmo_core.testing.faulty import FaultyBackend
from scenarios.errands import Desk, Ending, Errand, World, errand


def opening(number: int) -> Step[Errand, None]:
    def run(context: StepContext[Errand]) -> None:
        context.port(Desk).open_account(f"{context.input.name}-{number}")

    return step(name=f"open_{number}")(run)


five_steps = Workflow("five_steps", 1, Errand, [opening(n) for n in range(1, 6)])


@pytest.mark.parametrize("key", [None, "order-42"], ids=["without a key", "with a key"])
def test_a_new_run_of_five_transactional_steps(key: str | None) -> None:
    """One commit a step, events and journal included, and no read at all."""
    world = World()
    counted = FaultyBackend(world.backend())
    with world.process(counted, workflows=[five_steps], subscribers=[]) as app:
        app.run(five_steps, Errand("first"))  # it registers the executor
        commits, reads = counted.commits, counted.reads

        run = app.run(five_steps, Errand("anna"), key=key)

        assert run.state is RunState.COMPLETED
        assert (counted.commits - commits, counted.reads - reads) == (5, 0)
    tables = [{c.collection.name for c in batch} for batch in counted.batches[commits:][:5]]
    assert tables == [{"aicmo_runs", "aicmo_journal", "desk_accounts", "aicmo_outbox"}] * 5


def test_the_rows_of_a_run_of_five_steps() -> None:
    """One run, five entries and five events: the work is not less than it seems."""
    world = World()

    with world.process(workflows=[five_steps]) as app:
        app.run(five_steps, Errand("anna"))

    counts = {t: len(world.rows(t)) for t in ("aicmo_runs", "aicmo_journal", "aicmo_outbox")}
    assert counts == {"aicmo_runs": 1, "aicmo_journal": 5, "aicmo_outbox": 5}
    assert len(world.rows("desk_accounts")) == 5


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Ending.SUCCESS, 6 + 1),  # six steps and an intent
        (Ending.REJECTED, 5 + 1 + 1 + 5 + 1),  # five steps, intent, failure, five back, the end
    ],
    ids=["success", "rejected"],
)
def test_a_run_with_an_external_step_and_a_file(ending: Ending, expected: int) -> None:
    """An intent is one commit more; so is the end of a run whose files were removed."""
    world = World()
    counted = FaultyBackend(world.backend())
    with world.process(counted, subscribers=[]) as app:
        app.run(errand, Errand("first"))
        commits = counted.commits

        app.run(errand, Errand("anna", ending))

        assert counted.commits - commits == expected


def test_subscribers_cost_one_commit_a_run() -> None:
    """What was handed over is marked when the run is over, in one batch."""
    world = World()
    counted = FaultyBackend(world.backend())
    with world.process(counted, workflows=[five_steps]) as app:
        app.run(five_steps, Errand("first"))
        commits = counted.commits

        app.run(five_steps, Errand("anna"))

        assert counted.commits - commits == 6


def test_a_key_that_names_an_ended_run_costs_no_commit() -> None:
    """The run is found where its first entry would have been written: one commit is refused."""
    world = World()
    counted = FaultyBackend(world.backend())
    with world.process(counted, workflows=[five_steps]) as app:
        first = app.run(five_steps, Errand("anna"), key="k")
        rows = world.rows("aicmo_journal")
        commits = counted.commits

        again = app.run(five_steps, Errand("anna"), key="k")

        assert again.id == first.id
        assert counted.commits - commits == 1
        assert world.rows("aicmo_journal") == rows
