"""A run that is recovered by a process with other rules: what it made says by which."""

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from aicmo_core import ClientToDeliveryInput, RunState, open_app
from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.kernel.ids import ClientId
from aicmo_core.kernel.rules import RuleVersion
from aicmo_core.testing.engine_world import Dying
from aicmo_core.testing.faulty import Crash
from aicmo_core.workflows.client_to_delivery import (
    client_to_delivery,
    generate_draft,
    generate_strategy,
    qc_evaluate,
)

ORDER = ClientToDeliveryInput(
    ClientId("bakery"),
    "quick_social_basic",
    {
        "brand_name": "Bäckerei Möhrle",
        "industry": "Bakery",
        "description": "Sourdough bread and pretzels since 1911",
        "primary_customer": "Office workers and families nearby",
        "primary_goal": "Sell 200 more pretzels a week in 90 days",
        "products": ["Pretzels", "Sourdough loaves"],
    },
)
BEFORE_THE_DRAFT = 3
"""The journal's entry of the draft: behind those of the brief and the strategy."""

LATER: dict[str, dict[str, Any]] = {
    "strategy.measures": {"version": "later", "fewest": {"value": 5, "because": "we meet weekly"}},
    "production.calendar": {
        "version": "later",
        "most_entries": {"value": 40, "because": "our readers asked for more"},
    },
}


def test_run_goes_on_by_the_rules_of_the_process_that_recovers_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The strategy keeps the old rules' names, the draft has the new ones and says what changed."""
    memory = MemoryBackend()
    dying = open_app(Dying(memory, BEFORE_THE_DRAFT), artifacts=tmp_path, allow=[])
    with suppress(Crash):
        dying.run(client_to_delivery, ORDER, key="order-1")

    with (
        caplog.at_level(logging.WARNING, "aicmo_core.production"),
        open_app(memory, artifacts=tmp_path, allow=[], rules=LATER) as app,
    ):
        (run,) = app.recover(now=True).runs
        strategy, draft = run.result(generate_strategy), run.result(generate_draft)
        verdict = run.result(qc_evaluate)
        gone = app.rules.changed([*strategy.rules, *draft.rules, *verdict.rules])

    assert run.state is RunState.COMPLETED
    assert _version("strategy.measures", strategy.rules) == "1"
    assert _version("production.calendar", draft.rules) == "1+later"
    assert [version.rules for version in gone] == ["strategy.measures"]
    assert draft.metadata["strategy_rules_changed"] == [str(gone[0])]
    assert f"rules that are not in force any more: {gone[0]}" in caplog.text


def test_run_that_is_recovered_by_the_same_rules_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Changed or not: what counts is that they are those of before."""
    memory = MemoryBackend()
    dying = open_app(Dying(memory, BEFORE_THE_DRAFT), artifacts=tmp_path, allow=[], rules=LATER)
    with suppress(Crash):
        dying.run(client_to_delivery, ORDER, key="order-1")

    with open_app(memory, artifacts=tmp_path, allow=[], rules=LATER) as app:
        (run,) = app.recover(now=True).runs
        strategy, draft = run.result(generate_strategy), run.result(generate_draft)

    assert _version("strategy.measures", strategy.rules) == "1+later"
    assert "strategy_rules_changed" not in draft.metadata
    assert "not in force" not in caplog.text


def _version(name: str, used: tuple[RuleVersion, ...]) -> str:
    return next(version.version for version in used if version.rules == name)
