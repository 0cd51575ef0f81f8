"""What a suite claims decides what it is asked, and no case is without a level."""

from __future__ import annotations

from typing import Any

import pytest

from aicmo_core.backends.memory import Memory, MemoryBackend
from aicmo_core.testing import BackendConformance, Level, OpenStore
from aicmo_core.testing.conformance.levels import kit_cases
from aicmo_core.testing.conformance.run import case_names, level_of

LADDER = [Level.ATOMIC, Level.DURABLE, Level.CONCURRENT, Level.HARDENED]


class _OnMemory(BackendConformance):
    processes = False

    @pytest.fixture
    def open_store(self) -> OpenStore:
        memory = Memory()
        return lambda: MemoryBackend(memory)


class TestClaimsAtomic(_OnMemory):
    """Collected by pytest: what it does not claim must not be among it."""

    level = Level.ATOMIC

    @pytest.fixture(autouse=True)
    def belongs(self, request: pytest.FixtureRequest) -> None:
        assert level_of(request.node.originalname) is Level.ATOMIC


def collected(suite: type) -> set[str]:
    """Return what pytest would collect of the kit's cases: the functions that are there."""
    return {name for name in kit_cases(suite) if callable(getattr(suite, name))}


def suite(**claims: Any) -> type:
    return type("TestSuite", (_OnMemory,), claims)


def test_every_case_belongs_to_a_level() -> None:
    """A case that is added without a level is seen here."""
    cases = {name for name in dir(BackendConformance) if name.startswith("test_")}

    assert cases == set(case_names())
    assert sorted(n for level in Level for n in case_names(level)) == case_names()
    assert all(case_names(level) for level in Level)


@pytest.mark.parametrize("level", LADDER)
def test_level_includes_all_below_it(level: Level) -> None:
    """The ladder is atomic, durable, concurrent, hardened."""
    below = LADDER[: LADDER.index(level) + 1]

    assert [other for other in LADDER if level.includes(other)] == below
    claims = suite(level=level, processes=True)
    assert collected(claims) == {name for each in below for name in case_names(each)}


def test_suite_that_claims_nothing_is_asked_everything() -> None:
    """What is not said is claimed in full."""
    assert collected(suite(processes=True)) == set(case_names())


def test_subclass_that_claims_more_is_asked_more() -> None:
    """Cases that a base class has left out come back."""
    modest = suite(level=Level.ATOMIC)
    bold: Any = type("TestBold", (modest,), {"level": Level.DURABLE})

    assert collected(bold) - collected(modest) == set(case_names(Level.DURABLE))


def test_rows_of_one_object_are_not_asked_for_a_second_one() -> None:
    """`reopens` and `processes` leave out what needs another object, or another process."""
    alone = set(case_names()) - collected(suite(reopens=False, processes=True))
    private = set(case_names()) - collected(suite())

    assert "test_what_was_committed_survives_closing" in alone
    assert "test_two_processes_lose_no_update" in private
    assert not alone & private


def test_case_that_a_suite_replaces_stays_replaced() -> None:
    """The kit does not put its own case back over what the author wrote."""

    def own(self: object) -> None:
        raise AssertionError

    claims: Any = suite(test_no_update_is_lost=own, level=Level.CONCURRENT)

    assert claims.test_no_update_is_lost is own


def test_claim_that_is_no_level_is_refused() -> None:
    """With the name of the suite, and what was expected."""
    with pytest.raises(TypeError, match=r"TestSuite\.level is 'hard'; expected a Level"):
        suite(level="hard")
