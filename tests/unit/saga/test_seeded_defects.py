"""
Deliberate defects of the decision, each a small patch of its source: all are caught.

A property test that holds for the right code says little until it is seen to fail for
the wrong one. Each defect names the promise that it breaks.
"""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest
from attrs import frozen
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from aicmo_core import saga

from .simulation import runs

SOURCE = inspect.getsource(sys.modules[saga.Standing.__module__])
SEARCH = settings(
    max_examples=1500,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@frozen
class Defect:
    name: str
    found: str
    patched: str
    breaks: str


DEFECTS = [
    Defect(
        "compensates the first step first",
        "last = max(still_open",
        "last = min(still_open",
        "the last effect is taken back first",
    ),
    Defect(
        "skips steps of unknown outcome",
        "if failed.acted and",
        "if False and",
        "the ledger says what happened",
    ),
    Defect(
        "forgets the pivot",
        "workflow.by_name[entry.step].pivot",
        "False",
        "nothing is compensated without its pivot",
    ),
    Defect(
        "retries what the business refused",
        "failed.retry_at is None or failed.kind is FailureKind.BUSINESS",
        "failed.retry_at is None",
        "no step starts after the turn",
    ),
    Defect(
        "gives up while a retry is due",
        "failed.retry_at is None or failed.kind is FailureKind.BUSINESS",
        "True",
        "only a failed run compensates",
    ),
    Defect(
        "retries at once",
        "Execute(step.name, attempt, failure.retry_at)",
        "Execute(step.name, attempt)",
        "a retry waits for its journaled moment",
    ),
    Defect(
        "compensates again at once",
        "Compensate(last.step, attempt, last.retry_at)",
        "Compensate(last.step, attempt)",
        "a compensation waits for its journaled one",
    ),
    Defect(
        "goes on although it was parked",
        "now.parked = reason",
        "pass",
        "what needs a person parks",
    ),
    Defect(
        "stays parked after a repair",
        "    now.parked = None\n",
        "    pass\n",
        "a run parks for a reason only",
    ),
    Defect(
        "compensates closed effects again",
        "if e.closing is Closing.OPEN]",
        "if e.closing is not Closing.KEPT]",
        "an effect is closed once",
    ),
    Defect(
        "passes over a compensation that gave up",
        "if e.closing is Closing.OPEN]",
        "if e.closing is Closing.OPEN and not e.exhausted]",
        "what needs a person parks",
    ),
    Defect(
        "tries a compensation that gave up for ever",
        "if last.exhausted:",
        "if False:",
        "what needs a person parks",
    ),
    Defect(
        "tries a step for ever past the pivot",
        'return Park(step.name, f"step {step.name!r} failed past',
        'return Execute(step.name, attempt) or Park(step.name, f"step {step.name!r} failed past',
        "what needs a person parks",
    ),
    Defect(
        "takes no notice of late effects",
        "            _read_late_effect(now, index, entry)",
        "            pass",
        "the ledger says what happened",
    ),
    Defect(
        "takes every late effect for a new one",
        "    if _lacks_effect(now, late.step):",
        "    if True:",
        "the ledger says what happened",
    ),
    Defect(
        "compensates a late effect of a completed run",
        "in (Closing.COMPENSATED, Closing.WAIVED)",
        "is not Closing.OPEN",
        "the ledger says what happened",
    ),
    Defect(
        "retries an attempt whose outcome is open",
        "    if now.intent is not None:",
        "    if False:",
        "an open intent is settled first",
    ),
    Defect(
        "settles an intent for ever",
        "failed: Failed) -> None:\n    now.intent = None",
        "failed: Failed) -> None:\n    pass",
        "only an open intent is settled",
    ),
    Defect(
        "does not count attempts",
        "now.attempts.get(step.name, 0) + 1",
        "1",
        "attempts count up by one",
    ),
    Defect(
        "counts compensations anew when an effect is late",
        "now.compensations.get(last.step, 0) + 1",
        "last.attempts + 1",
        "attempts count up by one",
    ),
    Defect(
        "ignores a person's retry of a compensation",
        "effect.error = effect.retry_at = None\n            now",
        "pass\n            now",
        "a run parks for a reason only",
    ),
    Defect(
        "ignores a person's retry of a step",
        "            now.failures.clear()",
        "            pass",
        "a run parks for a reason only",
    ),
    Defect(
        "ignores that a person waived",
        "_close(now, repaired.step, Closing.WAIVED)",
        "pass",
        "the ledger says what happened",
    ),
    Defect(
        "ignores that a person wants it compensated",
        "now.turned = not now.kept",
        "pass",
        "no step starts after the turn",
    ),
    Defect(
        "loses what takes the rows back",
        "Effect(entry.step, True, index, entry.result, entry.undo)",
        "Effect(entry.step, True, index, entry.result)",
        "the ledger says what happened",
    ),
    Defect(
        "leaves the last step out",
        "    for step in workflow.steps:\n",
        "    for step in workflow.steps[:-1]:\n",
        "a completed run did every step",
    ),
    Defect(
        "starts with the last step",
        "    for step in workflow.steps:\n",
        "    for step in reversed(workflow.steps):\n",
        "steps run in their order",
    ),
    Defect(
        "ends as compensated with effects open",
        "    if not still_open:",
        "    if len(still_open) < 2:",
        "a compensated run leaves no effect open",
    ),
    Defect(
        "never closes an effect",
        "            _close(now, step, Closing.COMPENSATED)",
        "            pass",
        "the ledger says what happened",
    ),
]


@contextmanager
def patched(defect: Defect) -> Iterator[ModuleType]:
    """Give a copy of the module of `decide` that has *defect*."""
    assert SOURCE.count(defect.found) == 1, "the patch does not fit the source"
    module = ModuleType("aicmo_core_with_a_defect")
    sys.modules[module.__name__] = module
    source = SOURCE.replace(defect.found, defect.patched)
    exec(compile(source, "<defect>", "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name.replace(" ", "-"))
def test_seeded_defect_is_caught(defect: Defect) -> None:
    """A run is found that breaks the promise that the defect is about."""
    with patched(defect) as core:
        run = find(runs(core), lambda run: defect.breaks in run.broken, settings=SEARCH)

    assert defect.breaks in run.broken


def test_the_search_finds_nothing_in_the_right_code() -> None:
    """What catches the defects does not catch everything."""
    unchanged = Defect("none", "def decide(", "def decide(", "")

    with patched(unchanged) as core, pytest.raises(NoSuchExample):
        find(runs(core), lambda run: bool(run.broken), settings=settings(SEARCH, max_examples=500))
