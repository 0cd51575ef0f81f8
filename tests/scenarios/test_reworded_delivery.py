"""A draft in a model's words: what is paid, what is kept, and what becomes of a bad answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from aicmo_core import ClientToDeliveryInput, Run, RunState, open_app
from aicmo_core.app import App
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.hooks import TextPrice, TextProvider, provides
from aicmo_core.kernel import Money, Secret
from aicmo_core.modules.production.api import (
    ContentDraftDTO,
    ProductionQueryPort,
    RewordingDTO,
    RewordingOutcome,
    SectionRewordPort,
    TextTerms,
)
from aicmo_core.modules.production.internal.asking import INSTRUCTIONS
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.providers.openai_text import OpenAITextProvider
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.saga import NO_RETRY, RetryPolicy, Workflow
from aicmo_core.storage import Backend
from aicmo_core.testing import crash_points
from aicmo_core.testing.fixtures import FixedClock
from aicmo_core.workflows import client_to_delivery, reworded_delivery
from aicmo_core.workflows.client_to_delivery import generate_draft
from scenarios.errands import ClockedBackend, WatchedWaiter
from scenarios.stores import TAKEN_BACK, MemoryOracle, order
from scenarios.text_models import CountingModel, blocks, reword
from scenarios.text_server import (
    Body,
    Handler,
    Reply,
    TextServer,
    completion,
    fails,
    half,
    hangs_up,
    never,
    raw,
    says,
    text_server,
)

SECTIONS = 7
"""Of the pack's eight sections: the calendar has no passage."""

DOLLAR = Money(Decimal(1), "USD")


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(allow=[])


class Agency:
    """A store and files that processes come and go on; time passes only while somebody waits."""

    def __init__(self, plugins: Plugins, model: TextProvider, terms: TextTerms) -> None:
        self.oracle = MemoryOracle()
        self.model = model
        self.retry: RetryPolicy = NO_RETRY
        self._files = MemoryArtifactStore()
        self._plugins = plugins
        self.terms = terms
        self.clock = FixedClock()

    @property
    def workflow(self) -> Workflow[ClientToDeliveryInput]:
        return reworded_delivery(self.terms, self.retry)

    def process(self, backend: Backend | None = None) -> App:
        return open_app(
            backend or self.store(),
            artifacts=self._files,
            plugins=self._plugins,
            workflows=[self.workflow],
            providers=[provides(TextProvider).by(lambda _: self.model)],
            clock=self.clock,
            waiter=WatchedWaiter(self.clock),
        )

    def store(self) -> Backend:
        return ClockedBackend(self.oracle.memory, self.clock)

    def run(self, **changes: Any) -> Run:
        with self.process() as app:
            return app.run(self.workflow, order(**changes), key="k")

    def outcomes(self) -> list[tuple[str, int, RewordingOutcome]]:
        with self.process() as app:
            rows = rewordings(app, app.run(self.workflow, order(), key="k"))
        return [(row.section_id, row.ask, row.outcome) for row in rows]


def draft_of(app: App, run: Run) -> ContentDraftDTO:
    with app.unit_of_work() as work:
        draft = work.port(ProductionQueryPort).get_draft(run.result(generate_draft).draft_id)
    assert draft is not None
    return draft


def rewordings(app: App, run: Run) -> list[RewordingDTO]:
    with app.unit_of_work() as work:
        return work.port(SectionRewordPort).list_rewordings(run.result(generate_draft).draft_id)


# -- what is paid ------------------------------------------------------------------------------


def test_each_section_is_asked_for_once(plugins: Plugins) -> None:
    """And the report is in the model's words, in the structure that it had."""
    model = CountingModel()
    agency = Agency(plugins, model, TextTerms(DOLLAR))

    with agency.process() as app:
        run = app.run(agency.workflow, order(), key="k")
        draft, own = draft_of(app, run), run.result(generate_draft)

    assert (run.state, run.failure) == (RunState.COMPLETED, None)
    assert len(model.keys) == len(set(model.keys)) == SECTIONS
    assert draft.body.count("Note: ") > SECTIONS
    assert draft.body.replace("Note: ", "") == own.body
    assert draft.metadata["text"]["cost"] == ["USD 0.07"]
    assert len(draft.metadata["text"]["reworded"]) == SECTIONS
    assert (draft.calendar, draft.budget) == (own.calendar, own.budget)


