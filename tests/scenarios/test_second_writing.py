"""A section in which quality control finds something is written once more, before it decides."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from aicmo_core import ClientToDeliveryInput, Run, RunState
from aicmo_core.app import App
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.hooks import TextRequest, TextUnavailable
from aicmo_core.kernel import Money
from aicmo_core.modules.production.api import ContentDraftDTO, RewordingOutcome, TextTerms
from aicmo_core.modules.qc.api import QcQueryPort, QcResultDTO
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.saga import Workflow
from aicmo_core.testing import crash_points
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from aicmo_core.workflows import reworded_delivery
from aicmo_core.workflows.client_to_delivery import generate_draft
from scenarios.errands import ClockedBackend
from scenarios.stores import order
from scenarios.test_reworded_delivery import (
    DOLLAR,
    SECTIONS,
    Agency,
    draft_of,
    rewordings,
)
from scenarios.text_models import CountingModel, Writer, reword

Received = dict[str, str | list[str]]


class Patient(Agency):
    """An agency that has a failing section written a second time."""

    @property
    def workflow(self) -> Workflow[ClientToDeliveryInput]:
        return reworded_delivery(self.terms, self.retry, second_writing=True)

    def delivered(self) -> tuple[Run, ContentDraftDTO, QcResultDTO]:
        """Run the order; return its draft and the verdict on it too."""
        with self.process() as app:
            run = app.run(self.workflow, order(), key="k")
            draft = draft_of(app, run)
            return run, draft, verdict_of(app, draft)


def verdict_of(app: App, draft: ContentDraftDTO) -> QcResultDTO:
    with app.unit_of_work() as work:
        verdict = work.port(QcQueryPort).get_result(draft.draft_id)
    assert verdict is not None
    return verdict


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(allow=[])


def spoil(received: Received) -> str:
    """Answer with words that no client may see."""
    return json.dumps({"passages": [f"TODO: {passage}" for passage in received["passages"]]})


def of_sections(bad: tuple[str, ...], again: Writer = reword) -> Writer:
    """Spoil these sections at first; answer *again* where it is said what was wrong."""

    def write(received: Received) -> str:
        if "problems" in received:
            return again(received)
        return spoil(received) if received["section"] in bad else reword(received)

    return write


ALL = ("Client Overview", "Messaging Framework", "Content Buckets", "Hashtag Strategy",
       "KPI Plan", "Execution Roadmap", "Final Summary")  # fmt: skip
TWO = ("Content Buckets", "Final Summary")


@pytest.mark.parametrize(("bad", "count"), [(ALL, 7), (TWO, 2)])
def test_bad_text_first_and_good_text_next_is_delivered(
    plugins: Plugins, bad: tuple[str, ...], count: int
) -> None:
    """What failed is asked for once more, with what was found in it, and nothing else is."""
    received: list[Received] = []

    def write(blocks: Received) -> str:
        received.append(blocks)
        return of_sections(bad)(blocks)

    model = CountingModel(write)
    run, draft, verdict = Patient(plugins, model, TextTerms(DOLLAR)).delivered()

    assert (run.state, run.failure) == (RunState.COMPLETED, None)
    assert [r["section"] for r in received[SECTIONS:]] == list(bad)
    assert all("todo" in " ".join(r["problems"]) for r in received[SECTIONS:])
    assert len(model.keys) == len(set(model.keys)) == SECTIONS + count
    assert "TODO" not in draft.body
    assert draft.body.replace("Note: ", "") == run.result(generate_draft).body
    titles = [s.title for s in draft.sections if s.section_id in verdict.rewritten]
    assert titles == list(bad)
    assert draft.metadata["text"]["rewritten"] == list(verdict.rewritten)
    assert draft.metadata["text"]["cost"] == [f"USD 0.{SECTIONS + count:02}"]


def test_good_text_is_not_written_twice(plugins: Plugins) -> None:
    """The option costs nothing where nothing is found."""
    model = CountingModel()

    run, draft, verdict = Patient(plugins, model, TextTerms(DOLLAR)).delivered()

    assert run.state is RunState.COMPLETED
    assert len(model.keys) == SECTIONS
    assert verdict.rewritten == ()
    assert "rewritten" not in draft.metadata["text"]


def test_text_that_stays_bad_takes_the_run_back(plugins: Plugins) -> None:
    """The gate decides after the second writing; there is no third, and nothing is left."""
    model = CountingModel(spoil)
    agency = Patient(plugins, model, TextTerms(DOLLAR))

    run = agency.run()

    assert run.state is RunState.COMPENSATED
    assert "failed quality control" in str(run.failure)
    assert len(model.keys) == 2 * SECTIONS
    assert agency.oracle.orphans() == {}


def test_text_that_stays_bad_gives_way_to_the_own_words(plugins: Plugins) -> None:
    """With a fallback; the verdict still tells what was written twice."""
    agency = Patient(plugins, CountingModel(spoil), TextTerms(DOLLAR, fallback=True))

    run, draft, verdict = agency.delivered()

    assert run.state is RunState.COMPLETED
    assert draft.body == run.result(generate_draft).body
    assert draft.metadata["text"]["withdrawn"] is True
    assert len(verdict.rewritten) == SECTIONS


def nonsense(_: Received) -> str:
    return "nonsense"


def test_second_answer_that_cannot_be_used_leaves_a_section_its_own_words(
    plugins: Plugins,
) -> None:
    """With a fallback, and that section alone: the others keep the model's."""
    model = CountingModel(of_sections(TWO, nonsense))
    agency = Patient(plugins, model, TextTerms(DOLLAR, asks=3, fallback=True))

    run, draft, verdict = agency.delivered()

    own = {s.section_id: s for s in run.result(generate_draft).sections}
    kept = {s.section_id for s in draft.sections if s == own[s.section_id]}
    assert run.state is RunState.COMPLETED
    assert kept == {"detailed_30_day_calendar", "content_buckets", "final_summary"}
    assert set(verdict.rewritten) == {"content_buckets", "final_summary"}
    assert set(draft.metadata["text"]["reworded"]) == own.keys() - kept
    assert len(model.keys) == SECTIONS + 2


