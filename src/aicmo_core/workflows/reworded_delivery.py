"""
From a client's answers to a delivered package, in a model's words.

normalize_brief → generate_strategy → generate_draft → reword (each section a round) →
qc_evaluate → create_package. A round makes one call and is one commit, so that a run which
is recovered does not ask again for what it has. Everything but words is decided as in
`client_to_delivery`, by the same steps.

With a second writing, sections in which quality control found something are asked for once
more before it decides: qc_evaluate → rewrite (each such section a round) → qc_reevaluate.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeAlias, TypeVar

from attrs import evolve

from aicmo_core.hooks import TextRefused, TextUnavailable
from aicmo_core.modules.production.api import (
    RewordingProgressDTO,
    SectionGuidanceDTO,
    SectionRewordPort,
    SectionRewritePort,
    TextNotWritten,
    TextTerms,
)
from aicmo_core.modules.qc.api import QcResultDTO, Severity
from aicmo_core.saga import (
    Choice,
    RetryPolicy,
    RunView,
    Step,
    StepContext,
    StepRejected,
    TransientFailure,
    Workflow,
    choice,
    repeat,
    step,
    when,
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


R = TypeVar("R")
_Step: TypeAlias = Step[ClientToDeliveryInput, R]


def reworded_delivery(
    terms: TextTerms, retry: RetryPolicy = PERSISTENT, *, second_writing: bool = False
) -> Workflow[ClientToDeliveryInput]:
    """
    Return the workflow `reworded_delivery`, for the `workflows` of `open_app`.

    A draft that fails quality control in the model's words is checked in its own, where the
    terms have a fallback. The terms are those of the process that advances a run.

    Args:
        terms: What it may cost, and what happens without a usable answer.
        retry: When a provider that gives no answer is asked again, without a fallback.
        second_writing: Whether sections in which something was found are written once more,
            by a model that is told what, before quality control decides.
    """

    reword_section = _reword_section(terms, retry)

    def is_done(view: RunView[ClientToDeliveryInput]) -> bool:
        return view.result(reword_section).done

    @step
    def qc_evaluate(context: StepContext[ClientToDeliveryInput]) -> QcResultDTO:
        """Check the reworded draft, and else its own words; a draft that fails ends the run."""
        draft = context.result(generate_draft)
        with _answering():
            context.port(SectionRewordPort).apply_rewordings(draft.draft_id, terms)
        verdict = judge(context)
        if second_writing and _guidance(verdict):
            return verdict
        return passed(_or_own_words(context, verdict, terms))

    rounds = repeat("reword", [reword_section], until=is_done, at_most=MOST_ROUNDS)
    workflow = client_to_delivery.insert_after("generate_draft", rounds)
    workflow = evolve(workflow.replace("qc_evaluate", qc_evaluate), name="reworded_delivery")
    if not second_writing:
        return workflow
    again = _second_writing(qc_evaluate, terms, retry)
    # Another shape under the same name: a run that was begun without it goes on with it.
    return evolve(workflow.insert_after("qc_evaluate", again), version=2)


def _reword_section(terms: TextTerms, retry: RetryPolicy) -> _Step[RewordingProgressDTO]:
    @step(retry=retry)
    def reword_section(context: StepContext[ClientToDeliveryInput]) -> RewordingProgressDTO:
        """Ask for the next section, and keep what came."""
        draft = context.result(generate_draft)
        rewording = context.port(SectionRewordPort)
        with _answering():
            return rewording.reword_next(
                draft.draft_id, terms, context.idempotency_key, context.attempt
            )

    return reword_section


def _second_writing(
    qc_evaluate: _Step[QcResultDTO], terms: TextTerms, retry: RetryPolicy
) -> Choice[ClientToDeliveryInput]:
    """Return what follows *qc_evaluate*: nothing, if it found nothing to write again for."""

    @step(retry=retry)
    def rewrite_section(context: StepContext[ClientToDeliveryInput]) -> RewordingProgressDTO:
        """Ask once more for the next section in which something was found."""
        with _answering():
            return context.port(SectionRewritePort).rewrite_next(
                context.result(generate_draft),
                _guidance(context.result(qc_evaluate)),
                terms,
                context.idempotency_key,
                context.attempt,
            )

    @step
    def qc_reevaluate(context: StepContext[ClientToDeliveryInput]) -> QcResultDTO:
        """Check the draft with what was written twice; a draft that fails ends the run."""
        guidance = _guidance(context.result(qc_evaluate))
        with _answering():
            draft = context.port(SectionRewritePort).apply_rewrites(
                context.result(generate_draft), guidance, terms
            )
        rewritten = tuple(draft.metadata["text"]["rewritten"])
        return passed(_or_own_words(context, judge(context, rewritten), terms))

    def is_wanted(view: RunView[ClientToDeliveryInput]) -> bool:
        return bool(_guidance(view.result(qc_evaluate)))

    def is_rewritten(view: RunView[ClientToDeliveryInput]) -> bool:
        return view.result(rewrite_section).done

    again = repeat("rewrite", [rewrite_section], until=is_rewritten, at_most=MOST_ROUNDS)
    return choice("second_writing", when("wanted", is_wanted, [again, qc_reevaluate]))


@contextmanager
def _answering() -> Iterator[None]:
    """Tell the run what it means that a model gives no words, or none that can be used."""
    try:
        yield
    except TextUnavailable as error:
        raise TransientFailure(str(error)) from error
    except TextRefused as error:
        raise StepRejected(str(error)) from error
    except TextNotWritten as error:
        raise StepRejected(str(error), {"problems": list(error.problems)}) from error


def _guidance(verdict: QcResultDTO) -> tuple[SectionGuidanceDTO, ...]:
    """
    Return what was found in the sections of a draft that failed; nothing of one that passed.

    A section with blemishes only is left alone, unless there is no other: words cost money.
    """
    if verdict.passed:
        return ()
    found: dict[str, list[str]] = {}
    for issue in verdict.issues:
        if issue.section:
            place = f" ({issue.place})" if issue.place else ""
            found.setdefault(issue.section, []).append(f"{issue.reason}{place}")
    weighty = {i.section for i in verdict.issues if i.severity is not Severity.MINOR} - {""}
    return tuple(
        SectionGuidanceDTO(section, tuple(problems))
        for section, problems in found.items()
        if section in weighty or not weighty
    )


def _or_own_words(
    context: StepContext[ClientToDeliveryInput], verdict: QcResultDTO, terms: TextTerms
) -> QcResultDTO:
    """Return the verdict on the draft's own words, where the model's fail and terms allow it."""
    if verdict.passed or not terms.fallback:
        return verdict
    context.port(SectionRewordPort).withdraw_rewordings(context.result(generate_draft))
    return judge(context, verdict.rewritten)