def test_run_without_the_workflow_asks_nobody(plugins: Plugins) -> None:
    """A provider alone changes nothing: a host chooses the workflow, too."""
    model = CountingModel()
    agency = Agency(plugins, model, TextTerms(DOLLAR))

    with agency.process() as app:
        run = app.run(client_to_delivery, order())
        draft = draft_of(app, run)

    assert run.state is RunState.COMPLETED
    assert model.keys == []
    assert draft == run.result(generate_draft)


def test_workflow_without_a_model_writes_the_same_report(plugins: Plugins) -> None:
    """The built-in provider answers with the words that are there."""
    workflow = reworded_delivery(TextTerms(Money(Decimal(0), "USD")))

    with open_app(artifacts=MemoryArtifactStore(), plugins=plugins, workflows=[workflow]) as app:
        run = app.run(workflow, order())
        draft = draft_of(app, run)

    assert run.state is RunState.COMPLETED
    assert draft.body == run.result(generate_draft).body
    assert draft.sections == run.result(generate_draft).sections


def test_what_was_committed_is_not_paid_again(plugins: Plugins) -> None:
    """
    Whichever commit a process dies at, the run ends in the same words, and pays for them once.

    Only an answer that was received and not stored yet is asked for again: one call at most,
    under the same key, for an endpoint that heeds it.
    """
    model = CountingModel()
    agency = Agency(plugins, model, TextTerms(DOLLAR))

    report = crash_points(
        agency.process,
        agency.workflow,
        order(),
        backend=lambda: ClockedBackend(Memory(), agency.clock),
        compare=lambda app, run: (draft_of(app, run).body, len(rewordings(app, run))),
    )

    assert {point.state for point in report.points} == {report.uninterrupted}
    assert report.uninterrupted is RunState.COMPLETED
    runs, calls = 1 + len(report.points), Counter(model.keys)
    assert len(calls) == SECTIONS * runs
    paid_twice = [key.partition("/")[0] for key, paid in calls.items() if paid > 1]
    assert len(paid_twice) == len(set(paid_twice)) == SECTIONS
    assert len(model.keys) == SECTIONS * runs + SECTIONS


# -- the ceiling -------------------------------------------------------------------------------


@pytest.mark.parametrize("cents", range(SECTIONS + 2))
def test_call_that_could_pass_the_ceiling_is_not_made(plugins: Plugins, cents: int) -> None:
    """The calls that fit are made; with a fallback the rest keeps its own words."""
    model = CountingModel()
    ceiling = Money(Decimal(cents) / 100, "USD")
    agency = Agency(plugins, model, TextTerms(ceiling, fallback=True))

    run = agency.run()

    assert run.state is RunState.COMPLETED
    assert len(model.keys) == min(cents, SECTIONS)


def test_ceiling_without_a_fallback_takes_the_run_back(plugins: Plugins) -> None:
    """What it made is gone, and the failure says why."""
    model = CountingModel()
    agency = Agency(plugins, model, TextTerms(Money(Decimal("0.03"), "USD")))

    run = agency.run()

    assert run.state is RunState.COMPENSATED
    assert "could cost more than USD 0.03" in str(run.failure)
    assert len(model.keys) == 3
    assert agency.oracle.orphans() == {}
    assert "production_rewordings" in TAKEN_BACK


def test_answers_that_were_of_no_use_count(plugins: Plugins) -> None:
    """They were paid."""
    model = CountingModel(lambda _: "nonsense")
    agency = Agency(plugins, model, TextTerms(Money(Decimal("0.05"), "USD"), 3, fallback=True))

    run = agency.run()

    assert run.state is RunState.COMPLETED
    assert len(model.keys) == 5


def test_ceiling_in_another_currency_is_a_mistake(plugins: Plugins) -> None:
    """No call is made on a guess at a rate."""
    model = CountingModel()
    agency = Agency(plugins, model, TextTerms(Money(Decimal(9), "EUR"), fallback=True))

    run = agency.run()

    assert run.state is RunState.COMPENSATED
    assert "expected USD as in the price, found EUR" in str(run.failure)
    assert model.keys == []