def test_second_answer_that_cannot_be_used_takes_the_run_back(plugins: Plugins) -> None:
    """Without a fallback."""
    agency = Patient(plugins, CountingModel(of_sections(TWO, nonsense)), TextTerms(DOLLAR))

    run = agency.run()

    assert run.state is RunState.COMPENSATED
    assert "no usable words for section content_buckets" in str(run.failure)
    assert agency.oracle.orphans() == {}


def test_ceiling_is_for_both_writings_together(plugins: Plugins) -> None:
    """A second answer that could pass it is not asked for."""
    cents = Decimal(SECTIONS + 1) / 100
    model = CountingModel(of_sections(TWO))
    agency = Patient(plugins, model, TextTerms(Money(cents, "USD"), fallback=True))

    run, draft, _ = agency.delivered()

    assert run.state is RunState.COMPLETED
    assert len(model.keys) == SECTIONS + 1
    assert [o for _, _, o in agency.outcomes()].count(RewordingOutcome.CEILING) == 1
    assert draft.sections[-1] == run.result(generate_draft).sections[-1]


class Fading(CountingModel):
    """A model that does not answer a second time."""

    def write(self, request: TextRequest) -> Any:
        if any(data.name == "problems" for data in request.data):
            self.keys.append(request.key)
            raise TextUnavailable("fading", "it is gone")
        return super().write(request)


def test_model_that_is_gone_by_then_is_done_without(plugins: Plugins) -> None:
    """With a fallback: one call, and the sections that failed have their own words."""
    model = Fading(of_sections(TWO))
    agency = Patient(plugins, model, TextTerms(DOLLAR, fallback=True))

    run, draft, _ = agency.delivered()

    assert run.state is RunState.COMPLETED
    assert len(model.keys) == SECTIONS + 1
    assert "TODO" not in draft.body


def small_order() -> ClientToDeliveryInput:
    """An order of the smallest pack: of its six sections one is the calendar."""
    return order(pack="strategy_campaign_basic", acceptance={})


def test_crash_between_any_two_steps_changes_nothing(plugins: Plugins) -> None:
    """Whoever recovers the run ends it alike, and pays for nothing twice that was committed."""
    model = CountingModel(of_sections(("Final Summary",)))
    agency = Patient(plugins, model, TextTerms(DOLLAR))

    report = crash_points(
        agency.process,
        agency.workflow,
        small_order(),
        backend=lambda: ClockedBackend(Memory(), agency.clock),
        compare=lambda app, run: (draft_of(app, run).body, len(rewordings(app, run))),
    )

    runs, calls = 1 + len(report.points), Counter(model.keys)
    assert {point.state for point in report.points} == {RunState.COMPLETED}
    assert len(calls) == 6 * runs
    assert len(model.keys) == 6 * runs + 6


def take_back(plugins: Plugins, crash_at: int | None = None) -> int:
    """Run an order whose text stays bad, with a crash; return how many commits were asked for."""
    model = CountingModel(of_sections(("Final Summary",), spoil))
    agency = Patient(plugins, model, TextTerms(DOLLAR))
    store = FaultyBackend(agency.store())
    if crash_at is not None:
        store.plan[crash_at] = Fault.CRASH_AFTER
    with suppress(Crash), agency.process(store) as app:
        app.run(agency.workflow, small_order(), key="k")
    with agency.process() as app:
        app.recover(now=True)
        run = app.run(agency.workflow, small_order(), key="k")
        balanced = app.runs.audit(run.id).balanced

    assert store.dead is (crash_at is not None)
    assert run.state is RunState.COMPENSATED
    assert balanced
    assert agency.oracle.orphans() == {}
    return store.commits


def test_crash_while_bad_text_is_taken_back_leaves_nothing(plugins: Plugins) -> None:
    """From the commit of the second writing to the last of the undoing."""
    commits = take_back(plugins)

    for number in range(commits - 5, commits):
        take_back(plugins, number)


def test_run_that_was_begun_without_it_goes_on_with_it(plugins: Plugins) -> None:
    """To switch the option on parks no run that has not come so far."""
    agency = Patient(plugins, CountingModel(of_sections(TWO)), TextTerms(DOLLAR))
    hasty = Agency(plugins, agency.model, agency.terms)
    hasty.oracle, hasty.clock, hasty._files = agency.oracle, agency.clock, agency._files
    with hasty.process() as app:
        app.start(hasty.workflow, order(), key="k")

    run, _, verdict = agency.delivered()

    assert run.state is RunState.COMPLETED
    assert len(verdict.rewritten) == len(TWO)
