"""
Deliberate defects of the decision, each a small patch of its source: all are caught.

A property test that holds for the right code says little until it is seen to fail for
the wrong one.
"""

from pathlib import Path

import pytest

from aicmo_core import saga

from .defects import DEFECTS, Defect
from .defects_page import page
from .planting import planted, search
from .promises import PROMISES
from .simulation import Run

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "seeded_bugs.md"
SOON = 40
"""Among so many runs a seed shows its defect, or all are drawn as without one."""


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name.replace(" ", "-"))
def test_seeded_defect_is_caught(defect: Defect) -> None:
    """A run is found that breaks the promise that the defect is about."""
    core = planted(defect)

    def shows(run: Run) -> bool:
        return defect.breaks in run.broken

    found = search(core, shows, SOON, defect.seed) if defect.seed is not None else None
    assert (found or search(core, shows)) is not None


def test_the_search_finds_nothing_in_the_right_code() -> None:
    """What catches the defects does not catch everything."""
    unchanged = Defect("none", "decide", "def decide(", "def decide(", "")

    assert search(planted(unchanged), lambda run: bool(run.broken), 400) is None


def test_a_defect_leaves_the_saga_as_it_is() -> None:
    """It is planted into a copy."""
    core = planted(DEFECTS[0])

    assert core.decide is not saga.decide
    assert search(saga, lambda run: bool(run.broken), 50) is None


def test_every_promise_catches_a_defect() -> None:
    """A promise that nothing can break promises nothing."""
    assert {d.breaks for d in DEFECTS} == PROMISES.keys()


def test_defects_are_many_and_different() -> None:
    """No two are one patch that breaks one promise."""
    patches = {(d.file, d.found, d.patched, d.breaks) for d in DEFECTS}

    assert len(patches) == len({d.name for d in DEFECTS}) == len(DEFECTS) >= 40


def test_the_page_of_defects_is_up_to_date() -> None:
    """`python -m tests.unit.saga.defects_page` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()
