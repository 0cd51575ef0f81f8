"""What a service answers about an attempt of unknown outcome decides what becomes of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from aicmo_core import RetryPolicy, RunState, StepContext, StepRejected, Workflow, step
from aicmo_core.runtime.runs import Audit, Run
from aicmo_core.saga import Answer, Done, NotDone, Step, external_step
from aicmo_core.testing.faulty import Crash, Fault
from scenarios.errands import Ambush, Errand, Hotel, World, cancel, deposit, open_account


class Service:
    """What a test has the service answer, and whom it was asked about."""

    def __init__(self, world: World, answer: Any) -> None:
        self.world = world
        self.answer = answer
        self.asked: list[tuple[str, int]] = []

    def was_done(self, context: StepContext[Errand]) -> Answer[str]:
        self.asked.append((context.idempotency_key, context.attempt))
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer == "the truth":
            booked = context.idempotency_key in self.world.hotel.booked
            return Done("found") if booked else NotDone()
        answer: Answer[str] = self.answer
        return answer

    def step(self, attempts: int) -> Step[Errand, str]:
        retry = RetryPolicy(max_attempts=attempts, initial=timedelta(seconds=1))
        return external_step(compensation=cancel, name="book", retry=retry, was_done=self.was_done)(
            _book
        )


def _book(context: StepContext[Errand]) -> str:
    return context.port(Hotel).book(context.idempotency_key)


@step
def reject(context: StepContext[Errand]) -> None:
    raise StepRejected("no")


def workflow(service: Service, attempts: int = 1, *, rejected: bool = False) -> Workflow[Errand]:
    last = reject if rejected else deposit
    return Workflow("asking", 1, Errand, [open_account, service.step(attempts), last])


def cut_off(world: World, asking: Workflow[Errand], fault: Fault, entry: str) -> tuple[Run, Audit]:
    """Run *asking*, die at that entry of the external step, and recover."""
    dying = Ambush(world.backend(), (entry, "book"), fault)
    with world.process(dying, workflows=[asking]) as app, suppress(Crash):
        app.run(asking, Errand("anna"), key="k")
    with world.process(workflows=[asking]) as later:
        later.recover(now=True)
        run = later.run(asking, Errand("anna"), key="k")
        return run, later.runs.audit(run.id)


def effects(world: World) -> list[str]:
    return [verb for verb, _ in world.hotel.effective]


def test_crash_after_it_acted_and_the_service_knows() -> None:
    """The attempt is journaled as completed with what the service says, and not repeated."""
    world = World()
    service = Service(world, "the truth")
    asking = workflow(service)

    run, audit = cut_off(world, asking, Fault.CRASH_BEFORE, "completed")

    assert run.state is RunState.COMPLETED
    assert [e.result for e in audit.entries if e.step == "book" and e.kind == "completed"] == [
        '"found"'
    ]
    assert service.asked == [(f"{run.id}/book", 1)]
    assert effects(world) == ["book"]


def test_crash_before_it_acted_and_the_service_knows() -> None:
    """Nothing happened outside, so that nothing is compensated there."""
    world = World()
    service = Service(world, "the truth")

    run, audit = cut_off(world, workflow(service), Fault.CRASH_AFTER, "intended")

    assert run.state is RunState.COMPENSATED
    assert [line.step for line in audit.ledger] == ["open_account"]
    assert world.hotel.asked == []


def test_crash_before_it_acted_and_another_attempt_is_left() -> None:
    """It is made, under the same key."""
    world = World()
    service = Service(world, "the truth")

    run, audit = cut_off(world, workflow(service, attempts=2), Fault.CRASH_AFTER, "intended")

    assert run.state is RunState.COMPLETED
    assert audit.balanced
    assert world.hotel.asked == [("book", f"{run.id}/book")]


@pytest.mark.parametrize("answer", [None, ConnectionError("away"), Done(17)], ids=repr)
def test_service_that_cannot_tell(answer: Any) -> None:
    """It does not know, is away, or says what cannot be: the effect may be there, and is undone."""
    world = World()
    service = Service(world, answer)

    run, audit = cut_off(world, workflow(service), Fault.CRASH_BEFORE, "completed")

    assert run.state is RunState.COMPENSATED
    assert [(line.step, line.known) for line in audit.ledger] == [
        ("open_account", True),
        ("book", False),
    ]
    assert audit.balanced
    assert effects(world) == ["book", "cancel"]
    assert world.hotel.results_given_back == [None]


@pytest.mark.parametrize("acted", [True, False])
def test_attempt_that_raised_is_asked_about(acted: bool) -> None:
    """An error is no proof that nothing happened; the service is."""
    world = World()
    service = Service(world, "the truth")
    asking = workflow(service)

    def raise_it() -> None:
        raise TimeoutError("no answer")

    if acted:
        world.hotel.while_booking = raise_it
    else:
        world.hotel.before_booking = raise_it
    with world.process(workflows=[asking]) as app:
        run = app.run(asking, Errand("anna"))
        ledger = app.runs.audit(run.id).ledger

    assert run.state is (RunState.COMPLETED if acted else RunState.COMPENSATED)
    assert [line.step for line in ledger if line.step == "book"] == (["book"] if acted else [])
    assert effects(world) == (["book"] if acted else [])
    assert service.asked == [(f"{run.id}/book", 1)]


def test_answer_of_the_service_is_taken_back_with_the_run() -> None:
    """What it said is the result that the compensation is given."""
    world = World()
    service = Service(world, "the truth")

    run, _ = cut_off(world, workflow(service, rejected=True), Fault.CRASH_BEFORE, "completed")

    assert run.state is RunState.COMPENSATED
    assert world.hotel.results_given_back == ["found"]
    assert effects(world) == ["book", "cancel"]


def test_service_is_not_asked_about_a_rejection() -> None:
    """The step itself says that nothing happened."""
    world = World()
    service = Service(world, "the truth")
    asking = workflow(service)

    def say_no() -> None:
        raise StepRejected("no rooms")

    world.hotel.before_booking = say_no
    with world.process(workflows=[asking]) as app:
        run = app.run(asking, Errand("anna"))

    assert run.state is RunState.COMPENSATED
    assert service.asked == []


def test_cancelled_while_the_outcome_is_unknown() -> None:
    """The service is asked all the same: what it did is compensated, and known."""
    world = World()
    service = Service(world, "the truth")
    asking = workflow(service)
    dying = Ambush(world.backend(), ("completed", "book"), Fault.CRASH_BEFORE)
    with world.process(dying, workflows=[asking]) as app, suppress(Crash):
        app.run(asking, Errand("anna"), key="k")

    with world.process(workflows=[asking]) as later:
        found = later.runs.list().items[0]
        later.runs.cancel(found.id, by="ada", why="no")
        later.recover(now=True)
        run = later.run(asking, Errand("anna"), key="k")

        assert run.state is RunState.CANCELLED
        assert later.runs.audit(run.id).balanced
    assert world.hotel.results_given_back == ["found"]
    assert effects(world) == ["book", "cancel"]
