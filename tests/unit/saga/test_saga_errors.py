"""How steps and workflows say no, in words."""

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.saga import InputRefused, StepRejected, TransientFailure, WorkflowInvalid


def test_a_rejection_says_its_reason() -> None:
    """The sentence is for the person who asked for the run; details are data."""
    error = StepRejected("the score is 3", {"score": 3})

    assert str(error) == "the score is 3"
    assert (error.details, error.events) == ({"score": 3}, ())


def test_a_refused_input_lists_everything_that_is_wrong() -> None:
    """All at once, in the order given."""
    error = InputRefused("2 answers are missing", [{"message": "no goal"}, {"message": "no brand"}])

    assert str(error) == "2 answers are missing: no goal; no brand"


def test_a_refused_input_without_details_says_its_reason() -> None:
    """There is no empty list behind it."""
    assert str(InputRefused("the pack is closed")) == "the pack is closed"


def test_one_except_clause_catches_what_the_saga_raises() -> None:
    """They have the library's root in common."""
    raised = [
        StepRejected("no"),
        InputRefused("no"),
        TransientFailure(),
        WorkflowInvalid("w", "no"),
    ]

    assert all(isinstance(error, AicmoError) for error in raised)
