"""Patterns of rule files compile, and end in time."""

import pytest

from aicmo_core.modules.qc.internal.patterns import compile_pattern, search_windows

BOMBS = [
    r"(a+)+$",
    r"(a|a)*b",
    r"(?:x*y?)*z",
    r"((ab)*c)+",
    r"(\w+\s?){1,}",
    r"(a{2,})+",
    "(a+){10}",
]
HARMLESS = [r"a+b+", r"(ab)+", r"(a|b)c", r"[(+)]+", r"\(a+\)+", r"(?:a+)?", r"(a+)b", r"(a{2})+"]


@pytest.mark.parametrize("pattern", BOMBS)
def test_pattern_that_may_take_for_ever_is_refused(pattern: str) -> None:
    """A repeated group that itself repeats or chooses tries every way to divide a text."""
    with pytest.raises(ValueError, match="exponential"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_harmless_pattern_is_taken(pattern: str) -> None:
    """Repeats beside one another, and groups that are not repeated, are allowed."""
    assert compile_pattern(pattern).pattern == pattern


def test_what_is_no_pattern_is_refused() -> None:
    """The reason names what is wrong and where."""
    with pytest.raises(ValueError, match=r"not a regular expression: .* at position 1"):
        compile_pattern("a(b")


def test_match_is_found_wherever_it_lies() -> None:
    """A long text is searched in stretches that overlap."""
    pattern = compile_pattern("needle [a-z]+")

    for before in (0, 449, 599, 5_000):
        assert search_windows(pattern, " " * before + "needle found" + " " * 1_000)
    assert search_windows(pattern, "x" * 5_000) is None
    assert search_windows(compile_pattern("^$"), "") is not None
