"""What a run does next, situation by situation."""

from datetime import UTC, datetime

from aicmo_core.saga import (
    Closing,
    Compensate,
    Compensated,
    CompensationFailed,
    Completed,
    End,
    Entry,
    Execute,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Outcome,
    Park,
    Parked,
    RepairAction,
    Repaired,
    SettleUnknown,
    StepContext,
    UndoContext,
    Voided,
    Workflow,
    decide,
    external_step,
    standing,
    step,
)

LATER = datetime(2030, 1, 1, 12, tzinfo=UTC)


def cancel(ctx: UndoContext[str, str]) -> None:
    """Takes back what a step did outside."""


@step
def reserve(ctx: StepContext[str]) -> str:
    return ctx.input


@external_step(compensation=cancel)
def book(ctx: StepContext[str]) -> str:
    return ctx.input


@external_step(compensation=cancel, pivot=True)
def publish(ctx: StepContext[str]) -> str:
    return ctx.input


@step
def report(ctx: StepContext[str]) -> str:
    return ctx.input


LAUNCH = Workflow("launch", 1, str, [reserve, book, publish, report])
RESERVED = Completed("reserve", 1, '"r1"', "undo r1")
BOOKED = Completed("book", 1, '"b1"', "undo b1")
PUBLISHED = Completed("publish", 1, '"p1"')
REFUSED = Failed("publish", 1, FailureKind.BUSINESS, "not allowed")
CUT_OFF = Failed("book", 1, FailureKind.UNKNOWN, "cut off", LATER, acted=True)


def journal_of(*entries: Entry) -> list[Entry]:
    return list(entries)


def failed(name: str, attempt: int = 1, retry_at: datetime | None = None) -> Failed:
    return Failed(name, attempt, FailureKind.BUG, "it raised", retry_at)


def repaired(action: RepairAction, name: str = "") -> Repaired:
    return Repaired(action, "ana", "looked at it", name)


def test_an_empty_journal_starts_the_first_step() -> None:
    """A new run begins with its first step, at once."""
    assert decide(LAUNCH, []) == Execute("reserve", 1)


def test_every_step_completed_ends_the_run_and_keeps_the_effects() -> None:
    """A run that did everything is completed, and nothing is left open."""
    journal = journal_of(RESERVED, BOOKED, PUBLISHED, Completed("report", 1))

    assert decide(LAUNCH, journal) == End(Outcome.COMPLETED)
    effects = standing(LAUNCH, journal).effects.values()
    assert [e.closing for e in effects] == [Closing.KEPT] * 4


def test_a_failure_with_a_date_is_tried_again_then() -> None:
    """The moment of the next attempt is the journal's, not a clock's."""
    journal = journal_of(failed("reserve", retry_at=LATER))

    assert decide(LAUNCH, journal) == Execute("reserve", 2, LATER)


def test_a_refusal_of_the_business_is_not_tried_again() -> None:
    """Even with a date, a business failure compensates."""
    refused = Failed("book", 1, FailureKind.BUSINESS, "no", LATER)

    assert decide(LAUNCH, [RESERVED, refused]) == Compensate("reserve", 1)


def test_a_failure_before_the_pivot_compensates_the_last_step_first() -> None:
    """Completed steps are taken back in reverse, one at a time."""
    journal = journal_of(RESERVED, BOOKED, REFUSED)

    assert decide(LAUNCH, journal) == Compensate("book", 1)
    journal.append(Compensated("book", 1))
    assert decide(LAUNCH, journal) == Compensate("reserve", 1)
    journal.append(Compensated("reserve", 1))
    assert decide(LAUNCH, journal) == End(Outcome.COMPENSATED)


def test_an_intent_without_outcome_is_settled_before_anything_else() -> None:
    """Whoever takes the run on first writes down that the outcome is unknown."""
    journal = journal_of(RESERVED, Intended("book", 1))

    assert decide(LAUNCH, journal) == SettleUnknown("book", 1)


def test_a_step_of_unknown_outcome_is_compensated_without_a_result() -> None:
    """It may have acted, so it is taken back; what it returned is not known."""
    unknown = Failed("book", 1, FailureKind.UNKNOWN, "cut off", acted=True)
    journal = journal_of(RESERVED, Intended("book", 1), unknown)

    assert decide(LAUNCH, journal) == Compensate("book", 1)
    assert standing(LAUNCH, journal).effects["book"].result is None


