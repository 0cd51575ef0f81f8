"""What is checked is stored, told, and read back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.documents import Chart
from aicmo_core.kernel import Clock, Ids, InvalidValue, NotFound, UnknownName
from aicmo_core.kernel.ids import BriefId, ClientId, CorrelationId, DraftId, StrategyId
from aicmo_core.modules.onboarding.api import (
    IntakeFormDTO,
    NormalizedBriefDTO,
    OnboardingQueryPort,
    OnboardingStatusDTO,
    ProjectSetupDTO,
)
from aicmo_core.modules.production.api import (
    ContentDraftDTO,
    DraftBundleDTO,
    PackDTO,
    ProductionQueryPort,
)
from aicmo_core.modules.qc.api import (
    AcceptanceDTO,
    OtherBrandsPort,
    QcEvaluatePort,
    QcFacts,
    QcFailed,
    QcInputDTO,
    QcIssueDTO,
    QcPassed,
    QcRule,
    QcRulesPort,
    Severity,
)
from aicmo_core.modules.qc.internal.adapters import (
    BuiltInRulesOnly,
    NobodyElse,
    QcEvaluator,
    QcQueries,
)
from aicmo_core.modules.qc.internal.collections import QC_RESULTS
from aicmo_core.modules.qc.internal.rulesets import ALL
from aicmo_core.modules.strategy.api import (
    StrategyDocDTO,
    StrategyQueryPort,
    StrategyVersionDTO,
)
from aicmo_core.runtime.rules import Rules
from aicmo_core.storage import ModuleSchema, UnitOfWork

OWNERS = {"qc_results": "qc"}
DRAFT = DraftId("draft-1")


class TickingClock(Clock):
    def __init__(self) -> None:
        self._now = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class CountedIds(Ids):
    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"id-{self._count:04}"


class Shelf(ProductionQueryPort, StrategyQueryPort, OnboardingQueryPort):
    """One draft with its facts, behind the ports of its makers."""

    def __init__(self, facts: QcFacts) -> None:
        self.facts = facts

    def get_draft(self, draft_id: DraftId) -> ContentDraftDTO | None:
        return self.facts.draft if draft_id == self.facts.draft.draft_id else None

    def get_bundle(self, draft_id: DraftId) -> DraftBundleDTO | None:
        return None

    def get_charts(self, draft_id: DraftId) -> tuple[Chart, ...]:
        return ()

    def get_pack(self, name: str) -> PackDTO:
        raise UnknownName("pack", name, ())

    def list_packs(self) -> list[PackDTO]:
        return [self.facts.pack] if self.facts.pack else []

    def get_strategy(self, strategy_id: StrategyId) -> StrategyDocDTO | None:
        return self.facts.strategy

    def list_versions(self, brief_id: BriefId) -> list[StrategyVersionDTO]:
        return []

    def get_onboarding_status(self, client_id: ClientId) -> OnboardingStatusDTO | None:
        return None

    def get_brief(self, brief_id: BriefId) -> NormalizedBriefDTO | None:
        return self.facts.brief

    def get_intake(self, brief_id: BriefId) -> IntakeFormDTO | None:
        return None

    def get_project(self, brief_id: BriefId) -> ProjectSetupDTO | None:
        return None


class HouseRules(QcRulesPort):
    """A host's rules."""

    def __init__(self, *rules: QcRule, sets: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._rules = rules
        self._sets = sets or {}

    def rules(self) -> Sequence[QcRule]:
        return self._rules

    def rule_sets(self) -> Mapping[str, Mapping[str, Any]]:
        return self._sets


class Desk:
    """Units of work over one memory, and the evaluator within each."""

    def __init__(self, facts: QcFacts) -> None:
        self.shelf = Shelf(facts)
        self.added: QcRulesPort = BuiltInRulesOnly()
        self.others: OtherBrandsPort = NobodyElse()
        self._backend = MemoryBackend()
        self._backend.prepare([ModuleSchema("qc", (QC_RESULTS,))])
        self._ids, self._clock = CountedIds(), TickingClock()

    def work(self) -> UnitOfWork:
        return UnitOfWork(self._backend, self._ids, self._clock, CorrelationId("run-1"))

    def evaluator(self, work: UnitOfWork) -> QcEvaluatePort:
        store, shelf = work.store("qc", OWNERS), self.shelf
        return QcEvaluator(
            store,
            shelf,
            shelf,
            shelf,
            self.added,
            self.others,
            Rules(ALL),
            self._clock,
            self._ids,
        )

    def queries(self, work: UnitOfWork) -> QcQueries:
        return QcQueries(work.store("qc", OWNERS))

    def commit(self, work: UnitOfWork) -> None:
        self._backend.commit(work.changes())


@pytest.fixture
def desk(good: QcFacts) -> Desk:
    return Desk(good)


ORDER = AcceptanceDTO(forbidden_terms=("sourdough",))


def test_result_is_stored_with_its_findings(desk: Desk) -> None:
    """What was returned is what is read back from the store."""
    work = desk.work()
    result = desk.evaluator(work).evaluate(QcInputDTO(DRAFT, acceptance=ORDER))
    desk.commit(work)

    assert desk.queries(desk.work()).get_result(DRAFT) == result
    assert not result.passed
    assert {issue.rule for issue in result.issues} == {"acceptance_forbidden_terms"}
    assert result.benchmark_ids == ("quick_social_basic",)
    assert result.threshold == 80


def test_latest_result_wins(desk: Desk) -> None:
    """A draft has one result, however often it is checked."""
    for order in (ORDER, AcceptanceDTO()):
        work = desk.work()
        latest = desk.evaluator(work).evaluate(QcInputDTO(DRAFT, acceptance=order))
        desk.commit(work)

    work = desk.work()

    assert work.repository(QC_RESULTS).count() == 1
    assert desk.queries(work).get_result(DRAFT) == latest
    assert latest.passed


@pytest.mark.parametrize(("order", "event"), [(ORDER, QcFailed), (AcceptanceDTO(), QcPassed)])
def test_verdict_is_told(desk: Desk, order: AcceptanceDTO, event: type) -> None:
    """One event, about the result, with what a subscriber needs."""
    work = desk.work()
    result = desk.evaluator(work).evaluate(QcInputDTO(DRAFT, acceptance=order))

    (told,) = work.emitted

    assert type(told.event) is event
    assert told.key == (DRAFT,)
    assert (told.event.result_id, told.event.draft_id) == (result.result_id, DRAFT)  # type: ignore[attr-defined]


def test_missing_draft_is_named(desk: Desk) -> None:
    """Nothing is written, nothing is told."""
    work = desk.work()

    with pytest.raises(NotFound, match="there is no draft 'nobody'"):
        desk.evaluator(work).evaluate(QcInputDTO(DraftId("nobody")))

    assert work.changes() == []
    assert not work.emitted


def test_unknown_rule_set_is_named(desk: Desk) -> None:
    """A rule set that was asked for by name is never replaced by another."""
    with pytest.raises(UnknownName, match="unknown rule set 'strict'"):
        desk.evaluator(desk.work()).evaluate(QcInputDTO(DRAFT, benchmark_ids=("strict",)))


def test_pack_that_has_no_rules_gets_the_default_ones(desk: Desk) -> None:
    """A plugin's pack is checked from its first day."""
    draft = evolve(desk.shelf.facts.draft, pack="poster")
    desk.shelf.facts = evolve(desk.shelf.facts, draft=draft, pack=None)

    result = desk.evaluator(desk.work()).evaluate(QcInputDTO(DRAFT))

    assert result.benchmark_ids == ("default",)
    assert result.passed


def test_result_of_a_draft_never_checked_is_none(desk: Desk) -> None:
    """Queries answer None."""
    assert desk.queries(desk.work()).get_result(DRAFT) is None


def no_exclamations(facts: QcFacts) -> Iterable[QcIssueDTO]:
    """Some clients want it quiet."""
    for section in facts.draft.sections:
        if "order" in section.body:
            yield QcIssueDTO(Severity.CRITICAL, section.section_id, "found an order", "quiet")


def test_added_rule_is_applied(desk: Desk) -> None:
    """A host's finding counts like a built-in one."""
    desk.added = HouseRules(no_exclamations)

    result = desk.evaluator(desk.work()).evaluate(QcInputDTO(DRAFT))

    assert {issue.rule for issue in result.issues} == {"quiet"}
    assert not result.passed


def test_added_rule_that_raises_fails_the_check(desk: Desk) -> None:
    """A rule that could not be applied has not been passed."""

    def broken(facts: QcFacts) -> Iterable[QcIssueDTO]:
        raise ZeroDivisionError(facts.draft.draft_id)

    desk.added = HouseRules(broken)

    with pytest.raises(ZeroDivisionError, match=DRAFT):
        desk.evaluator(desk.work()).evaluate(QcInputDTO(DRAFT))


class Roster(OtherBrandsPort):
    """A host that knows whom else it works for."""

    def other_brands(self, client_id: ClientId) -> Sequence[str]:
        return {"moehrle": ("Saturday queue", "Backhaus")}[client_id]


def test_name_of_another_client_fails_a_draft(desk: Desk) -> None:
    """The host is asked for everybody but the client that the draft is for."""
    desk.others = Roster()

    result = desk.evaluator(desk.work()).evaluate(QcInputDTO(DRAFT))

    assert {issue.rule for issue in result.issues} == {"other_brands"}
    assert not result.passed


def test_added_rule_sets_are_found_by_name(desk: Desk) -> None:
    """They apply to the named sections; the others have the default rules."""
    demanding = {
        "pack_key": "demanding",
        "sections": {"overview": {"id": "overview", "min_words": 500, "max_words": 900}},
    }
    desk.added = HouseRules(sets={"demanding": demanding})

    result = desk.evaluator(desk.work()).evaluate(
        QcInputDTO(DRAFT, benchmark_ids=("quick_social_basic", "demanding", "demanding"))
    )

    assert [(i.rule, i.section) for i in result.issues] == [("section_words", "overview")]
    assert result.benchmark_ids == ("quick_social_basic", "demanding")
    assert result.score == 92


def test_added_rule_set_that_is_wrong_is_refused(desk: Desk) -> None:
    """With every wrong place."""
    desk.added = HouseRules(sets={"bad": {"pack_key": "bad"}})

    with pytest.raises(InvalidValue, match=r"\$\.sections"):
        desk.evaluator(desk.work()).evaluate(QcInputDTO(DRAFT, benchmark_ids=("bad",)))


def test_acceptance_block_is_read_through_the_port(desk: Desk) -> None:
    """Nothing is written."""
    work = desk.work()

    read = desk.evaluator(work).read_acceptance({"min_sections": 3})

    assert read == AcceptanceDTO(min_sections=3)
    assert work.changes() == []


Rewritten = Callable[[QcFacts, str, Callable[[str], str]], QcFacts]


def test_same_draft_has_the_same_findings(desk: Desk, rewritten: Rewritten) -> None:
    """Only id and time differ between two checks."""
    desk.shelf.facts = rewritten(desk.shelf.facts, "overview", lambda body: f"TODO {body} cheap")
    first, second = (desk.evaluator(desk.work()).evaluate(QcInputDTO(DRAFT)) for _ in range(2))

    assert first.issues == second.issues != ()
    assert first.score == second.score
    assert first.result_id != second.result_id
