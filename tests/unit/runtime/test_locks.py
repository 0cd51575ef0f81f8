"""Semantic locks: one run at a time, from before its first step to its end, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aicmo_core import App, RunState, StepContext, StepRejected, Workflow, step
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import RunView, Signal, call, wait_for
from aicmo_core.testing.faulty import Crash, Fault
from scenarios.errands import Ambush, Errand, World, open_account

HOUR = timedelta(hours=1)
go = Signal("go", bool)
BROKEN: set[str] = set()


@step
def reject(context: StepContext[Errand]) -> None:
    raise StepRejected("no")


@step(pivot=True)
def decide(context: StepContext[Errand]) -> None:
    pass


@step
def afterwards(context: StepContext[Errand]) -> None:
    if "afterwards" in BROKEN:
        raise RuntimeError("not today")


def same(view: RunView[Errand]) -> Errand:
    return view.input


def unnamed(errand: Errand) -> str:
    raise KeyError("no name in the input")


def left(errand: Errand) -> str:
    return "left"


def right(errand: Errand) -> str:
    return "right"


holding = Workflow("holding", 1, Errand, [wait_for(go)], lock=left, lock_timeout=HOUR)
opening = Workflow("opening", 1, Errand, [open_account], lock=left)
failing = Workflow("failing", 1, Errand, [open_account, reject], lock=left)
passing = Workflow("passing", 1, Errand, [decide, afterwards], lock=left)
nameless = Workflow("nameless", 1, Errand, [open_account], lock=unnamed)
to_left = Workflow("to_left", 1, Errand, [open_account], lock=left, lock_timeout=HOUR)
to_right = Workflow("to_right", 1, Errand, [open_account], lock=right, lock_timeout=HOUR)
reentrant = Workflow("reentrant", 1, Errand, [call(to_left, same), wait_for(go)], lock=left)
left_first = Workflow("left_first", 1, Errand, [wait_for(go), call(to_right, same)], lock=left)
right_first = Workflow("right_first", 1, Errand, [wait_for(go), call(to_left, same)], lock=right)
calling = Workflow("calling", 1, Errand, [call(nameless, same)])
ALL = [
    holding,
    opening,
    failing,
    passing,
    nameless,
    to_left,
    to_right,
    reentrant,
    left_first,
    right_first,
    calling,
]


@pytest.fixture
def world() -> World:
    BROKEN.clear()
    return World()


@pytest.fixture
def app(world: World) -> Iterator[App]:
    with world.process(workflows=ALL) as opened:
        yield opened


def work(app: App, run: Run) -> Run:
    app.worker().run_until_idle()
    return now(app, run)


def now(app: App, run: Run) -> Run:
    found = app.runs.get(run.id)
    assert found is not None
    return found


def begin(app: App, workflow: Workflow[Errand], name: str = "anna") -> Run:
    return work(app, app.start(workflow, Errand(name)))


def locks(world: World) -> list[tuple[str, str]]:
    """Return name and run of each lock that is stored."""
    return [(row[0], row[1]) for row in world.rows("aicmo_locks")]


def test_two_runs_with_one_lock(world: World, app: App) -> None:
    """The second does nothing before the first has ended; then it has the lock."""
    first = begin(app, holding)
    second = begin(app, opening)
    assert second.state is RunState.WAITING
    assert world.rows("desk_accounts") == []
    assert locks(world) == [("left", first.id)]

    app.runs.signal(first.id, go, True, by="ada")
    world.waiter.pass_time(timedelta(seconds=1))

    assert work(app, second).state is RunState.COMPLETED
    assert locks(world) == []


def test_nobody_writes_before_it_has_the_lock(world: World, app: App) -> None:
    """The first entry of the journal is the lock, or the wait for it."""
    begin(app, holding)
    second = begin(app, opening)

    assert [e.kind for e in app.runs.audit(second.id).entries] == ["waiting"]


def test_lock_that_is_not_released_in_time(world: World, app: App) -> None:
    """The run parks, and says whose it is; a person may try once more."""
    first, second = begin(app, holding), begin(app, holding, "bert")
    world.waiter.pass_time(HOUR - timedelta(microseconds=1))
    assert work(app, second).state is RunState.WAITING
    world.waiter.pass_time(timedelta(seconds=2))

    parked = work(app, second)

    assert parked.state is RunState.PARKED
    assert f"lock 'left' is held by run {first.id}" in str(parked.failure)
    app.runs.cancel(first.id, by="ada", why="not wanted")
    retried = app.runs.retry(second.id, by="ada", why="it is free now")
    assert retried.state is RunState.WAITING
    assert locks(world) == [("left", second.id)]


def test_retry_while_the_lock_is_held(world: World, app: App) -> None:
    """It stands in line again, for as long as the first time."""
    begin(app, holding)
    second = begin(app, holding, "bert")
    world.waiter.pass_time(2 * HOUR)
    assert work(app, second).state is RunState.PARKED
    at = world.clock.now()

    app.runs.retry(second.id, by="ada", why="perhaps")

    again = now(app, second)
    assert again.state is RunState.PARKED
    assert world.clock.now() - at >= HOUR  # it was waited for, in the caller's thread


def test_lock_that_the_run_has_already(world: World, app: App) -> None:
    """A call whose lock has the same name does not wait for its own run."""
    run = begin(app, reentrant)

    assert run.state is RunState.WAITING
    assert locks(world) == [("left", run.id)]
    assert app.runs.signal(run.id, go, True, by="ada").state is RunState.COMPLETED
    assert locks(world) == []


@pytest.mark.parametrize(
    ("workflow", "state"),
    [(opening, RunState.COMPLETED), (failing, RunState.COMPENSATED)],
    ids=["completed", "compensated"],
)
def test_end_of_a_run_that_has_a_lock(
    world: World, app: App, workflow: Workflow[Errand], state: RunState
) -> None:
    """The commit that ends it releases the lock, however it ends."""
    run = begin(app, workflow)

    assert run.state is state
    assert locks(world) == []


def test_cancelled_run_that_has_a_lock(world: World, app: App) -> None:
    """It releases it, too."""
    run = begin(app, holding)

    assert app.runs.cancel(run.id, by="ada", why="no").state is RunState.CANCELLED
    assert locks(world) == []


@pytest.mark.parametrize("workflow", [opening, failing], ids=lambda w: w.name)
@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST_AFTER])
@pytest.mark.parametrize("entry", ["locked", "completed"])
def test_crash_of_the_holder(
    world: World, workflow: Workflow[Errand], fault: Fault, entry: str
) -> None:
    """Whoever recovers the run has its lock, and releases it with the end."""
    met = (entry, "" if entry == "locked" else "open_account")
    dying = Ambush(world.backend(), met, fault)
    with world.process(dying, workflows=ALL) as app:
        try:
            app.run(workflow, Errand("anna"), key="k")
        except Crash:
            assert fault is not Fault.LOST_AFTER

    with world.process(workflows=ALL) as later:
        later.recover(now=True)
        run = later.run(workflow, Errand("anna"), key="k")

    assert run.state in (RunState.COMPLETED, RunState.COMPENSATED)
    assert locks(world) == []


def test_parked_run_keeps_its_lock(world: World, app: App) -> None:
    """Nobody else comes between a failure and its repair."""
    BROKEN.add("afterwards")
    parked, other = begin(app, passing), begin(app, opening)
    assert (parked.state, other.state) == (RunState.PARKED, RunState.WAITING)
    assert locks(world) == [("left", parked.id)]

    BROKEN.clear()
    app.runs.retry(parked.id, by="ada", why="mended")

    assert locks(world) == []
    world.waiter.pass_time(timedelta(seconds=1))
    assert work(app, other).state is RunState.COMPLETED


def test_two_runs_that_wait_for_each_other(world: World, app: App) -> None:
    """Both park in the end, visibly; to cancel one of them lets the other go on."""
    one, two = begin(app, left_first), begin(app, right_first, "bert")
    for run in (one, two):
        app.runs.signal(run.id, go, True, by="ada", advance=False)
    assert work(app, one).state is now(app, two).state is RunState.WAITING
    world.waiter.pass_time(HOUR + timedelta(seconds=1))

    assert work(app, one).state is now(app, two).state is RunState.PARKED
    assert f"held by run {two.id}" in str(now(app, one).failure)
    assert f"held by run {one.id}" in str(now(app, two).failure)
    app.runs.cancel(one.id, by="ada", why="the other first")
    app.runs.retry(two.id, by="ada", why="it is free now")

    assert now(app, two).state is RunState.COMPLETED
    assert locks(world) == []


@pytest.mark.parametrize("workflow", [nameless, calling], ids=lambda w: w.name)
def test_lock_that_cannot_be_named(world: World, app: App, workflow: Workflow[Errand]) -> None:
    """The run does nothing without its lock: it parks, or fails, with what was raised."""
    run = begin(app, workflow)

    wanted = RunState.PARKED if workflow is nameless else RunState.COMPENSATED
    assert run.state is wanted
    assert "no name in the input" in str(run.failure)
    assert world.rows("desk_accounts") == []


def test_run_that_waits_in_its_callers_thread(world: World) -> None:
    """It takes the lock as soon as it is free."""
    with world.process(workflows=ALL) as app:
        first = begin(app, holding)
        with world.process(workflows=ALL) as other:
            world.waiter.meanwhile = lambda: _end(world, other, first)
            second = app.run(opening, Errand("bert"))

    assert second.state is RunState.COMPLETED
    assert locks(world) == []


def _end(world: World, app: App, run: Run) -> None:
    world.waiter.meanwhile = lambda: None
    app.runs.signal(run.id, go, True, by="ada")
