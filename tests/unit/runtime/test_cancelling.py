"""To cancel takes effect before the pivot or is refused; what was done is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from aicmo_core import App, RetryPolicy, RunState, StepContext, UndoContext, Workflow, step
from aicmo_core.kernel.errors import InvalidValue, NotFound
from aicmo_core.runtime.errors import CancelRefused
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import NO_RETRY, Node, Signal, TransientFailure, external_step, sleep, wait_for
from scenarios.errands import (
    Desk,
    Ending,
    Errand,
    World,
    book,
    deposit,
    finish,
    open_account,
    withdraw,
    write_letter,
)

HOUR = timedelta(hours=1)
go = Signal("go", bool)


@step(retry=RetryPolicy(max_attempts=9, initial=HOUR))
def not_today(context: StepContext[Errand]) -> None:
    raise TransientFailure("come back later")


@step(pivot=True)
def decide(context: StepContext[Errand]) -> None:
    context.port(Desk).deposit(context.input.name, 1, "pivot")


def stuck(context: UndoContext[Errand, None]) -> None:
    raise RuntimeError("nobody answers")


@external_step(compensation=stuck, compensation_retry=NO_RETRY)
def call_out(context: StepContext[Errand]) -> None:
    pass


BEFORE: list[Node[Errand]] = [open_account, deposit, write_letter, book, withdraw]
waiting = Workflow("waiting", 1, Errand, [*BEFORE, wait_for(go)])
pausing = Workflow("pausing", 1, Errand, [*BEFORE, sleep("rest", HOUR)])
retrying = Workflow("retrying", 1, Errand, [*BEFORE, not_today])
locking = Workflow(
    "locking", 1, Errand, [*BEFORE, wait_for(go)], lock=lambda e: "one", lock_timeout=HOUR
)
passing = Workflow("passing", 1, Errand, [open_account, decide, wait_for(go)])
quick = Workflow("quick", 1, Errand, [open_account])
failing = Workflow("failing", 1, Errand, [open_account, finish])
unhappy = Workflow("unhappy", 1, Errand, [open_account, call_out, wait_for(go)])
ALL = [waiting, pausing, retrying, locking, passing, quick, failing, unhappy]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def app(world: World) -> Iterator[App]:
    with world.process(workflows=ALL) as opened:
        yield opened


def cancel(app: App, run: Run, *, advance: bool = True) -> Run:
    return app.runs.cancel(run.id, by="ada", why="the client withdrew", advance=advance)


def begin(app: App, workflow: Workflow[Errand], name: str = "anna") -> Run:
    started = app.start(workflow, Errand(name))
    app.worker().run_until_idle()
    run = app.runs.get(started.id)
    assert run is not None
    return run


def entries(app: App, run: Run) -> list[tuple[str, str]]:
    return [(e.kind, e.step) for e in app.runs.audit(run.id).entries]


def nothing_is_left(world: World, run: Run) -> None:
    assert run.state is RunState.CANCELLED
    assert run.failure == "cancelled by ada: the client withdrew"
    assert world.rows("desk_accounts") == world.rows("desk_letters") == []
    assert world.files() == []
    assert world.hotel.booked == set()


@pytest.mark.parametrize("workflow", [waiting, pausing, retrying], ids=lambda w: w.name)
def test_run_that_rests(world: World, app: App, workflow: Workflow[Errand]) -> None:
    """Whatever it waits for: all of it is taken back, and the ledger balances."""
    run = begin(app, workflow)
    assert [verb for verb, _ in world.hotel.effective] == ["book"]

    run = cancel(app, run)

    nothing_is_left(world, run)
    assert app.runs.audit(run.id).balanced
    assert [verb for verb, _ in world.hotel.effective] == ["book", "cancel"]


def test_run_that_was_not_begun(world: World, app: App) -> None:
    """It ends without a step."""
    run = cancel(app, app.start(waiting, Errand("anna")))
    app.worker().run_until_idle()

    nothing_is_left(world, run)
    assert entries(app, run) == [("cancelled", "")]


def test_run_that_waits_for_a_lock(world: World, app: App) -> None:
    """It leaves the line; the run that holds the lock does not notice."""
    holder, other = begin(app, locking), begin(app, locking, "bert")
    assert other.state is RunState.WAITING

    other = cancel(app, other)

    assert other.state is RunState.CANCELLED
    assert app.runs.waits(holder.id).locks == ("one",)


def test_run_that_is_parked_for_a_lock(world: World, app: App) -> None:
    """A person who gives it up need not repair it first."""
    begin(app, locking)
    other = begin(app, locking, "bert")
    world.waiter.pass_time(HOUR)
    app.worker().run_until_idle()
    parked = app.runs.get(other.id)
    assert parked is not None
    assert parked.state is RunState.PARKED

    assert cancel(app, other).state is RunState.CANCELLED


def test_run_that_is_parked_while_it_is_taken_back(app: App) -> None:
    """It is on its way back already: nothing changes, and it stays parked."""
    run = begin(app, unhappy)
    parked = cancel(app, run)
    assert parked.state is RunState.PARKED
    before = entries(app, run)

    again = cancel(app, run)

    assert again.state is RunState.PARKED
    assert entries(app, run) == before
    done = app.runs.waive(run.id, "call_out", by="ada", why="told them by telephone")
    assert done.state is RunState.CANCELLED


def test_cancelled_twice(app: App) -> None:
    """The first one's name and reason stay."""
    run = begin(app, waiting)
    cancel(app, run, advance=False)

    again = app.runs.cancel(run.id, by="bob", why="me too", advance=False)

    assert again.state is RunState.COMPENSATING
    assert [e.details for e in app.runs.audit(run.id).entries if e.kind == "cancelled"] == [
        {"by": "ada", "why": "the client withdrew"}
    ]


