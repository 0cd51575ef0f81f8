"""
From a client's answers to a delivered package, in a model's words.

normalize_brief → generate_strategy → generate_draft → reword (each section a round) →
qc_evaluate → create_package. A round makes one call and is one commit, so that a run which
is recovered does not ask again for what it has. Everything but words is decided as in
`client_to_delivery`, by the same steps.
"""

from datetime import timedelta

from attrs import evolve

from aicmo_core.hooks import TextRefused, TextUnavailable
from aicmo_core.modules.production.api import (
    RewordingProgressDTO,
    SectionRewordPort,
    TextNotWritten,
    TextTerms,
)
from aicmo_core.modules.qc.api import QcResultDTO
from aicmo_core.saga import (
    RetryPolicy,
    RunView,
    StepContext,
    StepRejected,
    TransientFailure,
    Workflow,
    repeat,
    step,
)
from aicmo_core.workflows.client_to_delivery import (
    ClientToDeliveryInput,
    client_to_delivery,
    generate_draft,
    judge,
    passed,
)

MOST_ROUNDS = 1000
"""More than any pack has sections, times the asks that somebody would pay for."""

PERSISTENT = RetryPolicy(max_attempts=6, initial=timedelta(seconds=10))
"""What a model that gives no answer gets: six attempts in some five minutes."""


def reworded_delivery(
    terms: TextTerms, retry: RetryPolicy = PERSISTENT
) -> Workflow[ClientToDeliveryInput]:
    """
    Return the workflow `reworded_delivery`, for the `workflows` of `open_app`.

    A draft that fails quality control in the model's words is checked in its own, where the
    terms have a fallback. The terms are those of the process that advances a run.

    Args:
        terms: What it may cost, and what happens without a usable answer.
        retry: When a provider that gives no answer is asked again, without a fallback.
    """

    @step(retry=retry)
    def reword_section(context: StepContext[ClientToDeliveryInput]) -> RewordingProgressDTO:
        """Ask for the next section, and keep what came."""
        draft = context.result(generate_draft)
        rewording = context.port(SectionRewordPort)
        try:
            return rewording.reword_next(
                draft.draft_id, terms, context.idempotency_key, context.attempt
            )
        except TextUnavailable as error:
            raise TransientFailure(str(error)) from error
        except TextRefused as error:
            raise StepRejected(str(error)) from error

    def is_done(view: RunView[ClientToDeliveryInput]) -> bool:
        return view.result(reword_section).done

    @step
    def qc_evaluate(context: StepContext[ClientToDeliveryInput]) -> QcResultDTO:
        """Check the reworded draft, and else its own words; a draft that fails ends the run."""
        draft = context.result(generate_draft)
        rewording = context.port(SectionRewordPort)
        try:
            rewording.apply_rewordings(draft.draft_id, terms)
        except TextNotWritten as error:
            raise StepRejected(str(error), {"problems": list(error.problems)}) from error
        verdict = judge(context)
        if not verdict.passed and terms.fallback:
            rewording.withdraw_rewordings(draft)
            verdict = judge(context)
        return passed(verdict)

    rounds = repeat("reword", [reword_section], until=is_done, at_most=MOST_ROUNDS)
    workflow = client_to_delivery.insert_after("generate_draft", rounds)
    return evolve(workflow.replace("qc_evaluate", qc_evaluate), name="reworded_delivery")