def test_a_failure_that_left_nothing_outside_is_not_compensated() -> None:
    """What did not happen is not taken back."""
    journal = journal_of(RESERVED, Intended("book", 1), failed("book"))

    assert decide(LAUNCH, journal) == Compensate("reserve", 1)


def test_a_failure_past_the_pivot_waits_for_a_person() -> None:
    """Past the pivot a run only goes forward; it says which step cannot."""
    journal = journal_of(RESERVED, BOOKED, PUBLISHED, failed("report"))

    command = decide(LAUNCH, journal)

    assert command == Park("report", "step 'report' failed past the pivot: it raised")


def test_a_retry_past_the_pivot_tries_the_step_at_once() -> None:
    """A person's retry is one more attempt, which counts on."""
    journal = journal_of(
        RESERVED, BOOKED, PUBLISHED, failed("report"), repaired(RepairAction.RETRY)
    )

    assert decide(LAUNCH, journal) == Execute("report", 2)


def test_a_person_may_turn_a_run_past_its_pivot() -> None:
    """Only a person does: then every step is taken back, the pivot first."""
    journal = journal_of(
        RESERVED, BOOKED, PUBLISHED, failed("report"), repaired(RepairAction.COMPENSATE)
    )

    assert decide(LAUNCH, journal) == Compensate("publish", 1)


def test_a_pivot_of_unknown_outcome_is_compensated() -> None:
    """Until it is known to have happened, the run is before its pivot."""
    unknown = Failed("publish", 1, FailureKind.UNKNOWN, "cut off", acted=True)

    assert decide(LAUNCH, [RESERVED, BOOKED, unknown]) == Compensate("publish", 1)


def test_a_compensation_that_failed_is_tried_again_at_its_moment() -> None:
    """Compensations retry durably, too, and count their attempts."""
    journal = journal_of(RESERVED, BOOKED, REFUSED, CompensationFailed("book", 1, "timeout", LATER))

    assert decide(LAUNCH, journal) == Compensate("book", 2, LATER)


def test_a_compensation_that_gave_up_parks_and_blocks_earlier_steps() -> None:
    """It is never recorded as done, and what it depends on is not taken back before it."""
    journal = journal_of(RESERVED, BOOKED, REFUSED, CompensationFailed("book", 5, "timeout"))

    assert decide(LAUNCH, journal) == Park("book", "step 'book' cannot be compensated: timeout")


def test_a_compensation_goes_on_after_a_retry() -> None:
    """A person's retry tries the same compensation again, at once."""
    gave_up = CompensationFailed("book", 5, "timeout")
    journal = journal_of(RESERVED, BOOKED, REFUSED, gave_up, repaired(RepairAction.RETRY))

    assert decide(LAUNCH, journal) == Compensate("book", 6)


def test_a_waived_compensation_lets_earlier_steps_be_taken_back() -> None:
    """The ledger says waived, not compensated."""
    gave_up = CompensationFailed("book", 5, "timeout")
    journal = journal_of(RESERVED, BOOKED, REFUSED, gave_up, repaired(RepairAction.WAIVE, "book"))

    assert decide(LAUNCH, journal) == Compensate("reserve", 1)
    assert standing(LAUNCH, journal).effects["book"].closing is Closing.WAIVED


def test_a_parked_run_waits_until_it_is_repaired() -> None:
    """A reason from outside the steps holds the run, whatever it was about to do."""
    journal = journal_of(RESERVED, Parked("the definition changed"), Voided())

    assert decide(LAUNCH, journal) == Park("", "the definition changed")
    assert decide(LAUNCH, [*journal, repaired(RepairAction.RETRY)]) == Execute("book", 1)


def test_a_retry_of_a_parked_run_does_not_wait_for_the_old_date() -> None:
    """A person who says retry means now."""
    journal = journal_of(
        failed("reserve", retry_at=LATER), Parked("held"), repaired(RepairAction.RETRY)
    )

    assert decide(LAUNCH, journal) == Execute("reserve", 2)


def test_a_step_that_completes_after_the_turn_is_compensated() -> None:
    """An external step in flight when a person turns the run still leaves no orphan."""
    turned = journal_of(Parked("held"), repaired(RepairAction.COMPENSATE))
    journal = journal_of(RESERVED, Intended("book", 1), *turned, BOOKED)

    assert decide(LAUNCH, journal) == Compensate("book", 1)


