"""The conformance suite of section writers. Import it from `aicmo_core.testing.sections`."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve, frozen

from aicmo_core.app import open_app
from aicmo_core.kernel.structuring import structure
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO, OnboardingQueryPort
from aicmo_core.modules.production.api import CalendarEntryDTO, SectionWriterPort
from aicmo_core.modules.strategy.api import StrategyDocDTO, StrategyQueryPort
from aicmo_core.runtime.records import RunState
from aicmo_core.workflows.client_to_delivery import (
    ClientToDeliveryInput,
    client_to_delivery,
    generate_draft,
)

SAMPLES = ("coffee_roastery", "water_metering")
"""One that sells to households, one that sells to companies."""

HOSTILE = "<b>Ann</b> [a](javascript:b) `c` | *d* {{ e }}"
"""A client's own words that are markup in many languages, and text here."""


@frozen
class Order:
    """What a writer is given."""

    brief: NormalizedBriefDTO
    strategy: StrategyDocDTO
    calendar: tuple[CalendarEntryDTO, ...]


def sample_order(sample: str, pack: str) -> ClientToDeliveryInput:
    """Return a sample order, of another pack."""
    text = (files("aicmo_core.samples") / f"{sample}.json").read_text("utf-8")
    return evolve(structure(json.loads(text), ClientToDeliveryInput), pack=pack)


@cache
def planned(sample: str) -> Order:
    """Return the brief, the strategy and the calendar of a sample order."""
    with TemporaryDirectory() as folder, open_app("memory:", artifacts=folder) as app:
        run = app.run(client_to_delivery, sample_order(sample, "quick_social_basic"))
        assert run.state is RunState.COMPLETED, run.failure
        draft = run.result(generate_draft)
        with app.unit_of_work() as work:
            brief = work.port(OnboardingQueryPort).get_brief(draft.brief_id)
            strategy = work.port(StrategyQueryPort).get_strategy(draft.strategy_id)
            assert brief is not None
            assert strategy is not None
            return Order(brief, strategy, draft.calendar)


def hostile(order: Order) -> Order:
    """Return *order* of a client whose answers are markup."""
    brief = evolve(
        order.brief,
        brand_name=HOSTILE,
        description=HOSTILE,
        industry=HOSTILE,
        target_audience=HOSTILE,
        objectives=(HOSTILE,),
        products=(HOSTILE,),
    )
    return evolve(order, brief=brief)


class SectionWriterConformance:
    """
    The promises of `SectionWriterPort`.

    Subclass it, and give it a fixture `writer`.
    """

    @pytest.fixture(params=SAMPLES)
    def order(self, request: pytest.FixtureRequest) -> Order:
        """A sample's brief and plan."""
        return planned(request.param)

    def _written(self, writer: SectionWriterPort, order: Order) -> dict[str, str]:
        return {
            name: writer.write_section(name, order.brief, order.strategy, order.calendar)
            for name in sorted(writer.section_ids)
        }

    def test_section_ids_can_stand_in_a_pack(self, writer: SectionWriterPort) -> None:
        """There is one at least, each of a-z, 0-9 and _; they stay what they are."""
        names = writer.section_ids

        assert names
        assert [n for n in names if not re.fullmatch("[a-z0-9_]+", n)] == []
        assert set(writer.section_ids) == set(names)

    def test_every_section_has_text(self, writer: SectionWriterPort, order: Order) -> None:
        """For whoever orders it."""
        written = self._written(writer, order)

        assert [name for name, text in written.items() if not text.strip()] == []

    def test_same_arguments_give_the_same_text(
        self, writer: SectionWriterPort, order: Order
    ) -> None:
        """A step that is repeated after a crash writes the same report."""
        assert self._written(writer, order) == self._written(writer, order)

    def test_headings_begin_at_level_three(self, writer: SectionWriterPort, order: Order) -> None:
        """The two above are the report's and the section's own."""
        written = self._written(writer, order)

        above = re.compile(r"^ {0,3}#{1,2}(\s|$)|^ {0,3}(=+|-+) *$", re.MULTILINE)
        assert {name: above.findall(text) for name, text in written.items()} == {
            name: [] for name in written
        }

    def test_a_client_s_words_stay_text(self, writer: SectionWriterPort, order: Order) -> None:
        """No markup of theirs is in a section as it was given."""
        written = self._written(writer, hostile(order))

        markup = re.compile(r"(?<!\\)(?:<b>|\]\(javascript|`c`|\*d\*|\{\{)")
        found = {name: markup.findall(text) for name, text in written.items()}
        assert found == {name: [] for name in written}
