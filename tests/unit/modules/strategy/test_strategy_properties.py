"""What holds for every brief, whatever a client writes into it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aicmo_core.kernel.ids import BriefId, ClientId, StrategyId
from aicmo_core.modules.onboarding.api import (
    BudgetDTO,
    BudgetPeriod,
    BusinessType,
    Direction,
    NormalizedBriefDTO,
    ObjectiveDTO,
    ScopeDTO,
)
from aicmo_core.modules.strategy.internal.collections import STRATEGIES
from aicmo_core.modules.strategy.internal.directory import mentioned
from aicmo_core.modules.strategy.internal.document import Document, document_of
from aicmo_core.modules.strategy.internal.phrases import clause
from aicmo_core.modules.strategy.internal.rule_sets import ALL, rules_of
from aicmo_core.runtime.rules import Rules

TODAY = date(2026, 3, 4)
RULES = rules_of(Rules(ALL))
NAMES = [alias for c in RULES.directory.all for alias in (c.name, *c.aliases)]


def texts(longest: int = 60) -> st.SearchStrategy[str]:
    """Text of any script on one line, as a brief holds it."""
    characters = st.characters(exclude_categories=("Cs", "Cc", "Z"))
    words = st.text(characters, min_size=1, max_size=12)
    scripts = st.sampled_from(
        ["パン屋", "хлеб 24", "مخبز", "बेकरी की दुकान", "Größe", "{brand}", "# h1", "=1+1", "🥨‍🥨"]
    )
    lines = st.lists(words | scripts, min_size=1, max_size=6).map(" ".join)
    return lines.filter(lambda text: len(text) <= longest)


def lists(items: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, max_size=most).map(tuple)


@st.composite
def budgets(draw: st.DrawFn) -> BudgetDTO:
    amounts = st.decimals(0, 10**9, places=draw(st.integers(0, 3)))
    low, high = sorted((draw(amounts), draw(amounts)))
    currency = draw(st.sampled_from(["EUR", "USD", "JPY", "KWD"]))
    return BudgetDTO(low, high, currency, draw(st.sampled_from(BudgetPeriod)), "so much")


OBJECTIVES = st.builds(
    ObjectiveDTO,
    text=texts(),
    metric=texts() | st.sampled_from(["sales", "followers", ""]),
    direction=st.sampled_from(Direction),
    baseline=st.none() | st.decimals(0, 10**6, places=1),
    target=st.none() | st.decimals(0, 10**6, places=1),
    unit=st.sampled_from(["%", "x", "EUR", "guests", ""]),
    deadline=st.none() | st.dates(date(2025, 1, 1), date(2030, 1, 1)),
)

BRIEFS = st.builds(
    NormalizedBriefDTO,
    brief_id=st.just(BriefId("brief-1")),
    client_id=st.just(ClientId("client-1")),
    scope=st.builds(ScopeDTO, st.just(()), timeline_weeks=st.none() | st.integers(1, 400)),
    objectives=st.lists(
        texts() | st.sampled_from(["500 leads", "more sales", "Get known on TikTok"]),
        min_size=1,
        max_size=3,
    ).map(tuple),
    target_audience=texts() | st.sampled_from(["Women aged 25-40", "IT directors", "everyone"]),
    normalized_at=st.just(datetime(2026, 3, 4, tzinfo=UTC)),
    pack=st.sampled_from(["quick_social_basic", "strategy_campaign_premium"]),
    brand_name=texts(),
    industry=texts() | st.sampled_from(["Bakery", "B2B SaaS", "D2C Beauty", "Tourism", "Apparel"]),
    description=texts(),
    measurable_objectives=st.lists(OBJECTIVES, max_size=3).map(tuple),
    business_type=st.none() | st.sampled_from(BusinessType),
    deadline=st.none() | st.dates(date(2025, 1, 1), date(2035, 1, 1)),
    kpis=lists(texts() | st.sampled_from(["ROAS 4x", "hotel occupancy", "engagement"])),
    products=lists(texts(160)),
    pain_points=lists(texts(160)),
    locations=lists(texts() | st.sampled_from(["United States", "Austin, TX"]), 2),
    platforms_wanted=lists(texts() | st.sampled_from(NAMES), 7),
    platforms_avoided=lists(texts() | st.sampled_from([*NAMES, "social media", "paid ads"]), 7),
    must_avoid=lists(texts() | st.sampled_from(["the", "reels", "pictures"]), 2),
    constraints=lists(texts() | st.sampled_from(["no video", "organic only", "one person"])),
    posts_already=st.none() | st.booleans(),
    budget=st.none() | budgets(),
    success_30_days=st.none() | texts(),
)

every_brief = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])


def planned(brief: NormalizedBriefDTO) -> Document:
    assume(
        not all(
            mentioned(brief.platforms_avoided, RULES.directory).has(channel)
            for channel in RULES.directory.all
        )
    )
    return document_of(brief, {}, TODAY, RULES)


@every_brief
@given(BRIEFS)
def test_shares_sum_to_exactly_100_and_money_to_exactly_its_total(
    brief: NormalizedBriefDTO,
) -> None:
    """No cent and no percent is lost or made, and every channel has a share."""
    document = planned(brief)

    parts = [channel.budget_allocation_pct for channel in document.channels]
    assert sum(parts) == Decimal(100)
    assert min(parts) > 0
    amounts = [channel.budget.amount for channel in document.channels if channel.budget]
    if brief.budget is None:
        assert (document.budget_total, amounts) == (None, [])
    else:
        assert document.budget_total is not None
        assert sum(amounts) == document.budget_total.amount
        assert brief.budget.minimum <= document.budget_total.amount <= brief.budget.maximum


@every_brief
@given(BRIEFS)
def test_wanted_channels_are_planned_first_and_avoided_ones_never(
    brief: NormalizedBriefDTO,
) -> None:
    """The client decides; the rules only fill what is left open."""
    document = planned(brief)

    names = [channel.channel for channel in document.channels]
    avoided = mentioned(brief.platforms_avoided, RULES.directory)
    wished = [
        c for c in mentioned(brief.platforms_wanted, RULES.directory).all if not avoided.has(c)
    ]
    assert names[: len(wished)] == [c.name for c in wished]
    assert not any(avoided.has(c) for c in RULES.directory.all if c.name in names)
    assert len(names) == len({name.casefold() for name in names})
    assert len(names) <= max(5, len(wished))


@every_brief
@given(BRIEFS)
def test_milestones_are_in_order_within_a_plan_that_keeps_the_deadline(
    brief: NormalizedBriefDTO,
) -> None:
    """The work is over when it is due, and every day named is a day of the plan."""
    document = planned(brief)

    timeline = document.timeline
    days = [milestone.due for milestone in timeline.milestones]
    assert TODAY <= timeline.start < timeline.end
    assert days == sorted(days)
    assert timeline.start <= days[0]
    assert days[-1] < timeline.end
    assert len({m.name for m in timeline.milestones}) == len(days)
    assert all(timeline.start <= a.starts_on < timeline.end for a in document.assignments)
    assert (timeline.end - timeline.start).days < (timeline.duration_weeks + 1) * 7
    if brief.deadline is not None and brief.deadline >= TODAY:
        assert timeline.end - timedelta(days=1) <= brief.deadline


@every_brief
@given(BRIEFS)
def test_every_text_says_something_and_every_kpi_serves_a_goal(brief: NormalizedBriefDTO) -> None:
    """Nothing is empty, KPIs are told apart by name, and tactics serve planned KPIs."""
    document = planned(brief)

    said = [document.executive_summary, *document.reasons]
    said += [text for c in document.channels for text in (c.channel, c.reason, *c.tactics)]
    said += [text for m in document.timeline.milestones for text in (m.name, m.description)]
    said += [text for k in document.kpis for text in (k.name, k.unit, k.reason, k.goal, k.source)]
    assert all(text.strip() for text in said)
    assert all(channel.tactics for channel in document.channels)
    assert len(document.kpis) >= 4
    names = {kpi.name.casefold() for kpi in document.kpis}
    assert len(names) == len(document.kpis)
    assert {a.kpi.casefold() for a in document.assignments} <= names
    assert all(kpi.timeframe_days >= 1 for kpi in document.kpis)


@every_brief
@given(BRIEFS)
def test_client_text_of_any_script_stays_intact(brief: NormalizedBriefDTO) -> None:
    """Brand, goals and targets are the client's own, letter by letter."""
    document = planned(brief)
    objectives = [o for o in brief.measurable_objectives if o.target is not None]

    brand = clause(brief.brand_name)
    assert document.executive_summary[len(brand[0].upper()) :].startswith(brand[1:])
    assert {kpi.goal for kpi in document.kpis} <= {
        clause(text) for text in (*brief.objectives, *(o.text for o in objectives))
    }
    for objective in objectives:
        found = [k for k in document.kpis if k.source == clause(objective.text)]
        assert objective.target in {k.target_value for k in found}


@every_brief
@given(BRIEFS)
def test_names_in_tactics_are_never_cut(brief: NormalizedBriefDTO) -> None:
    """A product stands in a tactic whole, or not at all."""
    document = planned(brief)

    cut = [t for channel in document.channels for t in channel.tactics if "…" in t]
    assert cut == [] or "…" in str(brief)


@every_brief
@given(BRIEFS)
def test_the_same_brief_gives_the_same_strategy_and_is_stored_as_it_is(
    brief: NormalizedBriefDTO,
) -> None:
    """There is no chance in it, and every value comes back equal from its row."""
    document = planned(brief)

    assert planned(evolve(brief)) == document
    stored = document.as_version(1, brief, StrategyId("strategy-1"), brief.normalized_at)
    assert STRATEGIES.decode(STRATEGIES.encode(stored, "token")) == stored