def test_a_late_effect_of_a_compensated_run_is_compensated_again() -> None:
    """Terminal is final but for this: who acted late is taken back, with a number of its own."""
    ended = journal_of(
        CUT_OFF, failed("book", 2), Compensated("book", 1), Compensated("reserve", 1)
    )
    journal = journal_of(RESERVED, *ended)

    assert decide(LAUNCH, journal) == End(Outcome.COMPENSATED)
    journal.append(LateEffect("book", 1, '"late"'))
    assert decide(LAUNCH, journal) == Compensate("book", 2)
    assert standing(LAUNCH, journal).effects["book"].result == '"late"'
    journal.append(Compensated("book", 2))
    assert decide(LAUNCH, journal) == End(Outcome.COMPENSATED)


def test_the_same_effect_may_be_late_twice() -> None:
    """Each time it is taken back, and the run ends as compensated again."""
    journal = journal_of(RESERVED, CUT_OFF, failed("book", 2), Compensated("book", 1))
    journal += [LateEffect("book", 1), Compensated("book", 2), LateEffect("book", 1)]

    assert decide(LAUNCH, journal) == Compensate("book", 3)


def test_an_attempt_that_raised_late_may_have_acted() -> None:
    """It is taken back without a result, and does not hide a result that is known."""
    journal = journal_of(RESERVED, CUT_OFF, failed("book", 2), Compensated("book", 1))
    journal.append(LateEffect("book", 1, None))

    assert decide(LAUNCH, journal) == Compensate("book", 2)
    effect = standing(LAUNCH, journal).effects["book"]
    assert (effect.known, effect.result) == (False, None)
    journal += [LateEffect("book", 1, '"late"'), LateEffect("book", 1, None)]
    assert standing(LAUNCH, journal).effects["book"].result == '"late"'


def test_a_late_effect_of_a_completed_run_is_kept() -> None:
    """The step's effect is wanted, and its key made the two attempts one effect."""
    journal = journal_of(RESERVED, CUT_OFF, Completed("book", 2), PUBLISHED, Completed("report", 1))
    journal.append(LateEffect("book", 1))

    assert decide(LAUNCH, journal) == End(Outcome.COMPLETED)


def test_a_late_effect_keeps_the_place_and_the_undo_of_its_step() -> None:
    """The rows of the step are still there, and a later step was built on them."""
    late = LateEffect("book", 1, '"late"')
    journal = journal_of(RESERVED, CUT_OFF, Completed("book", 2, '"b2"', "undo b2"), PUBLISHED)
    journal += [repaired(RepairAction.COMPENSATE), late]

    assert decide(LAUNCH, journal) == Compensate("publish", 1)
    effect = standing(LAUNCH, journal).effects["book"]
    assert (effect.result, effect.undo) == ('"b2"', "undo b2")


def test_a_late_effect_does_not_restart_a_compensation_that_gave_up() -> None:
    """The run stays parked: what a person must look at has not gone away."""
    unknown = Failed("book", 1, FailureKind.UNKNOWN, "cut off", acted=True)
    journal = journal_of(
        unknown, CompensationFailed("book", 1, "timeout"), LateEffect("book", 1, '"late"')
    )

    assert decide(LAUNCH, [RESERVED, *journal]) == Park(
        "book", "step 'book' cannot be compensated: timeout"
    )
    assert standing(LAUNCH, [RESERVED, *journal]).effects["book"].result == '"late"'


def test_a_second_unknown_attempt_does_not_forget_what_the_first_returned() -> None:
    """Compensations are given the recorded result where one is recorded."""
    again = Failed("book", 2, FailureKind.UNKNOWN, "cut off", acted=True)
    journal = journal_of(RESERVED, CUT_OFF, LateEffect("book", 1, '"late"'), again)

    assert decide(LAUNCH, journal) == Compensate("book", 1)
    assert standing(LAUNCH, journal).effects["book"].result == '"late"'


def test_an_entry_that_names_no_step_parks_the_run() -> None:
    """Garbage gets an answer, not an exception."""
    assert isinstance(decide(LAUNCH, [Completed("", 1)]), Park)
