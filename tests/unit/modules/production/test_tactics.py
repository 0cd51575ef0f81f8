"""Tactics stand in a section whole, or not at all."""

from decimal import Decimal

from aicmo_core.modules.production.internal.tactics import tactics
from aicmo_core.modules.strategy.api import ChannelPlanDTO


def plan(*texts: str) -> ChannelPlanDTO:
    return ChannelPlanDTO("Instagram", Decimal(100), texts, "", 3)


def test_a_tactic_that_is_too_long_is_left_out() -> None:
    """Half a tactic cannot be carried out, so the next one that fits is told."""
    long = "A series on " + "very " * 30 + "good bread"

    assert tactics(plan(long, "Short clips from the oven."), 24) == ["Short clips from the oven"]


def test_a_tactic_that_was_cut_before_is_left_out() -> None:
    """An ellipsis shows that its end is missing."""
    assert tactics(plan("A letter on sourdough and…", "A letter a week"), 24) == ["A letter a week"]
