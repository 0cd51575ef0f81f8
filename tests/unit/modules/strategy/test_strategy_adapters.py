"""Strategies as they are stored, counted, approved and told of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import InvalidValue, NotFound
from aicmo_core.kernel.ids import BriefId, ClientId, CorrelationId, StrategyId
from aicmo_core.modules.onboarding.api import (
    IntakeFormDTO,
    NormalizedBriefDTO,
    OnboardingQueryPort,
    OnboardingStatusDTO,
    ProjectSetupDTO,
)
from aicmo_core.modules.strategy.api import (
    StrategyApproved,
    StrategyGenerated,
    StrategyInputDTO,
)
from aicmo_core.modules.strategy.internal.adapters import (
    StrategyApprover,
    StrategyGenerator,
    StrategyQuery,
)
from aicmo_core.modules.strategy.internal.collections import STRATEGIES
from aicmo_core.modules.strategy.internal.rule_sets import ALL
from aicmo_core.modules.strategy.plugin import aicmo_module
from aicmo_core.runtime.rules import Rules
from aicmo_core.storage import Conflict, ModuleSchema, UnitOfWork

BRIEF = BriefId("brief-1")
GIVEN = StrategyInputDTO(BRIEF)
MOMENT = datetime(2026, 3, 4, 9, tzinfo=UTC)


class TickingClock(Clock):
    """An hour passes between two looks at it."""

    def __init__(self) -> None:
        self.hours = 0

    def now(self) -> datetime:
        self.hours += 1
        return MOMENT + timedelta(hours=self.hours)


class StoppedClock(Clock):
    def now(self) -> datetime:
        return MOMENT


class CountedIds(Ids):
    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._drawn = 0

    def new(self) -> str:
        self._drawn += 1
        return f"{self._prefix}-{self._drawn}"


class Briefs(OnboardingQueryPort):
    """Onboarding with a single brief."""

    def __init__(self, brief: NormalizedBriefDTO) -> None:
        self._brief = brief

    def get_brief(self, brief_id: BriefId) -> NormalizedBriefDTO | None:
        return self._brief if brief_id == self._brief.brief_id else None

    def get_intake(self, brief_id: BriefId) -> IntakeFormDTO | None:
        return None

    def get_onboarding_status(self, client_id: ClientId) -> OnboardingStatusDTO | None:
        return None

    def get_project(self, brief_id: BriefId) -> ProjectSetupDTO | None:
        return None


class Desk:
    """One unit of work over a backend, and the adapters in it."""

    def __init__(self, backend: MemoryBackend, brief: NormalizedBriefDTO, ids: Ids) -> None:
        clock = TickingClock()
        self.backend = backend
        self.work = UnitOfWork(backend, ids, clock, CorrelationId("run-1"))
        store = self.work.store("strategy", {STRATEGIES.name: "strategy"})
        self.generator = StrategyGenerator(store, Briefs(brief), Rules(ALL), clock, ids)
        self.approver = StrategyApprover(store, clock)
        self.query = StrategyQuery(store)

    def commit(self) -> None:
        self.backend.commit(self.work.changes())


OpenDesk = Callable[[], Desk]


@pytest.fixture
def open_desk(make_brief: Callable[..., NormalizedBriefDTO]) -> OpenDesk:
    backend = MemoryBackend()
    backend.prepare([ModuleSchema("strategy", (STRATEGIES,))])
    opened = iter(range(1000))
    return lambda: Desk(backend, make_brief(), CountedIds(f"desk{next(opened)}"))


def test_a_strategy_is_read_back_as_it_was_returned(open_desk: OpenDesk) -> None:
    """Child rows included, in another unit of work."""
    desk = open_desk()
    strategy = desk.generator.generate(BRIEF, GIVEN)
    desk.commit()

    found = open_desk().query.get_strategy(strategy.strategy_id)

    assert found == strategy
    assert strategy.assignments
    assert (strategy.client_id, strategy.version) == ("moehrle", 1)


def test_versions_count_up_per_brief_and_are_listed_in_order(open_desk: OpenDesk) -> None:
    """Committed or not, the next version is one more than the latest."""
    first = open_desk()
    first.generator.generate(BRIEF, GIVEN)
    first.generator.generate(BRIEF, GIVEN)
    first.commit()
    second = open_desk()

    third = second.generator.generate(BRIEF, GIVEN)

    assert third.version == 3
    assert [v.version for v in second.query.list_versions(BRIEF)] == [1, 2, 3]
    assert second.query.list_versions(BriefId("another")) == []


def test_of_two_versions_made_at_once_one_is_refused(open_desk: OpenDesk) -> None:
    """A version is unique in its brief, and its collision asks for another try."""
    one, other = open_desk(), open_desk()
    one.generator.generate(BRIEF, GIVEN)
    other.generator.generate(BRIEF, GIVEN)
    one.commit()

    with pytest.raises(Conflict) as refused:
        other.commit()

    assert refused.value.items[0].constraint == "brief_id,version"
    assert ("brief_id", "version") in STRATEGIES.optimistic


def test_generating_tells_of_the_version(open_desk: OpenDesk) -> None:
    """The event is about the strategy's row and says which version of which brief it is."""
    desk = open_desk()

    strategy = desk.generator.generate(BRIEF, GIVEN)

    (told,) = desk.work.emitted
    assert isinstance(told.event, StrategyGenerated)
    assert (told.event.strategy_id, told.event.version) == (strategy.strategy_id, 1)
    assert told.key == (strategy.strategy_id,)


