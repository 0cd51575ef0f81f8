"""Every shipped file of rules, mutated: it is refused with places, and nothing else happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.reasons import numbers
from aicmo_core.kernel.rules import RuleSet, shipped
from aicmo_core.modules.production import plugin as production
from aicmo_core.modules.qc import plugin as qc
from aicmo_core.modules.strategy import plugin as strategy
from aicmo_core.runtime.rules import Rules

SETS: list[RuleSet[Any]] = [
    rule_set for plugin in (strategy, production, qc) for rule_set in plugin.aicmo_module().rules
]
OTHERS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 10**30, 0.5, "", "x", "{x}", "(", "NaN", [], ["x"], {}, {"x": 1}, [[[]]]]
)


@pytest.mark.parametrize("rule_set", SETS, ids=lambda rule_set: rule_set.name)
def test_shipped_numbers_have_reasons(rule_set: RuleSet[Any]) -> None:
    """Somebody who wants to change one reads first why it is so."""
    found = list(numbers(shipped(rule_set).rules))

    assert [number.path for number in found if len(number.because) < 10] == []


def _places(plain: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from _places(value, (*path, key))
    elif isinstance(plain, list):
        for n, value in enumerate(plain):
            yield from _places(value, (*path, n))


def _mutated(plain: Any, path: tuple[Any, ...], value: Any, *, gone: bool) -> Any:
    head, *rest = path
    changed = dict(enumerate(plain)) if isinstance(plain, list) else dict(plain)
    if rest:
        changed[head] = _mutated(changed[head], tuple(rest), value, gone=gone)
    elif gone:
        del changed[head]
    else:
        changed[head] = value
    return list(changed.values()) if isinstance(plain, list) else changed


def _problems(change: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        Rules(SETS, host=change)
    except InvalidValue as refused:
        return refused.problems
    return ()


@settings(max_examples=150, deadline=None, database=None)
@given(st.data())
def test_whatever_is_deleted_or_retyped_has_a_place(data: st.DataObject) -> None:
    """What is refused is named; what is not is still a whole set, whose numbers have reasons."""
    rule_set = data.draw(st.sampled_from(SETS))
    plain = dict(shipped(rule_set).plain)
    path = data.draw(st.sampled_from(list(_places(plain))))
    gone, value = data.draw(st.booleans()), data.draw(OTHERS)
    mutated = _mutated(plain, path, value, gone=gone)
    change = {rule_set.name: {**mutated, "version": "mutated", "whole": True}}

    problems = _problems(change)

    assert all("$" in problem.path and problem.message for problem in problems)
    if not problems:
        ruling = Rules(SETS, host=change).ruling(rule_set)
        assert all(number.because for number in numbers(ruling.rules))


@settings(max_examples=60, deadline=None, database=None)
@given(st.data())
def test_number_that_is_text_is_always_refused(data: st.DataObject) -> None:
    """Nothing is guessed, whichever number of whichever file it is."""
    rule_set = data.draw(st.sampled_from(SETS))
    plain = dict(shipped(rule_set).plain)
    places = [path for path in _places(plain) if _is_number(plain, path)]
    if not places:
        return
    path = data.draw(st.sampled_from(places))
    mutated = _mutated(plain, path, "many", gone=False)

    problems = _problems({rule_set.name: {**mutated, "version": "m", "whole": True}})

    assert problems
    assert any(str(path[-1]) in problem.path for problem in problems)


def _is_number(plain: Any, path: tuple[Any, ...]) -> bool:
    for part in path:
        plain = plain[part]
    return isinstance(plain, int | float) and not isinstance(plain, bool)
