"""An order's acceptance block is read strictly, and refused with every problem at once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.kernel import InvalidValue, to_json
from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.qc.api import AcceptanceDTO
from aicmo_core.modules.qc.internal.acceptance import read_acceptance


def problems(block: Any) -> dict[str, str]:
    with pytest.raises(InvalidValue) as error:
        read_acceptance(block)
    return {problem.path: problem.message for problem in error.value.problems}


def test_whole_block_is_read() -> None:
    """Every key has its field; notes are left out; false asks for nothing."""
    block = {
        "required_terms": ["Glow Botanicals", "sensitive skin"],
        "forbidden_terms": ["G2"],
        "min_brand_mentions": 5,
        "min_sections": 7,
        "min_calendar_days": 25,
        "must_have_calendar": True,
        "must_have_funnel": False,
        "expect": "clarifications",
        "about": ["industry"],
    }

    assert read_acceptance(block) == AcceptanceDTO(
        required_terms=("Glow Botanicals", "sensitive skin"),
        forbidden_terms=("G2",),
        min_brand_mentions=5,
        min_sections=7,
        min_calendar_days=25,
        must_have=(SectionKind.CALENDAR,),
    )


def test_empty_block_asks_for_nothing() -> None:
    """No key is required."""
    assert read_acceptance({}) == AcceptanceDTO()


@pytest.mark.parametrize("kind", SectionKind)
def test_every_kind_may_be_asked_for(kind: SectionKind) -> None:
    """`must_have_` and the kind's value."""
    assert read_acceptance({f"must_have_{kind.value}": True}).must_have == (kind,)


WRONG: list[tuple[str, Any, str]] = [
    ("required_terms", "Glow", "$.required_terms"),
    ("required_terms", None, "$.required_terms"),
    ("required_terms", ["fine", 3], "$.required_terms[1]"),
    ("forbidden_terms", ["fine", " \u200b"], "$.forbidden_terms[1]"),
    ("forbidden_terms", ["a\x00b"], "$.forbidden_terms[0]"),
    ("min_sections", "7", "$.min_sections"),
    ("min_sections", 7.0, "$.min_sections"),
    ("min_sections", True, "$.min_sections"),
    ("min_sections", -1, "$.min_sections"),
    ("min_sections", 2**63, "$.min_sections"),
    ("must_have_calendar", "true", "$.must_have_calendar"),
    ("must_have_calendar", 1, "$.must_have_calendar"),
    ("must_have_Calendar", True, "$.must_have_Calendar"),
    ("must_have_", True, "$.must_have_"),
    ("min_section", 7, "$.min_section"),
    (3, 7, "$"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("key", "value", "path"), WRONG)
def test_wrong_key_or_value_is_refused_with_its_path(key: str, value: Any, path: str) -> None:
    """Nothing is guessed, and nothing is ignored."""
    assert list(problems({key: value})) == [path]


def test_all_problems_are_told_at_once() -> None:
    """Each with its path, in the block's order."""
    found = problems({"min_sections": "7", "required_terms": [1], "must_have_funel": True, "x": 1})

    assert list(found) == ["$.min_sections", "$.required_terms[0]", "$.must_have_funel", "$.x"]


def test_unknown_kind_lists_all_and_names_the_nearest() -> None:
    """Whoever misspelled one finds it at once."""
    message = problems({"must_have_calender": True})["$.must_have_calender"]

    assert "did you mean 'must_have_calendar'" in message
    assert all(kind.value in message for kind in SectionKind)


def test_unknown_key_names_the_nearest() -> None:
    """Keys are suggested like any other name."""
    message = problems({"requird_terms": []})["$.requird_terms"]

    assert "did you mean 'required_terms'" in message


def test_term_that_is_required_and_forbidden_is_refused() -> None:
    """No draft could meet both, in whatever spelling."""
    found = problems({"required_terms": ["Ａpp"], "forbidden_terms": ["x", "APP"]})

    assert list(found) == ["$.required_terms[0]"]


@pytest.mark.parametrize("block", [None, [], "required_terms", 3])
def test_what_is_no_object_is_refused(block: Any) -> None:
    """The block is a mapping."""
    assert list(problems(block)) == ["$"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(["required_terms", "min_sections", "must_have_audit", "expect"]) | st.text()


@given(st.dictionaries(KEYS, JSON, max_size=4))
def test_any_block_is_read_or_refused_with_paths(block: dict[str, Any]) -> None:
    """Never anything else; what was read can be stored."""
    paths: list[str] = []
    try:
        to_json(read_acceptance(block))
    except InvalidValue as refusal:
        paths = [problem.path for problem in refusal.problems]

    assert all(path.startswith("$") for path in paths)
