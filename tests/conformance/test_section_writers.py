"""A writer of a plugin's keeps what the port promises, and the kit fails those that do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import pytest

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO, SectionWriterPort, escape
from aicmo_core.modules.strategy.api import StrategyDocDTO
from aicmo_core.testing.sections import Order, SectionWriterConformance, hostile, planned


class Notes(SectionWriterPort):
    """Writes one section, by a function."""

    section_ids = frozenset({"accessibility_notes"})

    def __init__(self, text: Callable[[NormalizedBriefDTO], str]) -> None:
        self._text = text

    def write_section(
        self,
        section_id: str,
        brief: NormalizedBriefDTO,
        strategy: StrategyDocDTO,
        calendar: Sequence[CalendarEntryDTO],
    ) -> str:
        assert section_id in self.section_ids
        return f"### Notes\n\n{self._text(brief)} {len(calendar)} posts have captions."


class TestNotes(SectionWriterConformance):
    """One that keeps it all."""

    @pytest.fixture
    def writer(self) -> SectionWriterPort:
        return Notes(lambda brief: f"For {escape(brief.brand_name)}.")


@pytest.fixture(scope="module")
def order() -> Order:
    return planned("coffee_roastery")


def suite() -> SectionWriterConformance:
    return SectionWriterConformance()


def test_kit_notices_words_that_are_not_escaped(order: Order) -> None:
    """A brand's name with markup would be the report's."""
    with pytest.raises(AssertionError):
        suite().test_a_client_s_words_stay_text(Notes(lambda b: b.brand_name), hostile(order))


def test_kit_notices_another_text_for_the_same_arguments(order: Order) -> None:
    """Such as one that counts."""
    numbers = count()
    with pytest.raises(AssertionError):
        suite().test_same_arguments_give_the_same_text(Notes(lambda _: str(next(numbers))), order)


@pytest.mark.parametrize("heading", ["## Notes", "# Notes", "Notes\n====="])
def test_kit_notices_headings_of_the_report_s_levels(order: Order, heading: str) -> None:
    """In each of Markdown's ways."""
    with pytest.raises(AssertionError):
        suite().test_headings_begin_at_level_three(Notes(lambda _: f"\n{heading}\n"), order)


def test_kit_notices_a_section_without_text(order: Order) -> None:
    """A heading in the report with nothing below it."""

    class Silent(Notes):
        def write_section(self, *_: object) -> str:
            return " "

    with pytest.raises(AssertionError):
        suite().test_every_section_has_text(Silent(lambda _: ""), order)


@pytest.mark.parametrize("names", [(), ("Notes",), ("a b",)])
def test_kit_notices_ids_that_no_pack_can_list(names: tuple[str, ...]) -> None:
    """Or none at all."""
    writer = Notes(lambda _: "")
    writer.section_ids = frozenset(names)
    with pytest.raises(AssertionError):
        suite().test_section_ids_can_stand_in_a_pack(writer)
