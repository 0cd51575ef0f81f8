"""A definition may change under runs that have not come to the change; else they park."""

from __future__ import annotations

import pytest

from aicmo_core import App, RunState, StepContext, Workflow, step
from aicmo_core.runtime.errors import DefinitionChanged
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Node, Signal, wait_for
from scenarios.errands import Errand, World, deposit, open_account

go = Signal("go", bool)


@step(name="deposit")
def deposit_otherwise(context: StepContext[Errand]) -> int:
    return 1


@step
def thank(context: StepContext[Errand]) -> None:
    pass


def defined(version: int, *nodes: Node[Errand]) -> Workflow[Errand]:
    return Workflow("asking", version, Errand, nodes)


FORMER = defined(1, open_account, wait_for(go), deposit)
AHEAD = defined(2, open_account, wait_for(go), thank, deposit_otherwise)
BEHIND = defined(2, thank, open_account, wait_for(go), deposit)
SAME_VERSION = defined(1, open_account, wait_for(go), thank, deposit)


def waiting(world: World) -> Run:
    with world.process(workflows=[FORMER]) as app:
        return app.run(FORMER, Errand("anna"), key="k")


def entries(app: App, run: Run) -> list[tuple[str, str]]:
    return [(e.kind, e.step) for e in app.runs.audit(run.id).entries]


def test_change_ahead_of_the_run() -> None:
    """With a higher version, and what was begun as it was: the run goes on with the new one."""
    world = World()
    run = waiting(world)

    with world.process(workflows=[AHEAD]) as later:
        done = later.runs.signal(run.id, go, True, by="ada")

        assert (done.state, done.version) == (RunState.COMPLETED, 2)
        assert entries(later, run)[-2:] == [("completed", "thank"), ("completed", "deposit")]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (BEHIND, "step 1 was 'open_account', and is 'thank' now"),
        (SAME_VERSION, "version was not raised"),
    ],
    ids=["behind the run", "same version"],
)
def test_change_that_the_run_cannot_follow(changed: Workflow[Errand], why: str) -> None:
    """It is told to whoever signals, and parks the run when somebody would go on with it."""
    world = World()
    run = waiting(world)
    with world.process(workflows=[changed]) as later:
        with pytest.raises(DefinitionChanged):
            later.runs.signal(run.id, go, True, by="ada")
        with pytest.raises(DefinitionChanged):
            later.runs.cancel(run.id, by="ada", why="no")
        assert ("signalled", "") not in entries(later, run)

    with world.process(workflows=[FORMER]) as former:
        former.runs.signal(run.id, go, True, by="ada", advance=False)
    with world.process(workflows=[changed]) as later:
        later.worker().run_until_idle()
        parked = later.runs.get(run.id)

    assert parked is not None
    assert parked.state is RunState.PARKED
    assert why in str(parked.failure)
    completed = [e[3] for e in world.rows("aicmo_journal") if e[2] == "completed"]
    assert completed == ["open_account"]


def test_former_definition_is_installed_again() -> None:
    """The parked run is repaired, and goes on as if nothing had been."""
    world = World()
    run = waiting(world)
    with world.process(workflows=[FORMER]) as former:
        former.runs.signal(run.id, go, True, by="ada", advance=False)
    with world.process(workflows=[BEHIND]) as later:
        later.worker().run_until_idle()

    with world.process(workflows=[FORMER]) as former:
        done = former.runs.retry(run.id, by="ada", why="the former one is back")

    assert done.state is RunState.COMPLETED


def test_older_host_beside_a_newer_one() -> None:
    """It leaves a run of the newer definition to those that have it, and parks nothing."""
    world = World()
    with world.process(workflows=[AHEAD]) as newer:
        run = newer.start(AHEAD, Errand("anna"))
        with world.process(workflows=[FORMER]) as older:
            older.worker().run_until_idle()
        assert entries(newer, run) == []
        newer.worker().run_until_idle()

        found = newer.runs.get(run.id)
        assert found is not None
        assert found.state is RunState.WAITING
