"""A process that lacks a piece of the application leaves runs to one that has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen

from aicmo_core import (
    RunState,
    StepContext,
    StepRejected,
    Workflow,
    client_to_delivery,
    open_app,
    step,
)
from aicmo_core.hooks import Provides, provides
from aicmo_core.testing.faulty import Crash, Fault
from scenarios.errands import Ambush, Desk, Errand, Hotel, World, errand
from scenarios.stores import order


class Oven:
    """What a host brings to bake with."""


@frozen
class Dough:
    name: str


@step(name="open")
def open_first(context: StepContext[Dough]) -> None:
    context.port(Desk).open_account(context.input.name)


@step
def bake(context: StepContext[Dough]) -> None:
    context.port(Oven)


@step
def refuse(context: StepContext[Dough]) -> None:
    raise StepRejected("burnt")


bakery = Workflow("bakery", 1, Dough, [open_first, bake, refuse])
OVEN: Provides[Any] = provides(Oven).by(lambda _: Oven())


def without_setting(port: Callable[..., Any]) -> tuple[Provides[Any], list[str]]:
    """Return a provider whose build fails, and the list of its attempts."""
    attempts: list[str] = []

    def build(_: object) -> Any:
        attempts.append(port.__name__)
        raise KeyError("TOKEN")

    return provides(port).by(build), attempts


def abandon(world: World, name: str = "anna") -> None:
    """Leave an errand half done, by a process that never signs off."""
    faulty = Ambush(world.backend(), ("completed", "write_letter"), Fault.CRASH_AFTER)
    with world.process(faulty) as app, pytest.raises(Crash):
        app.run(errand, Errand(name), key=name)


def abandon_bakery(world: World, entry: tuple[str, str]) -> None:
    faulty = Ambush(world.backend(), entry, Fault.CRASH_AFTER)
    process = world.process(faulty, workflows=[bakery], providers=[OVEN])
    with process as app, pytest.raises(Crash):
        app.run(bakery, Dough("anna"))


def test_a_provider_that_cannot_be_built_here() -> None:
    """Nothing of the run is touched, and the next process that can build it finishes the run."""
    world = World()
    abandon(world)
    before = {table: world.rows(table) for table in ("aicmo_runs", "desk_accounts")}
    broken, _ = without_setting(Hotel)

    with world.process(providers=[broken]) as app:
        report = app.recover(now=True)

    assert report.runs == []
    (left,) = report.left
    assert left.reason == "what errand asks for cannot be built here: KeyError: 'TOKEN'"
    assert {table: world.rows(table) for table in before} == before
    with world.process() as app:
        assert [run.state for run in app.recover(now=True).runs] == [RunState.COMPLETED]


def test_runs_that_ask_for_the_same() -> None:
    """Are tried once a recovery: what does not answer is not waited for by each of them."""
    world = World()
    for name in ("anna", "bert", "cleo"):
        abandon(world, name)
    broken, attempts = without_setting(Hotel)

    with world.process(providers=[broken]) as app:
        left = app.recover(now=True).left

    assert len({alone.run_id for alone in left}) == 3
    assert attempts == ["Hotel"]


def test_a_run_that_is_being_taken_back() -> None:
    """Does not wait for what only its steps ask for."""
    world = World()
    abandon_bakery(world, ("failed", "refuse"))
    broken, attempts = without_setting(Oven)

    with world.process(workflows=[bakery], providers=[broken]) as app:
        report = app.recover(now=True)

    assert [run.state for run in report.runs] == [RunState.COMPENSATED]
    assert (report.left, attempts) == ([], [])


def test_a_run_that_is_going_on() -> None:
    """Is not taken back for want of what its next step asks for."""
    world = World()
    abandon_bakery(world, ("completed", "open"))
    broken, _ = without_setting(Oven)

    with world.process(workflows=[bakery], providers=[broken]) as app:
        report = app.recover(now=True)
        states = [run.state for run in app.runs.list().items]

    assert (report.runs, states) == ([], [RunState.RUNNING])
    assert "cannot be built here" in report.left[0].reason


def test_a_definition_that_the_run_can_go_on_with() -> None:
    """Is not begun with for want of what it asks for: the run is as it was."""
    world = World()
    abandon_bakery(world, ("completed", "open"))
    broken, _ = without_setting(Oven)

    with world.process(workflows=[evolve(bakery, version=2)], providers=[broken]) as app:
        report = app.recover(now=True)
        states = [run.state for run in app.runs.list().items]

    assert (report.runs, states) == ([], [RunState.RUNNING])
    assert "cannot be built here" in report.left[0].reason


def test_a_place_for_files_that_only_the_run_has(tmp_path: Path) -> None:
    """A run brings its own: a process that was opened without one finishes it."""
    world = World()
    faulty = Ambush(world.backend(), ("completed", "qc_evaluate"), Fault.CRASH_AFTER)
    dead = open_app(faulty, artifacts=tmp_path / "out")
    with pytest.raises(Crash):
        dead.run(client_to_delivery, order())

    with open_app(world.backend()) as app:
        report = app.recover(now=True)

    assert (report.left, [run.state for run in report.runs]) == ([], [RunState.COMPLETED])
    assert (tmp_path / "out" / report.runs[0].id / "package.zip").is_file()
