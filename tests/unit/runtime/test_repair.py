"""A parked run goes on when a person has decided, and the journal says who and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import frozen

from aicmo_core import App, RunState, StepContext, StepRejected, UndoContext, Workflow, step
from aicmo_core.app import open_app
from aicmo_core.backends.memory.backend import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.kernel.errors import InvalidValue, NotFound
from aicmo_core.runtime.errors import DefinitionChanged, NotParked
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.saga import NO_RETRY, Closing, Signal, external_step, parallel, wait_for
from aicmo_core.testing.faulty import FaultyBackend

STUCK: set[str] = set()
"""What cannot be taken back at the moment, or cannot be done."""


go_on = Signal("go_on", bool)


@frozen
class Order:
    number: int = 1


def unbook(context: UndoContext[Order, str]) -> None:
    if "unbook" in STUCK:
        raise RuntimeError("the booking service does not answer")


@external_step(compensation=unbook, compensation_retry=NO_RETRY)
def book(context: StepContext[Order]) -> str:
    return "booked"


@step
def refuse(context: StepContext[Order]) -> None:
    raise StepRejected("on purpose")


@step(pivot=True)
def commit_to_it(context: StepContext[Order]) -> None:
    return None


@step
def after_the_pivot(context: StepContext[Order]) -> None:
    if "after" in STUCK:
        raise RuntimeError("not today")


booking = Workflow("booking", 1, Order, [book, refuse])
forward = Workflow("forward", 1, Order, [book, commit_to_it, after_the_pivot])
divided = Workflow(
    "divided",
    1,
    Order,
    [commit_to_it, parallel("both", doing=[after_the_pivot], hearing=[wait_for(go_on)])],
)


@pytest.fixture
def app() -> Iterator[App]:
    STUCK.clear()
    with open_app(MemoryBackend(), workflows=[booking, forward], plugins=Plugins()) as opened:
        yield opened


def test_retry_after_the_cause_is_gone(app: App) -> None:
    """What could not be compensated is compensated, and the ledger balances."""
    STUCK.add("unbook")
    parked = app.run(booking, Order())
    assert parked.state is RunState.PARKED
    assert app.runs.list(state=RunState.PARKED).items[0].id == parked.id

    STUCK.clear()
    repaired = app.runs.retry(parked.id, by="ada", why="the service is back")

    assert repaired.state is RunState.COMPENSATED
    audit = app.runs.audit(parked.id)
    assert audit.balanced
    decisions = [e.details for e in audit.entries if e.kind == "repaired"]
    assert decisions == [{"action": "retry", "by": "ada", "why": "the service is back"}]


def test_retry_that_fails_again_parks_again(app: App) -> None:
    """Nothing is lost by trying."""
    STUCK.add("unbook")
    parked = app.run(booking, Order())

    again = app.runs.retry(parked.id, by="ada", why="perhaps")

    assert again.state is RunState.PARKED
    assert not app.runs.audit(parked.id).balanced


def test_waiving_an_effect_closes_its_line(app: App) -> None:
    """A person answers for it, by name."""
    STUCK.add("unbook")
    parked = app.run(booking, Order())

    waived = app.runs.waive(parked.id, "book", by="ada", why="cancelled by telephone")

    assert waived.state is RunState.COMPENSATED
    assert [line.closing for line in app.runs.audit(parked.id).ledger] == [Closing.WAIVED]


def test_compensating_past_the_pivot(app: App) -> None:
    """Only a person may take a run back that only goes forward."""
    STUCK.add("after")
    parked = app.run(forward, Order())
    assert parked.state is RunState.PARKED

    repaired = app.runs.compensate(parked.id, by="ada", why="the client withdrew")

    assert repaired.state is RunState.COMPENSATED
    assert app.runs.audit(parked.id).balanced


def test_what_cannot_be_repaired(app: App) -> None:
    """Each refusal says what is wrong, and changes nothing."""
    STUCK.add("unbook")
    parked = app.run(booking, Order())
    STUCK.clear()
    done = app.run(forward, Order())

    with pytest.raises(NotParked, match="completed"):
        app.runs.retry(done.id, by="ada", why="no reason")
    with pytest.raises(NotFound, match="nobody"):
        app.runs.retry("nobody", by="ada", why="no reason")
    with pytest.raises(NotFound, match="typo"):
        app.runs.waive(parked.id, "typo", by="ada", why="no reason")
    with pytest.raises(InvalidValue, match=r"\$\.why"):
        app.runs.retry(parked.id, by="ada", why=" ")

    assert app.runs.audit(parked.id).run.state is RunState.PARKED


def test_a_changed_definition_is_not_repaired() -> None:
    """A run is not resumed with steps that it did not begin with."""
    STUCK.clear()
    STUCK.add("unbook")
    backend = MemoryBackend()
    with open_app(backend, workflows=[booking], plugins=Plugins()) as before:
        parked = before.run(booking, Order())
    changed = booking.insert_after("book", commit_to_it)

    with (
        open_app(backend, workflows=[changed], plugins=Plugins()) as after,
        pytest.raises(DefinitionChanged, match="booking"),
    ):
        after.runs.retry(parked.id, by="ada", why="it is new")


def test_signal_that_comes_while_a_person_decides() -> None:
    """Both are heard: a run of which only one branch is parked stands still for neither."""
    STUCK.clear()
    STUCK.add("after")
    memory = Memory()
    faulty = FaultyBackend(MemoryBackend(memory))
    with open_app(faulty, workflows=[divided], plugins=Plugins()) as app:
        run = app.run(divided, Order())
        assert run.state is RunState.WAITING
        assert "not today" in str(run.failure), "and one branch of it is parked"

        def send(_: object) -> None:
            with open_app(MemoryBackend(memory), workflows=[divided], plugins=Plugins()) as other:
                other.runs.signal(run.id, go_on, True, by="bob", advance=False)

        STUCK.clear()
        faulty.plan = {faulty.commits + 2: send}  # the run is claimed, and then decided about
        ended = app.runs.retry(run.id, by="ada", why="perhaps")

        kinds = [e.kind for e in app.runs.audit(run.id).entries]
    assert ended.state is RunState.COMPLETED
    assert kinds.index("signalled") < kinds.index("repaired")
