"""A good report, written by hand: the rules have nothing to say against it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from aicmo_core.kernel import Money
from aicmo_core.kernel.ids import BriefId, ClientId, DraftId, StrategyId
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO, ScopeDTO
from aicmo_core.modules.production.api import (
    BudgetLineDTO,
    CalendarEntryDTO,
    ContentDraftDTO,
    PackDTO,
    SectionDTO,
    SectionKind,
)
from aicmo_core.modules.qc.api import QcFacts
from aicmo_core.modules.qc.internal.evidence import gather
from aicmo_core.modules.qc.internal.gate import Verdict, judge
from aicmo_core.modules.qc.internal.rulesets import built_in, house
from aicmo_core.modules.strategy.api import (
    ChannelPlanDTO,
    KpiDTO,
    MilestoneDTO,
    StrategyDocDTO,
    TimelineDTO,
)

SAMPLE = Path(__file__).parent / "sample"
START = date(2026, 3, 2)
MOMENT = datetime(2026, 2, 25, 9, tzinfo=UTC)
BRAND = "Bäckerei Möhrle"
PACK = PackDTO(
    "quick_social_basic",
    (
        "overview",
        "messaging_framework",
        "detailed_30_day_calendar",
        "content_buckets",
        "hashtag_strategy",
        "kpi_plan_light",
        "execution_roadmap",
        "final_summary",
    ),
)
_KINDS = {
    "detailed_30_day_calendar": (SectionKind.CALENDAR,),
    "messaging_framework": (SectionKind.MESSAGING,),
}
_BUCKETS = (("Education", "Reel"), ("Proof", "Carousel"), ("Promo", "Story"))


def _eur(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def calendar() -> tuple[CalendarEntryDTO, ...]:
    """Thirty days in a row; e-mails on Wednesdays."""
    entries = []
    for number, hook in enumerate((SAMPLE / "hooks.txt").read_text("utf-8").splitlines()):
        day = START + timedelta(days=number)
        bucket, form = _BUCKETS[number % 3]
        by_mail = day.weekday() == 2
        channel, form = ("Email", "Newsletter") if by_mail else ("Instagram", form)
        action = "Order before Thursday" if bucket == "Promo" else "Save it"
        entries.append(CalendarEntryDTO(day, channel, bucket, form, hook, action))
    return tuple(entries)


def calendar_body(entries: tuple[CalendarEntryDTO, ...]) -> str:
    lines = [
        "Posts go out at eleven; the plan runs from 2 March 2026 to 31 March 2026.",
        "",
        "| Day | Date | Platform | Bucket | Format | Hook | Action |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for number, e in enumerate(entries, start=1):
        cells = (str(number), f"{e.day:%a} {e.day.isoformat()}", e.channel, e.bucket, e.format)
        lines.append(f"| {' | '.join(cells)} | {e.hook} | {e.call_to_action} |")
    return "\n".join(lines)


def whole(sections: tuple[SectionDTO, ...]) -> str:
    """The report as production puts it together."""
    parts = [f"# {BRAND}: Quick Social", *(f"## {s.title}\n\n{s.body}" for s in sections)]
    return "\n\n".join(parts) + "\n"


def draft() -> ContentDraftDTO:
    entries = calendar()
    bodies = {path.stem: path.read_text("utf-8").strip() for path in SAMPLE.glob("*.md")}
    bodies["detailed_30_day_calendar"] = calendar_body(entries)
    sections = tuple(
        SectionDTO(name, name.replace("_", " ").title(), bodies[name], _KINDS.get(name, ()))
        for name in PACK.sections
    )
    return ContentDraftDTO(
        draft_id=DraftId("draft-1"),
        strategy_id=StrategyId("strategy-1"),
        content_type="marketing_report",
        body=whole(sections),
        created_at=MOMENT,
        pack=PACK.name,
        brief_id=BriefId("brief-1"),
        client_id=ClientId("moehrle"),
        brand_name=BRAND,
        sections=sections,
        calendar=entries,
        budget=(
            BudgetLineDTO("Instagram", Decimal(60), _eur(540)),
            BudgetLineDTO("Email", Decimal(40), _eur(360)),
        ),
    )


def strategy() -> StrategyDocDTO:
    return StrategyDocDTO(
        strategy_id=StrategyId("strategy-1"),
        brief_id=BriefId("brief-1"),
        version=1,
        kpis=(
            KpiDTO(
                "Pre-orders",
                Decimal(65),
                "pre-orders a week",
                34,
                baseline=Decimal(40),
                source="Raise weekly pre-orders from 40 to 65",
            ),
            KpiDTO(
                "Engagement rate",
                Decimal("3.5"),
                "%",
                34,
                baseline=Decimal("2.1"),
                source="engagement",
            ),
            KpiDTO("Weekly reach", Decimal(4000), "accounts", 34),
        ),
        channels=(
            ChannelPlanDTO("Instagram", Decimal(60), ("Daily posts",), budget=_eur(540)),
            ChannelPlanDTO("Email", Decimal(40), ("Weekly e-mail",), budget=_eur(360)),
        ),
        timeline=TimelineDTO(
            (MilestoneDTO("Last count", date(2026, 4, 4)),), 5, START, date(2026, 4, 6)
        ),
        executive_summary="Pre-orders grow from 40 to 65 a week.",
        is_approved=False,
        created_at=MOMENT,
        client_id=ClientId("moehrle"),
        budget_total=_eur(900),
    )


def brief() -> NormalizedBriefDTO:
    return NormalizedBriefDTO(
        brief_id=BriefId("brief-1"),
        client_id=ClientId("moehrle"),
        scope=ScopeDTO(("Thirty posts",)),
        objectives=("Raise weekly pre-orders from 40 to 65",),
        target_audience="Families in Freiburg",
        normalized_at=MOMENT,
        pack=PACK.name,
        brand_name=BRAND,
        industry="Artisan bakery",
        description="Sourdough bread from Freiburg",
        constraints=("Photos of staff only with their consent",),
        platforms_avoided=("TikTok",),
        must_include=("since 1911",),
        must_avoid=("cheap",),
        anything_else="Telephone orders: 0341 1234567",
    )


def _verdict(found: QcFacts) -> Verdict:
    return judge(gather(found, (built_in(PACK.name),), house()))


def _with_sections(found: QcFacts, sections: tuple[SectionDTO, ...]) -> QcFacts:
    return evolve(found, draft=evolve(found.draft, sections=sections, body=whole(sections)))


def _rewritten(found: QcFacts, section_id: str, change: Callable[[str], str]) -> QcFacts:
    sections = tuple(
        evolve(s, body=change(s.body)) if s.section_id == section_id else s
        for s in found.draft.sections
    )
    return _with_sections(found, sections)


@pytest.fixture(scope="session")
def good() -> QcFacts:
    """The report with all that is known about it."""
    return QcFacts(draft(), strategy=strategy(), brief=brief(), pack=PACK)


@pytest.fixture(scope="session")
def judged() -> Callable[[QcFacts], Verdict]:
    """Judge facts by the pack's rules."""
    return _verdict


@pytest.fixture(scope="session")
def with_sections() -> Callable[[QcFacts, tuple[SectionDTO, ...]], QcFacts]:
    """Put other sections into the draft, and into its body."""
    return _with_sections


@pytest.fixture(scope="session")
def rewritten() -> Callable[[QcFacts, str, Callable[[str], str]], QcFacts]:
    """Change the text of one section, in the body too."""
    return _rewritten