@pytest.mark.parametrize(
    ("workflow", "ending", "state"),
    [(quick, Ending.SUCCESS, "completed"), (failing, Ending.REJECTED, "compensated")],
)
def test_run_that_has_ended(
    app: App, workflow: Workflow[Errand], ending: Ending, state: str
) -> None:
    """Is refused, and says how it ended."""
    run = app.run(workflow, Errand("anna", ending))
    before = entries(app, run)

    with pytest.raises(CancelRefused, match=f"it is {state}"):
        cancel(app, run)

    assert entries(app, run) == before


def test_run_that_was_cancelled(app: App) -> None:
    """Has ended."""
    run = cancel(app, begin(app, waiting))

    with pytest.raises(CancelRefused, match="it is cancelled"):
        cancel(app, run)


def test_run_past_its_pivot(world: World, app: App) -> None:
    """Is refused, and goes on as if nobody had asked."""
    run = begin(app, passing)
    before = entries(app, run)

    with pytest.raises(CancelRefused, match="its pivot has begun"):
        cancel(app, run)

    assert entries(app, run) == before
    assert app.runs.signal(run.id, go, True, by="ada").state is RunState.COMPLETED


def test_while_an_external_pivot_is_at_work(world: World) -> None:
    """It may have happened by now: refused."""
    refused: list[str] = []
    apps: list[App] = []

    @external_step(compensation=stuck, pivot=True)
    def publish(context: StepContext[Errand]) -> None:
        with pytest.raises(CancelRefused) as caught:
            apps[0].runs.cancel(context.run_id, by="ada", why="stop")
        refused.append(caught.value.reason)

    publishing = Workflow("publishing", 1, Errand, [open_account, publish])
    with world.process(workflows=[publishing]) as app:
        apps.append(app)
        run = app.run(publishing, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert refused == ["its pivot has begun: it only goes forward"]


def test_while_a_transactional_pivot_is_at_work(world: World) -> None:
    """It has not happened before it is committed; whoever comes first has it."""
    apps: list[App] = []

    @step(pivot=True)
    def sign(context: StepContext[Errand]) -> None:
        context.port(Desk).deposit(context.input.name, 1, "signed")
        cancel(apps[0], apps[0].runs.list().items[0])

    signing = Workflow("signing", 1, Errand, [open_account, sign])
    with world.process(workflows=[signing]) as app:
        apps.append(app)
        run = app.run(signing, Errand("anna"))

        nothing_is_left(world, run)
        assert ("completed", "sign") not in entries(app, run)


def test_while_an_external_step_is_at_work(world: World) -> None:
    """What it did is journaled as done, and taken back with its result."""
    with world.process(workflows=ALL) as app:
        run = app.start(waiting, Errand("anna"))
        world.hotel.while_booking = lambda: _once(world, lambda: cancel(app, run))
        app.worker().run_until_idle()
        done = app.runs.get(run.id)
        assert done is not None

        nothing_is_left(world, done)
        journal = entries(app, run)

    assert journal.index(("cancelled", "")) < journal.index(("completed", "book"))
    assert world.hotel.results_given_back == [f"room for {run.id}/book"]
    assert ("completed", "withdraw") not in journal


def _once(world: World, do: Callable[[], object]) -> None:
    world.hotel.while_booking = lambda: None
    do()


def test_while_a_transactional_step_is_at_work(world: World) -> None:
    """Its attempt leaves nothing: it is not committed behind the cancellation."""
    apps: list[App] = []
    begun: list[str] = []

    @step
    def slow(context: StepContext[Errand]) -> None:
        begun.append("slow")
        context.port(Desk).deposit(context.input.name, 1, "slow")
        cancel(apps[0], apps[0].runs.list().items[0])

    @step
    def after(context: StepContext[Errand]) -> None:
        begun.append("after")

    going = Workflow("going", 1, Errand, [open_account, slow, after])
    with world.process(workflows=[going]) as app:
        apps.append(app)
        run = app.run(going, Errand("anna"))

        nothing_is_left(world, run)
        assert entries(app, run) == [
            ("completed", "open_account"),
            ("cancelled", ""),
            ("compensated", "open_account"),
        ]
    assert begun == ["slow"]


def test_once_acknowledged_no_step_starts(world: World, app: App) -> None:
    """Not even where nobody has compensated yet, and whoever comes next."""
    started: list[str] = []
    app.observe(lambda record, added: started.extend(type(e).__name__ for e in added))
    run = begin(app, pausing)
    cancel(app, run, advance=False)
    started.clear()
    world.waiter.pass_time(HOUR)

    app.worker().run_until_idle()

    assert set(started) == {"Compensated"}


def test_what_cannot_be_cancelled(app: App) -> None:
    """Each refusal changes nothing."""
    run = begin(app, waiting)

    with pytest.raises(NotFound, match="nobody"):
        app.runs.cancel("nobody", by="ada", why="no reason")
    with pytest.raises(InvalidValue, match=r"\$\.by"):
        app.runs.cancel(run.id, by="", why="no reason")
    with pytest.raises(InvalidValue, match=r"\$\.why"):
        app.runs.cancel(run.id, by="ada", why="")

    assert ("cancelled", "") not in entries(app, run)


def test_cancelled_between_the_failure_and_the_release(world: World) -> None:
    """A worker that lets a run go sees what was said about it meanwhile, and does it."""
    apps: list[App] = []

    @step(retry=RetryPolicy(max_attempts=9, initial=HOUR))
    def flaky(context: StepContext[Errand]) -> None:
        raise TransientFailure("come back later")

    flagging = Workflow("flagging", 1, Errand, [open_account, flaky])
    with world.process(workflows=[flagging]) as app:
        run = app.start(flagging, Errand("anna"))
        apps.append(app)

        def tell(record: object, added: object) -> None:
            if "Failed" in repr(added):
                cancel(app, run, advance=False)

        app.observe(tell)
        app.worker().run_until_idle()

        done = app.runs.get(run.id)
        assert done is not None
        nothing_is_left(world, done)