def test_a_strategy_without_a_brief_is_refused(open_desk: OpenDesk) -> None:
    """The error names the brief, and nothing is written."""
    desk = open_desk()

    with pytest.raises(NotFound, match="brief 'nowhere'"):
        desk.generator.generate(BriefId("nowhere"), StrategyInputDTO(BriefId("nowhere")))

    assert desk.work.changes() == []


def test_the_same_brief_and_clock_give_the_same_strategy(
    make_brief: Callable[..., NormalizedBriefDTO],
) -> None:
    """Byte for byte, ids included where these repeat."""

    def encoded() -> object:
        backend = MemoryBackend()
        backend.prepare([ModuleSchema("strategy", (STRATEGIES,))])
        ids, clock = CountedIds(), StoppedClock()
        work = UnitOfWork(backend, ids, clock, CorrelationId("run-1"))
        store = work.store("strategy", {STRATEGIES.name: "strategy"})
        generator = StrategyGenerator(store, Briefs(make_brief()), Rules(ALL), clock, ids)
        row = STRATEGIES.encode(generator.generate(BRIEF, GIVEN), "token")
        return row.values, row.children

    assert encoded() == encoded()


def test_approval_notes_who_and_when_and_tells_of_it(open_desk: OpenDesk) -> None:
    """The approved strategy is returned, stored and announced."""
    first = open_desk()
    strategy = first.generator.generate(BRIEF, GIVEN)
    first.commit()
    desk = open_desk()

    approved = desk.approver.approve(strategy.strategy_id, "Anna Möhrle")
    desk.commit()

    assert (approved.is_approved, approved.approved_by) == (True, "Anna Möhrle")
    assert approved.approved_at == MOMENT + timedelta(hours=1)
    assert open_desk().query.get_strategy(strategy.strategy_id) == approved
    (told,) = desk.work.emitted
    assert isinstance(told.event, StrategyApproved)
    assert told.event.approved_by == "Anna Möhrle"


def test_approving_again_changes_nothing(open_desk: OpenDesk) -> None:
    """The first approval stands: no new name, no new time, no event."""
    first = open_desk()
    strategy = first.generator.generate(BRIEF, GIVEN)
    approved = first.approver.approve(strategy.strategy_id, "Anna")
    first.commit()
    desk = open_desk()

    again = desk.approver.approve(strategy.strategy_id, "Bert")

    assert again == approved
    assert desk.work.changes() == []
    assert desk.work.emitted == ()


def test_a_newer_version_does_not_inherit_an_approval(open_desk: OpenDesk) -> None:
    """Each version is approved by itself."""
    desk = open_desk()
    first = desk.generator.generate(BRIEF, GIVEN)
    desk.approver.approve(first.strategy_id, "Anna")

    second = desk.generator.generate(BRIEF, GIVEN)

    assert (second.is_approved, second.approved_by, second.approved_at) == (False, None, None)
    assert [v.is_approved for v in desk.query.list_versions(BRIEF)] == [True, False]


@pytest.mark.parametrize("nobody", ["", "  ", "\n"])
def test_an_approval_by_nobody_is_refused(open_desk: OpenDesk, nobody: str) -> None:
    """The error says where the name is missing; nothing is written."""
    desk = open_desk()
    strategy = desk.generator.generate(BRIEF, GIVEN)

    with pytest.raises(InvalidValue, match=r"\$\.approved_by: expected a person's name"):
        desk.approver.approve(strategy.strategy_id, nobody)

    assert desk.query.get_strategy(strategy.strategy_id) == strategy


def test_approving_what_is_not_there_is_refused(open_desk: OpenDesk) -> None:
    """A query answers None, a command refuses."""
    desk = open_desk()
    unknown = StrategyId("unknown")

    with pytest.raises(NotFound, match="strategy 'unknown'"):
        desk.approver.approve(unknown, "Anna")

    assert desk.query.get_strategy(unknown) is None


def test_the_plugin_owns_what_its_adapters_open() -> None:
    """The module registers its collection, its three ports and its migrations."""
    module = aicmo_module()

    assert module.name == "strategy"
    assert list(module.collections) == [STRATEGIES]
    assert len(module.adapters) == 3
    assert module.migrations == "aicmo_core.modules.strategy.internal.migrations"
