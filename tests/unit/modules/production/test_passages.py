"""Passages: what of a section a model may put in other words."""

from __future__ import annotations

import json

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import SectionDTO, SectionKind
from aicmo_core.modules.production.api.markdown import escape
from aicmo_core.modules.production.internal.answers import read_answer
from aicmo_core.modules.production.internal.avoidance import Avoidance
from aicmo_core.modules.production.internal.catalogue import catalogue
from aicmo_core.modules.production.internal.passages import passages, with_passages
from aicmo_core.modules.production.internal.report import missing_writers, write_report
from unit.modules.production.clients import CLIENTS, ODD


def section(body: str, *kinds: SectionKind) -> SectionDTO:
    return SectionDTO("s", "S", body, kinds)


@pytest.fixture(params=catalogue().packs)
def drafted(request: pytest.FixtureRequest) -> list[tuple[NormalizedBriefDTO, SectionDTO]]:
    """Every section of a pack, for every client."""
    if missing_writers(catalogue().pack(request.param).sections):
        pytest.skip("nobody writes a section of it")
    clients = [make() for make in {**CLIENTS, **ODD}.values()]
    briefs = [(evolve(c.brief, pack=request.param), c.strategy) for c in clients]
    return [(b, one) for b, strategy in briefs for one in write_report(b, strategy).sections]


def test_own_words_in_their_own_places_are_the_section(
    drafted: list[tuple[NormalizedBriefDTO, SectionDTO]],
) -> None:
    """Taking a section apart and putting it together changes no byte, for any client."""
    for _, one in drafted:
        own = tuple(p.text for p in passages(one))

        assert with_passages(one, own) == one.body


def test_own_words_are_a_usable_answer(
    drafted: list[tuple[NormalizedBriefDTO, SectionDTO]],
) -> None:
    """What a provider without a model says is never refused."""
    for brief, one in drafted:
        own = tuple(p.text for p in passages(one))
        answer = json.dumps({"passages": own})

        assert read_answer(answer, own, brief.brand_name, Avoidance(brief.must_avoid)) == (own, ())


def test_sentences_are_passages_and_structure_is_not() -> None:
    """Headings, tables, labels and bullets stay; so do names and values."""
    body = "\n".join(
        [
            "### A heading of several words, none of them free",
            "",
            "A whole sentence of six words.",
            "- **A label:** What stands behind it has words enough.",
            "- Also a bullet without any label at all.",
            "**Brand:** Corner Cycles",
            "| Day | A cell with many words in it |",
            "A sentence with **markup** inside stays as it is, too.",
        ]
    )

    assert [(p.line, p.prefix) for p in passages(section(body))] == [
        (2, ""),
        (3, "- **A label:** "),
        (4, "- "),
    ]
    assert passages(section(body, SectionKind.CALENDAR)) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1))
def test_no_words_become_structure(words: str) -> None:
    """Whatever a model says, the lines, bullets and labels are those of the section."""
    one = section("- **A label:** One sentence of quite enough words.\n\n### Heading")

    changed = with_passages(one, (words,))

    assert changed.split("\n")[1:] == ["", "### Heading"]
    assert changed.split("\n")[0] == f"- **A label:** {escape(words)}"
