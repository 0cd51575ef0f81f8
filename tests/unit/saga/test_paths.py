"""Paths: what names a node, what names a round of it, and what lies beside what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.saga import Workflow
from aicmo_core.saga.paths import (
    branch_of,
    independent,
    inside,
    nearness,
    place_of,
    round_of,
    within,
)

from .definitions import Order, workflows
from .plan import Plan
from .simulation import UNHURRIED

NAMES = st.text(st.characters(exclude_characters="/|#"), min_size=1, max_size=4)


@st.composite
def two_spots(draw: st.DrawFn) -> tuple[Plan, str, str]:
    """Two paths of one definition."""
    plan = Plan.of(draw(workflows()))
    paths = st.sampled_from([*plan.spots])
    return plan, draw(paths), draw(paths)


@settings(UNHURRIED, max_examples=150)
@given(workflows())
def test_every_path_of_a_definition_has_its_place_in_it(workflow: Workflow[Order]) -> None:
    """Rounds apart, what a journal names is what the definition has; and nothing is left out."""
    spots = Plan.of(workflow).spots

    assert {place_of(path) for path in spots} == workflow.places.keys()
    for path, spot in spots.items():
        assert workflow.places[place_of(path)] is spot.node


@settings(UNHURRIED, max_examples=300)
@given(two_spots())
def test_paths_are_independent_if_they_part_in_a_parallel_node(
    given: tuple[Plan, str, str],
) -> None:
    """And only then; it does not matter which of them is named first."""
    plan, one, other = given

    assert independent(one, other) == plan.apart(one, other)
    assert independent(one, other) == independent(other, one)
    assert not independent(one, one)


@settings(UNHURRIED, max_examples=200)
@given(two_spots())
def test_what_lies_in_one_of_two_independent_paths_is_independent_of_the_other(
    given: tuple[Plan, str, str],
) -> None:
    """Whatever a branch holds, it has nothing to do with the other branch."""
    plan, one, other = given
    held = [path for path in plan.spots if within(path, one)]

    assert one in held
    if independent(one, other):
        assert all(independent(path, other) for path in held)


@settings(UNHURRIED, max_examples=200)
@given(two_spots())
def test_nearness_is_greatest_to_oneself(given: tuple[Plan, str, str]) -> None:
    """It counts the parts that are the same, from the top, and does not ask who is first."""
    _, one, other = given

    assert nearness(one, other) == nearness(other, one)
    assert nearness(one, other) <= nearness(one, one) == len(one.split("/"))
    assert (nearness(one, other) == 0) == (one.split("/")[0] != other.split("/")[0])


@given(NAMES, NAMES, st.integers(1, 99))
def test_a_round_has_the_place_of_its_repetition(name: str, inner: str, number: int) -> None:
    """However deep it lies, and whatever is in it."""
    nested = round_of(inside(round_of(name, number), inner), number)

    assert place_of(round_of(name, number)) == name
    assert place_of(nested) == inside(name, inner)
    assert within(nested, round_of(name, number))
    assert within(nested, name)


@given(NAMES, NAMES)
def test_a_name_that_begins_alike_lies_not_within(name: str, more: str) -> None:
    """Only what divides a path leads into a node."""
    assert not within(name + more, name)
    assert within(inside(name, more), name)
    assert within(branch_of(name, more), name)
    assert within(name, name)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("p|a/x", "p|b/x", True),
        ("p|a/x", "p|a/y", False),
        ("p|a/x", "q|b/x", False),
        ("p|a/x", "p2|b/x", False),
        ("p|a/x", "p", False),
        ("r#1/p|a/x", "r#2/p|b/x", False),
        ("r#1/p|a/x", "r#1/p|b/x", True),
        ("p|a/q|c/x", "p|a/q|d/x", True),
        ("c/p|a/x", "d/p|b/x", False),
    ],
)
def test_which_of_two_steps_comes_first(one: str, other: str, apart: bool) -> None:
    """Nobody can tell where they lie in two branches of one node, in one round."""
    assert independent(one, other) is apart
