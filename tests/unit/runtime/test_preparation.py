"""A preparation: before the run, once a key, and never taken back."""

from __future__ import annotations

import pytest
from attrs import evolve, frozen

from aicmo_core import RunState, StepContext, StepRejected, Workflow, step
from aicmo_core.kernel.clock import Ids
from aicmo_core.runtime.errors import KeyReused
from aicmo_core.saga import InputRefused, PrepareContext
from aicmo_core.storage import BackendUnavailable, OutcomeUnknown
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Desk, World


@frozen
class Order:
    name: str
    fails: bool = False
    account: str = ""


def prepare(context: PrepareContext, order: Order) -> Order:
    """Open an account under a new id, unless this key has one already."""
    if order.name == "nobody":
        raise InputRefused("there is nobody", [{"message": "name somebody"}])
    account = context.port(Ids).new()
    desk = context.port(Desk)
    if desk.account(account) is None:
        desk.open_account(account)
    return evolve(order, account=account)


@step
def use(context: StepContext[Order]) -> int:
    account = context.port(Desk).deposit(context.input.account, 5, context.input.name)
    if context.input.fails:
        raise StepRejected("no")
    return account.balance


prepared = Workflow("prepared", 1, Order, [use], prepare)


def balances(world: World) -> list[int]:
    return [row[1] for row in world.rows("desk_accounts")]


@pytest.mark.parametrize("fault", list(Fault), ids=lambda f: f.value)
@pytest.mark.parametrize("number", [1, 2, 3], ids=["prepare", "executor", "first step"])
def test_a_fault_and_then_the_same_key_again(number: int, fault: Fault) -> None:
    """One preparation, whatever the first call met."""
    world = World()
    faulty = FaultyBackend(world.backend(), {number: fault})
    with world.process(faulty, workflows=[prepared]) as app:
        try:
            app.run(prepared, Order("anna"), key="k")
        except (Crash, BackendUnavailable, OutcomeUnknown):
            assert fault is not Fault.DUPLICATE

    with world.process(workflows=[prepared]) as later:
        later.recover(now=True)
        run = later.run(prepared, Order("anna"), key="k")

    assert run.state is RunState.COMPLETED
    assert balances(world) == [5]
    assert len(world.rows("aicmo_runs")) == 1


def test_a_failed_run_keeps_what_was_prepared() -> None:
    """It is never taken back; what the step did to it is."""
    world = World()

    with world.process(workflows=[prepared]) as app:
        run = app.run(prepared, Order("anna", fails=True), key="k")

    assert run.state is RunState.COMPENSATED
    assert balances(world) == [0]


def test_a_refused_input_leaves_nothing() -> None:
    """Neither a run nor a row; the key is still free."""
    world = World()

    with world.process(workflows=[prepared]) as app:
        with pytest.raises(InputRefused, match="name somebody"):
            app.run(prepared, Order("nobody"), key="k")
        assert world.rows("aicmo_runs") == world.rows("aicmo_commits") == []

        assert app.run(prepared, Order("anna"), key="k").state is RunState.COMPLETED


def test_a_key_with_another_input_prepares_nothing() -> None:
    """The refusal comes before the preparation."""
    world = World()

    with world.process(workflows=[prepared]) as app:
        app.run(prepared, Order("anna"), key="k")
        before = world.rows("desk_accounts")

        with pytest.raises(KeyReused):
            app.run(prepared, Order("bert"), key="k")

    assert world.rows("desk_accounts") == before


def test_runs_without_a_key_prepare_each_for_itself() -> None:
    """Their ids are new ones."""
    world = World()

    with world.process(workflows=[prepared]) as app:
        for _ in range(3):
            app.run(prepared, Order("anna"))

    assert balances(world) == [5, 5, 5]


def test_two_keys_prepare_twice() -> None:
    """Ids depend on the key."""
    world = World()

    with world.process(workflows=[prepared]) as app:
        app.run(prepared, Order("anna"), key="1")
        app.run(prepared, Order("anna"), key="2")

    assert balances(world) == [5, 5]