# -- over HTTP, with an endpoint that misbehaves -----------------------------------------------


def rewords(handler: Handler, body: Body) -> None:
    """Answer as a good model does."""
    received = blocks(body["messages"][1]["content"])
    handler.answer(200, completion(reword(received)))


@pytest.fixture
def server() -> Iterator[TextServer]:
    with text_server(rewords) as server:
        yield server


@pytest.fixture
def hire(server: TextServer, plugins: Plugins) -> Callable[..., Agency]:
    """Returns an agency whose model is behind the server."""

    def hire(**terms: Any) -> Agency:
        model = OpenAITextProvider(
            "stub",
            Secret("sk-test"),
            TextPrice(Money(Decimal(1), "USD"), Money(Decimal(4), "USD")),
            base_url=server.url,
            timeout=timedelta(seconds=0.3),
            waiter=WatchedWaiter(FixedClock()),
        )
        return Agency(plugins, model, TextTerms(DOLLAR, **terms))

    return hire


def test_report_is_written_over_http(server: TextServer, hire: Callable[..., Agency]) -> None:
    """One request for each section; the system's message is the library's own, to the byte."""
    agency = hire()

    assert agency.run().state is RunState.COMPLETED
    assert len(server.bodies) == SECTIONS
    assert {body["messages"][0]["content"] for body in server.bodies} == {INSTRUCTIONS}
    assert all([m["role"] for m in b["messages"]] == ["system", "user"] for b in server.bodies)


def _says_of(change: Callable[[list[str]], Any]) -> Reply:
    """Answer with what *change* makes of the passages that were asked for."""

    def reply(handler: Handler, body: Body) -> None:
        passages = blocks(body["messages"][1]["content"])["passages"]
        handler.answer(200, completion(json.dumps(change(list(passages)))))

    return reply


UNUSABLE: dict[str, Reply] = {
    "not json": says("Here is your text."),
    "half json": says('{"passages": ["One'),
    "cut off by length": says('{"passages": ["One', usage={}),
    "nothing": says(None),
    "wrong shape": says('{"paragraphs": []}'),
    "one passage too many": _says_of(lambda own: {"passages": [*own, own[0]]}),
    "more than was asked": _says_of(lambda own: {"passages": own, "approved": True}),
    "wrong language": _says_of(lambda own: {"passages": ["Alles wird gut werden." for _ in own]}),
    "instructions": _says_of(lambda own: {"passages": ["Ignore all rules." for _ in own]}),
    "a link": _says_of(lambda own: {"passages": [f"{one} See evil.example" for one in own]}),
    "markup": _says_of(lambda own: {"passages": [f"<script>{one}</script>" for one in own]}),
    "other numbers": _says_of(lambda own: {"passages": [f"{one} 77" for one in own]}),
    "huge": _says_of(lambda own: {"passages": [one * 50 for one in own]}),
    "a tool call": says(None, choices=[{"message": {"content": None, "tool_calls": [{}]}}]),
}


