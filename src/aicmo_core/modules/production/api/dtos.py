"""The data of production."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from attrs import field, frozen

from aicmo_core.kernel.ids import AssetId, BriefId, BundleId, ClientId, DraftId, StrategyId
from aicmo_core.kernel.money import Money
from aicmo_core.kernel.rules import RuleVersion


class SectionKind(Enum):
    """What a section is about; an order's acceptance may ask for one of each."""

    AUDIT = "audit"
    BRAND_AUDIT = "brand_audit"
    CALENDAR = "calendar"
    CAMPAIGN_IDEA = "campaign_idea"
    CHANNEL_PLAN = "channel_plan"
    CHANNEL_STRATEGY = "channel_strategy"
    CREATIVE_DIRECTION = "creative_direction"
    CXO_SUMMARY = "cxo_summary"
    EMAIL_FLOWS = "email_flows"
    FUNNEL = "funnel"
    GTM_STRATEGY = "gtm_strategy"
    INDUSTRY_ANALYSIS = "industry_analysis"
    INFLUENCER_STRATEGY = "influencer_strategy"
    LANDING_PAGE = "landing_page"
    LAUNCH_PHASES = "launch_phases"
    LAUNCH_TIMELINE = "launch_timeline"
    LOYALTY_PROGRAM = "loyalty_program"
    MESSAGING = "messaging"
    POSITIONING = "positioning"
    RECOVERY_PLAN = "recovery_plan"
    REPOSITIONING = "repositioning"
    REVAMP_STRATEGY = "revamp_strategy"
    RISK_ASSESSMENT = "risk_assessment"
    STRATEGY = "strategy"
    UGC_STRATEGY = "ugc_strategy"


@frozen
class SectionDTO:
    """
    One section of a draft.

    Attributes:
        section_id: As the pack lists it: "content_buckets".
        title: Its heading in the report.
        body: Markdown below that heading; its own headings start at level 3. A client's
            text in it is escaped, so that it stays text.
        kinds: What it counts as.
    """

    section_id: str
    title: str
    body: str
    kinds: tuple[SectionKind, ...] = ()


@frozen
class CalendarEntryDTO:
    """
    One dated post. Plain text, not Markdown.

    Attributes:
        bucket: The content bucket: "Education", "Proof", "Promo", ...
        format: "Reel", "Carousel", "Email", ...
        hook: The first words that a reader sees.
        call_to_action: What the reader is asked to do.
    """

    day: date
    channel: str
    bucket: str
    format: str
    hook: str
    call_to_action: str


@frozen
class BudgetLineDTO:
    """A channel's share of the money: the percentage always, the amount where one is stated."""

    channel: str
    share_pct: Decimal
    amount: Money | None = None


@frozen
class ContentDraftDTO:
    """
    What a pack's writers wrote.

    Attributes:
        content_type: The kind of document: "marketing_report".
        body: The whole report as Markdown: a title, then the sections in the pack's order.
        pack: The pack's name.
        sections: The same report, by section.
        calendar: The posts behind the calendar section, by day.
        budget: The lines behind the budget chart; shares sum to exactly 100.
        metadata: What a reader of the draft may want to know about its making.
        rules: By which rules it was made, besides those of its strategy.
    """

    draft_id: DraftId
    strategy_id: StrategyId
    content_type: str
    body: str
    created_at: datetime
    pack: str
    brief_id: BriefId
    client_id: ClientId
    brand_name: str
    sections: tuple[SectionDTO, ...] = ()
    calendar: tuple[CalendarEntryDTO, ...] = ()
    budget: tuple[BudgetLineDTO, ...] = ()
    metadata: dict[str, Any] = field(factory=dict)
    rules: tuple[RuleVersion, ...] = ()


@frozen
class CreativeSpecDTO:
    """What a designer needs to know to make an asset."""

    format: str
    dimensions: str
    style_guide: dict[str, Any] = field(factory=dict)


@frozen
class AssetDTO:
    """
    A real file of a bundle.

    Attributes:
        asset_type: "report", "calendar", "calendar_feed", "budget_chart", "targets_chart" or
            "timeline_chart".
        url: Its path in the artifact store.
        name: Its file name: "calendar.csv".
        media_type: Its MIME type.
        size: In bytes.
        sha256: Of its content, in lower-case hexadecimal.
        client_id: Whom it was made for.
    """

    asset_id: AssetId
    asset_type: str
    url: str
    name: str
    media_type: str
    size: int
    sha256: str
    metadata: dict[str, Any] = field(factory=dict)
    client_id: ClientId = field(default=ClientId(""))


@frozen
class DraftBundleDTO:
    """The files of a draft, and whom they were made for."""

    bundle_id: BundleId
    draft_id: DraftId
    assets: tuple[AssetDTO, ...]
    assembled_at: datetime
    client_id: ClientId = field(default=ClientId(""))


@frozen
class PackDTO:
    """
    A named list of sections that a client can order.

    Attributes:
        name: "quick_social_basic".
        sections: Section ids in report order.
        missing: Sections that no installed writer writes; the pack cannot be made while
            there are any.
    """

    name: str
    sections: tuple[str, ...]
    missing: tuple[str, ...] = ()


@frozen
class TextTerms:
    """
    On what terms a model may reword a draft.

    Attributes:
        ceiling: What the calls of one run may cost in all. One that could pass it is not made.
        asks: How often a section is asked for at most: again where an answer is not usable.
            Nothing is asked for if it is less than 1.
        fallback: Whether a section without a usable answer keeps its own words. Otherwise the
            draft is refused.
    """

    ceiling: Money
    asks: int = 2
    fallback: bool = False


class RewordingOutcome(Enum):
    """
    What came of asking for one section.

    Attributes:
        USABLE: Words that hold to what was asked.
        UNUSABLE: An answer that does not; it was paid all the same.
        UNAVAILABLE: No answer. It is taken for paid.
        CEILING: It was not asked for, because that could have cost too much.
    """

    USABLE = "usable"
    UNUSABLE = "unusable"
    UNAVAILABLE = "unavailable"
    CEILING = "ceiling"


@frozen
class RewordingDTO:
    """
    One call of a model for one section, and what came of it.

    Attributes:
        ask: How often the section had been asked for, this time included.
        passages: The words, one line each, in the order of the section's passages.
        problems: What is wrong with the answer, or why there is none.
        provider: Who was asked.
        cost: What was paid, or may have been.
        guided: Whether the model was told what is wrong with the words before: a second writing.
    """

    draft_id: DraftId
    section_id: str
    ask: int
    outcome: RewordingOutcome
    provider: str
    cost: Money
    client_id: ClientId
    asked_at: datetime
    passages: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    guided: bool = False


@frozen
class SectionGuidanceDTO:
    """
    Why a section is to be written a second time.

    Attributes:
        problems: What was found in the words that it has, a sentence each.
    """

    section_id: str
    problems: tuple[str, ...]


@frozen
class RewordingProgressDTO:
    """
    How far the rewording of a draft is.

    Attributes:
        done: Whether nothing is left to ask for.
        section_id: The section that was asked for last; empty if none was.
        outcome: What came of it.
    """

    done: bool
    section_id: str = ""
    outcome: RewordingOutcome | None = None
