"""An onboarding desk over a memory backend, with a clock and ids that a test decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import define, field

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.kernel import Ids
from aicmo_core.kernel.ids import CorrelationId
from aicmo_core.modules.onboarding.api import ClarificationDTO, IntakeFormDTO
from aicmo_core.modules.onboarding.internal.adapters import (
    BriefNormalizer,
    IntakeCapture,
    OnboardingQuery,
    ProjectSetup,
)
from aicmo_core.modules.onboarding.internal.collections import BRIEFS, INTAKES, PROJECTS
from aicmo_core.modules.onboarding.internal.reading import Reading, read_form
from aicmo_core.storage import Emitted, ModuleSchema, Store, UnitOfWork
from aicmo_core.testing.fixtures import MONDAY_MORNING, FixedClock, SequentialIds

COLLECTIONS = (INTAKES, BRIEFS, PROJECTS)

REQUIRED: dict[str, Any] = {
    "brand_name": "Tern Island Kayaks",
    "industry": "Guided tours",
    "description": "Kayak tours among the islands.",
    "primary_customer": "Families on holiday",
    "primary_goal": "Get 200 bookings in 90 days",
    "products": ["Half-day tour"],
}


def form(**answers: Any) -> IntakeFormDTO:
    """Return a form with the required answers, and *answers* over them."""
    return IntakeFormDTO({**REQUIRED, **answers}, datetime(2026, 3, 1, 8, 0, tzinfo=UTC))


def read(**answers: Any) -> Reading:
    """Return the reading of `form(**answers)` on a Monday in March 2026."""
    return read_form(form(**answers), None, MONDAY_MORNING)


def about(reading: Reading, question_id: str) -> list[ClarificationDTO]:
    return [c for c in reading.clarifications if c.question_id == question_id]


@define
class Desk:
    """Onboarding's adapters in one unit of work at a time; `commit` ends it."""

    clock: FixedClock = field(factory=FixedClock)
    ids: Ids = field(factory=SequentialIds)
    backend: MemoryBackend = field(factory=MemoryBackend)
    work: UnitOfWork = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.backend.prepare([ModuleSchema("onboarding", COLLECTIONS)])
        self.begin()

    def begin(self) -> None:
        self.work = UnitOfWork(self.backend, SequentialIds("e"), self.clock, CorrelationId("run-1"))

    def commit(self) -> Sequence[Emitted]:
        """Make true what was done; return the events that came with it."""
        emitted = self.work.emitted
        self.backend.commit(self.work.changes())
        self.begin()
        return emitted

    def rows(self) -> tuple[int, ...]:
        """Return how many intakes, briefs and projects are stored."""
        return tuple(self.backend.count(collection) for collection in COLLECTIONS)

    @property
    def store(self) -> Store:
        return self.work.store("onboarding", {c.name: "onboarding" for c in COLLECTIONS})

    @property
    def intake(self) -> IntakeCapture:
        return IntakeCapture(self.store, self.clock, self.ids)

    @property
    def normalizer(self) -> BriefNormalizer:
        return BriefNormalizer(self.store, self.clock)

    @property
    def setup(self) -> ProjectSetup:
        return ProjectSetup(self.store, self.clock, self.ids)

    @property
    def query(self) -> OnboardingQuery:
        return OnboardingQuery(self.store, self.clock)
