"""
From a client's answers to a delivered package.

normalize_brief → generate_strategy → generate_draft → qc_evaluate → create_package.
The preparation refuses answers that block the work, and keeps the raw answers
whatever becomes of the run. A draft that fails quality control compensates it.
"""

from datetime import datetime
from typing import Any

from attrs import evolve, field, frozen

from aicmo_core.kernel.clock import Clock
from aicmo_core.kernel.ids import BriefId, ClientId
from aicmo_core.kernel.structuring import unstructure
from aicmo_core.modules.delivery.api import DeliveryPackageDTO, DeliveryPackagePort, PreflightFailed
from aicmo_core.modules.onboarding.api import (
    BriefNormalizePort,
    DiscoveryNotesDTO,
    IntakeCapturePort,
    IntakeFormDTO,
    NormalizedBriefDTO,
)
from aicmo_core.modules.production.api import (
    ContentDraftDTO,
    DraftGeneratePort,
    PackUnavailable,
    ProductionQueryPort,
)
from aicmo_core.modules.qc.api import QcEvaluatePort, QcFailed, QcInputDTO, QcResultDTO
from aicmo_core.modules.strategy.api import (
    NoChannelLeft,
    StrategyDocDTO,
    StrategyGeneratePort,
    StrategyInputDTO,
)
from aicmo_core.saga import (
    InputRefused,
    PrepareContext,
    StepContext,
    StepRejected,
    Workflow,
    step,
)


@frozen
class DiscoveryInput:
    """
    What a discovery call added.

    Attributes:
        notes: Free text.
        clarifications: Question id to the answer that settles it.
        attachments: Names or addresses of what the client handed over.
        call_date: When the call was; now, if left out.
    """

    notes: str = ""
    clarifications: dict[str, str] = field(factory=dict)
    attachments: tuple[str, ...] = ()
    call_date: datetime | None = None


@frozen
class ClientToDeliveryInput:
    """
    An order.

    Attributes:
        client_id: The host's name for the client.
        pack: The pack that is ordered.
        responses: Question id to answer, as the client gave them.
        discovery: What a discovery call added.
        acceptance: What this order asks for beyond the rules: `required_terms`,
            `forbidden_terms`, `min_brand_mentions`, `min_sections`, `min_calendar_days`,
            `must_have_KIND`; `expect` and `about` are notes.
        source: Where the answers come from.
        brief_id: Filled in by the preparation; whoever orders leaves it out.
    """

    client_id: ClientId
    pack: str
    responses: dict[str, Any]
    discovery: DiscoveryInput | None = None
    acceptance: dict[str, Any] = field(factory=dict)
    source: str | None = None
    brief_id: BriefId = field(default=BriefId(""))


def client_of(order: ClientToDeliveryInput) -> str:
    """Return whom an order is about: their data goes when they are erased."""
    return order.client_id


def prepare(context: PrepareContext, order: ClientToDeliveryInput) -> ClientToDeliveryInput:
    """
    Refuse an order that cannot be worked on; else keep its raw answers.

    Raises:
        UnknownName: The pack, or a question, does not exist.
        PackUnavailable: Nobody writes one of the pack's sections.
        InvalidValue: The acceptance block is malformed.
        InputRefused: Answers block the work; every question is listed, advisory ones too.
    """
    pack = context.port(ProductionQueryPort).get_pack(order.pack)
    if pack.missing:
        raise PackUnavailable(pack.name, pack.missing)
    context.port(QcEvaluatePort).read_acceptance(order.acceptance)
    now = context.port(Clock).now()
    form = IntakeFormDTO(order.responses, now, order.pack, source=order.source)
    questions = context.port(BriefNormalizePort).clarify(form, _notes(order, now))
    if any(q.blocking for q in questions):
        raise InputRefused(
            "answers are missing, unreadable or contradict each other",
            [unstructure(question) for question in questions],
        )
    brief_id = context.port(IntakeCapturePort).capture_intake(order.client_id, form)
    return evolve(order, brief_id=brief_id)


def _notes(order: ClientToDeliveryInput, now: datetime) -> DiscoveryNotesDTO | None:
    if order.discovery is None:
        return None
    return DiscoveryNotesDTO(
        order.discovery.notes,
        order.discovery.call_date or now,
        order.discovery.clarifications,
        order.discovery.attachments,
    )


@step
def normalize_brief(context: StepContext[ClientToDeliveryInput]) -> NormalizedBriefDTO:
    """Read the captured answers into a brief."""
    notes = _notes(context.input, context.port(Clock).now())
    return context.port(BriefNormalizePort).normalize_brief(context.input.brief_id, notes)


@step
def generate_strategy(context: StepContext[ClientToDeliveryInput]) -> StrategyDocDTO:
    """Write the next version of the brief's strategy."""
    brief = context.result(normalize_brief)
    try:
        return context.port(StrategyGeneratePort).generate(
            brief.brief_id, StrategyInputDTO(brief.brief_id)
        )
    except NoChannelLeft as error:
        raise StepRejected(str(error), {"avoided": list(error.avoided)}) from error


@step
def generate_draft(context: StepContext[ClientToDeliveryInput]) -> ContentDraftDTO:
    """Write every section of the pack."""
    strategy = context.result(generate_strategy)
    return context.port(DraftGeneratePort).generate_draft(strategy.strategy_id)


def judge(
    context: StepContext[ClientToDeliveryInput], rewritten: tuple[str, ...] = ()
) -> QcResultDTO:
    """
    Check the draft, by the rules and by what this order asks for beyond them.

    Args:
        rewritten: Sections that were written a second time.
    """
    draft = context.result(generate_draft)
    qc = context.port(QcEvaluatePort)
    acceptance = qc.read_acceptance(context.input.acceptance)
    return qc.evaluate(QcInputDTO(draft.draft_id, acceptance=acceptance, rewritten=rewritten))


def passed(verdict: QcResultDTO) -> QcResultDTO:
    """
    Return a verdict that lets the draft through.

    Raises:
        StepRejected: It does not.
    """
    if not verdict.passed:
        told = unstructure(verdict)
        count = len(verdict.issues)
        raise StepRejected(
            f"the draft failed quality control with a score of {verdict.score:g} "
            f"(needed: {verdict.threshold:g}) and {count} finding{'' if count == 1 else 's'}",
            {"findings": told.pop("issues"), "verdict": told},
            [QcFailed(verdict.result_id, verdict.draft_id, len(verdict.issues))],
        )
    return verdict


@step
def qc_evaluate(context: StepContext[ClientToDeliveryInput]) -> QcResultDTO:
    """Check the draft; a draft that fails ends the run."""
    return passed(judge(context))


@step
def create_package(context: StepContext[ClientToDeliveryInput]) -> DeliveryPackageDTO:
    """Build the files that the client receives."""
    draft = context.result(generate_draft)
    try:
        return context.port(DeliveryPackagePort).create_package(draft.draft_id)
    except PreflightFailed as error:
        raise StepRejected(str(error), {"reasons": list(error.reasons)}) from error


client_to_delivery = Workflow(
    "client_to_delivery",
    version=1,
    input=ClientToDeliveryInput,
    steps=[normalize_brief, generate_strategy, generate_draft, qc_evaluate, create_package],
    prepare=prepare,
    subject=client_of,
)
