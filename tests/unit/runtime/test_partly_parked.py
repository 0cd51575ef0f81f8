"""One branch waits for a person, and another for something else: each is helped by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aicmo_core import App, RunState, StepContext, Workflow, step
from aicmo_core.kernel.errors import InvalidValue, NotFound
from aicmo_core.runtime.errors import NotParked
from aicmo_core.runtime.runs import Run
from aicmo_core.saga import Closing, Node, Signal, external_step, parallel, wait_for
from scenarios.errands import Errand, World, cancel, open_account

go = Signal("go", int)
BROKEN: set[str] = set()


@step(pivot=True)
def decide(context: StepContext[Errand]) -> None:
    pass


@step
def thank(context: StepContext[Errand]) -> int:
    if "thank" in BROKEN:
        raise RuntimeError("no words")
    return 1


@external_step(compensation=cancel)
def send(context: StepContext[Errand]) -> str:
    if "send" in BROKEN:
        raise ConnectionError("no line")
    return "sent"


@step
def add(context: StepContext[Errand]) -> int:
    return context.result(thank) + context.result(heard)


heard = wait_for(go)
_thanking: list[Node[Errand]] = [thank]
_hearing: list[Node[Errand]] = [heard]
both = Workflow(
    "both",
    1,
    Errand,
    [open_account, decide, parallel("two", thanks=_thanking, hears=_hearing), add],
)
sending = Workflow("sending", 1, Errand, [open_account, decide, send])
ALL = [both, sending]


@pytest.fixture
def world() -> World:
    BROKEN.clear()
    BROKEN.add("thank")
    return World()


@pytest.fixture
def app(world: World) -> Iterator[App]:
    with world.process(workflows=ALL) as opened:
        yield opened


def partly(app: App) -> Run:
    run = app.run(both, Errand("anna"))
    assert (run.state, run.executor) == (RunState.WAITING, "")
    return run


def test_the_branch_that_waits_goes_on(app: App) -> None:
    """Then all that is left waits for the person."""
    run = app.runs.signal(partly(app).id, go, 5, by="ada")

    assert run.state is RunState.PARKED
    assert "no words" in str(run.failure)


@pytest.mark.parametrize("first", ["retry", "signal"])
def test_repaired_while_the_other_branch_waits(app: App, first: str) -> None:
    """A person's decision and a signal may come in any order."""
    run = partly(app)

    for what in (first, "signal" if first == "retry" else "retry"):
        if what == "retry":
            BROKEN.clear()
            run = app.runs.retry(run.id, by="ada", why="mended")
        else:
            run = app.runs.signal(run.id, go, 5, by="ada")

    assert (run.state, run.result(add)) == (RunState.COMPLETED, 6)


def test_skipped_with_a_result(app: App) -> None:
    """The step counts as done with what the person says, and the journal says who."""
    run = partly(app)
    app.runs.signal(run.id, go, 5, by="ada")

    done = app.runs.skip(run.id, "two|thanks/thank", 7, by="ada", why="thanked by telephone")

    assert (done.state, done.result(add)) == (RunState.COMPLETED, 12)
    details = [e.details for e in app.runs.audit(run.id).entries if e.kind == "repaired"]
    assert details == [{"action": "skip", "by": "ada", "why": "thanked by telephone"}]


@pytest.mark.parametrize("result", [None, "7", 7.0], ids=repr)
def test_skipped_with_what_the_step_does_not_return(app: App, result: object) -> None:
    """Is refused; the run is as it was."""
    run = partly(app)
    before = app.runs.audit(run.id)

    with pytest.raises(InvalidValue):
        app.runs.skip(run.id, "two|thanks/thank", result, by="ada", why="thanked")

    assert app.runs.audit(run.id) == before


@pytest.mark.parametrize("path", ["two|hears/go", "thank", "open_account", "nothing"])
def test_skipped_where_the_run_is_not_parked(app: App, path: str) -> None:
    """Only a step that waits for a person may be skipped."""
    run = partly(app)

    with pytest.raises(NotFound):
        app.runs.skip(run.id, path, by="ada", why="no reason")


def test_skipped_in_a_run_that_has_ended(app: App) -> None:
    """There is nothing to decide."""
    BROKEN.clear()
    run = app.runs.signal(app.run(both, Errand("anna")).id, go, 5, by="ada")

    with pytest.raises(NotParked):
        app.runs.skip(run.id, "two|thanks/thank", 1, by="ada", why="no reason")


def test_skipped_step_that_may_have_acted_outside(app: App) -> None:
    """What it may have done stays in the ledger, and is kept."""
    BROKEN.add("send")
    run = app.run(sending, Errand("anna"))
    assert run.state is RunState.PARKED

    done = app.runs.skip(run.id, "send", "by post", by="ada", why="sent by post")

    assert (done.state, done.result(send)) == (RunState.COMPLETED, "by post")
    (line,) = [line for line in app.runs.audit(run.id).ledger if line.step == "send"]
    assert (line.known, line.closing) == (False, Closing.KEPT)