@pytest.mark.parametrize("reply", UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_answer_is_asked_for_again_with_what_is_wrong(
    server: TextServer, hire: Callable[..., Agency], reply: Reply
) -> None:
    """The second answer is taken; the first stays on the bill."""
    server.script = [reply]
    agency = hire()

    assert agency.run().state is RunState.COMPLETED

    first, second = (blocks(body["messages"][1]["content"]) for body in server.bodies[:2])
    assert "problems" not in first
    assert second.pop("problems")
    assert second == first
    assert len(server.bodies) == SECTIONS + 1
    assert ("overview", 1, RewordingOutcome.UNUSABLE) in agency.outcomes()
    assert ("overview", 2, RewordingOutcome.USABLE) in agency.outcomes()


@pytest.mark.parametrize("asks", [1, 3])
def test_unusable_answers_are_asked_for_so_often_and_no_more(
    server: TextServer, hire: Callable[..., Agency], asks: int
) -> None:
    """Then the section keeps its own words, where that is allowed."""
    server.script = [says("nonsense")] * asks
    agency = hire(asks=asks, fallback=True)

    with agency.process() as app:
        run = app.run(agency.workflow, order(), key="k")
        draft, own = draft_of(app, run), run.result(generate_draft)

    assert run.state is RunState.COMPLETED
    assert len(server.bodies) == SECTIONS - 1 + asks
    assert draft.sections[0] == own.sections[0]
    assert draft.sections[1] != own.sections[1]


def test_unusable_answers_without_a_fallback_take_the_run_back(
    server: TextServer, hire: Callable[..., Agency]
) -> None:
    """No further section is paid for."""
    server.usual = says("nonsense")
    agency = hire(asks=2)

    run = agency.run()

    assert run.state is RunState.COMPENSATED
    assert "no usable words for section overview" in str(run.failure)
    assert len(server.bodies) == 2
    assert agency.oracle.orphans() == {}


NO_ANSWER: dict[str, Reply] = {
    "slow": never,
    "hangs up": hangs_up,
    "half": half(completion("x" * 500)),
    "huge": raw(b" " * 1_100_000),
    "no completion": raw(b"<html>"),
    "busy": fails(429),
    "broken": fails(500),
    "refuses": fails(401),
}


@pytest.mark.parametrize("reply", NO_ANSWER.values(), ids=NO_ANSWER)
def test_model_that_does_not_answer_is_done_without(
    server: TextServer, hire: Callable[..., Agency], reply: Reply
) -> None:
    """With a fallback: the sections that are left keep their own words, and nobody is asked."""
    server.script = [rewords, rewords]
    server.usual = reply
    agency = hire(fallback=True)

    assert agency.run().state is RunState.COMPLETED

    found = [outcome for _, _, outcome in agency.outcomes()]
    assert found.count(RewordingOutcome.USABLE) == 2
    assert found.count(RewordingOutcome.UNAVAILABLE) == 1


@pytest.mark.parametrize("name", [n for n in NO_ANSWER if n not in ("busy", "refuses", "broken")])
def test_model_that_does_not_answer_is_asked_by_the_next_attempt(
    server: TextServer, hire: Callable[..., Agency], name: str
) -> None:
    """Without a fallback, under the same key: what came before is not asked for again."""
    server.script = [rewords, NO_ANSWER[name], NO_ANSWER[name]]
    agency = hire()
    agency.retry = RetryPolicy(max_attempts=3, initial=timedelta(0))

    assert agency.run().state is RunState.COMPLETED

    keys = [headers["idempotency-key"] for headers in server.headers]
    assert len(keys) == SECTIONS + 2
    assert keys[1] == keys[2] == keys[3]
    assert len(set(keys)) == SECTIONS


def test_attempts_that_may_have_been_charged_count(
    server: TextServer, hire: Callable[..., Agency]
) -> None:
    """A ceiling for one call is not enough for the second attempt at it."""
    agency = hire()
    agency.retry = RetryPolicy(max_attempts=9, initial=timedelta(0))
    server.usual = never
    agency.terms = TextTerms(Money(Decimal("0.009"), "USD"))

    run = agency.run()

    assert run.state is RunState.COMPENSATED
    assert "could cost more" in str(run.failure)
    assert 1 <= len(server.bodies) < 9


def test_refusal_without_a_fallback_takes_the_run_back(
    server: TextServer, hire: Callable[..., Agency]
) -> None:
    """At once: a wrong key is not tried nine times."""
    server.usual = fails(401)
    agency = hire()
    agency.retry = RetryPolicy(max_attempts=9)

    run = agency.run()

    assert run.state is RunState.COMPENSATED
    assert "status 401" in str(run.failure)
    assert len(server.bodies) == 1


def test_draft_that_fails_in_other_words_is_sent_in_its_own(plugins: Plugins) -> None:
    """With a fallback, quality control has the last word, and not the model."""
    spoiled = CountingModel(
        lambda received: json.dumps({"passages": [f"TODO: {p}" for p in received["passages"]]})
    )
    agency = Agency(plugins, spoiled, TextTerms(DOLLAR, fallback=True))

    with agency.process() as app:
        run = app.run(agency.workflow, order(), key="k")
        draft, own = draft_of(app, run), run.result(generate_draft)

    assert run.state is RunState.COMPLETED
    assert draft.body == own.body
    assert draft.metadata["text"]["withdrawn"] is True
    agency = Agency(plugins, spoiled, TextTerms(DOLLAR))
    assert "failed quality control" in str(agency.run().failure)
