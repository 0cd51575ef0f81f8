"""Keys make runs idempotent; tokens make undo exact."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from attrs import evolve, frozen

from aicmo_core import App, RunState, StepContext, StepRejected, Workflow, client_to_delivery, step
from aicmo_core.app import open_app
from aicmo_core.kernel.ids import BriefId
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO, OnboardingQueryPort
from aicmo_core.modules.strategy.api import (
    StrategyApprovePort,
    StrategyDocDTO,
    StrategyGeneratePort,
    StrategyInputDTO,
    StrategyQueryPort,
)
from aicmo_core.runtime.errors import KeyReused
from aicmo_core.workflows.client_to_delivery import create_package, normalize_brief
from scenarios.stores import Oracle, order


@frozen
class Approval:
    strategy: str


@step
def approve(context: StepContext[Approval]) -> StrategyDocDTO:
    port = context.port(StrategyApprovePort)
    return port.approve(_id(context), "first")


@step
def approve_again(context: StepContext[Approval]) -> StrategyDocDTO:
    from aicmo_core.modules.strategy.internal.collections import STRATEGIES

    unit = context.port(StrategyQueryPort)
    found = unit.get_strategy(_id(context))
    assert found is not None
    store = unit._store  # type: ignore[attr-defined]
    return store.open(STRATEGIES).replace(evolve(found, approved_by="second"))  # type: ignore[no-any-return]


@step
def refuse(context: StepContext[Approval]) -> None:
    raise StepRejected("on purpose")


def _id(context: StepContext[Approval]):  # type: ignore[no-untyped-def]
    return context.input.strategy


two_updates = Workflow("two_updates", 1, Approval, [approve, approve_again, refuse])


def test_two_updates_of_one_row_are_both_undone(oracle: Oracle, out: Path) -> None:
    """The row is equal to what it was, token included."""
    with open_app(oracle.backend(), artifacts=out, workflows=[two_updates]) as app:
        run = app.run(client_to_delivery, order())
        brief = run.result(normalize_brief)
        with app.unit_of_work() as work:
            strategy = work.port(StrategyGeneratePort).generate(
                brief.brief_id, StrategyInputDTO(brief.brief_id)
            )
        before = oracle.rows("strategy_documents")

        undone = app.run(two_updates, Approval(strategy.strategy_id))

        assert undone.state is RunState.COMPENSATED
        assert undone.failure == "refuse: on purpose"
    assert oracle.rows("strategy_documents") == before


def test_two_runs_within_the_same_millisecond(app: App) -> None:
    """Ids do not come from a clock alone."""
    runs: list[str] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        runs.append(app.run(client_to_delivery, order()).id)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(runs)) == 2


def test_one_key_from_sixteen_threads(app: App, oracle: Oracle) -> None:
    """One run, which all of them get."""
    runs: list[tuple[str, RunState]] = []
    barrier = threading.Barrier(16)
    wanted = order()

    def work() -> None:
        barrier.wait()
        run = app.run(client_to_delivery, wanted, key="order-42")
        runs.append((run.id, run.state))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(runs) == 16
    assert len(set(runs)) == 1
    assert runs[0][1] is RunState.COMPLETED
    assert oracle.count("aicmo_runs") == 1
    assert oracle.count("onboarding_intakes") == 1
    assert oracle.count("delivery_packages") == 1


def test_a_key_with_another_input(app: App, oracle: Oracle) -> None:
    """Is refused, and changes nothing."""
    app.run(client_to_delivery, order(), key="order-42")
    before = oracle.everything()

    with pytest.raises(KeyReused, match="order-42"):
        app.run(client_to_delivery, order(client_id="somebody-else"), key="order-42")

    assert oracle.everything() == before


def test_keys_compare_byte_for_byte(app: App) -> None:
    """Case, trailing blanks and Unicode forms make different keys."""
    keys = ["k", "K", "k ", "é", "e\u0301"]

    runs = {app.run(client_to_delivery, order(), key=key).id for key in keys}

    assert len(runs) == len(keys)


def test_a_finished_brief_again(app: App, oracle: Oracle) -> None:
    """Gets version 2 of its strategy, and leaves the first run's rows alone."""
    run = app.run(client_to_delivery, order())
    brief_id: BriefId = run.result(normalize_brief).brief_id
    before = oracle.everything()

    with app.unit_of_work() as work:
        second = work.port(StrategyGeneratePort).generate(brief_id, StrategyInputDTO(brief_id))

    assert second.version == 2
    after = oracle.everything()
    for table, rows in before.items():
        assert set(map(repr, rows)) <= set(map(repr, after[table]))
    assert run.result(create_package).version == 1


def test_results_survive_the_process(oracle: Oracle, out: Path) -> None:
    """Another application on the same store reads what the steps returned."""
    with open_app(oracle.backend(), artifacts=out) as app:
        first = app.run(client_to_delivery, order(), key="k")
        brief = first.result(normalize_brief)

    with open_app(oracle.backend(), artifacts=out) as later:
        again = later.run(client_to_delivery, order(), key="k")
        with later.unit_of_work() as work:
            stored = work.port(OnboardingQueryPort).get_brief(brief.brief_id)

    assert again.id == first.id
    assert isinstance(brief, NormalizedBriefDTO)
    assert again.result(normalize_brief) == brief == stored
