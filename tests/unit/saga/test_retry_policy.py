"""When a failed attempt is tried again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.saga import NO_RETRY, PATIENT, RetryPolicy

NOW = datetime(2030, 1, 1, tzinfo=UTC)
POLICIES = st.builds(
    RetryPolicy,
    max_attempts=st.integers(1, 2000),
    initial=st.timedeltas(timedelta(0), timedelta(days=400)),
    factor=st.floats(1, 1e300) | st.integers(1, 10),
    maximum=st.timedeltas(timedelta(0), timedelta(days=400)),
)


def test_waits_grow_by_the_factor_up_to_the_maximum() -> None:
    """Each wait is longer than the one before by the factor, until it is long enough."""
    policy = RetryPolicy(
        max_attempts=9, initial=timedelta(seconds=1), factor=3, maximum=timedelta(seconds=10)
    )

    waits = [policy.delay(n).total_seconds() for n in range(1, 6)]

    assert waits == [1, 3, 9, 10, 10]


@given(POLICIES, st.integers(1, 10_000))
def test_a_wait_is_never_negative_longer_than_the_maximum_or_shorter_than_before(
    policy: RetryPolicy, attempt: int
) -> None:
    """However large the factor and the number of the attempt: nothing overflows."""
    wait = policy.delay(attempt)

    assert timedelta(0) <= wait <= policy.maximum
    assert policy.delay(attempt + 1) >= wait


@given(POLICIES, st.integers(1, 2100))
def test_the_last_attempt_has_no_next(policy: RetryPolicy, attempt: int) -> None:
    """The first attempt counts, and so there are max_attempts in all."""
    due = policy.next_attempt(attempt, NOW)

    assert (due is None) == (attempt >= policy.max_attempts)
    assert due is None or due == NOW + policy.delay(attempt)


def test_no_retry_is_one_attempt() -> None:
    """What steps get unless they say otherwise."""
    assert NO_RETRY.next_attempt(1, NOW) is None


def test_a_patient_policy_tries_five_times() -> None:
    """What compensations get unless they say otherwise."""
    due = [PATIENT.next_attempt(n, NOW) for n in range(1, 6)]

    assert [d is None for d in due] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_attempts": 0}, "max_attempts must be 1 or more, found 0"),
        ({"initial": timedelta(seconds=-1)}, "initial must not be negative"),
        ({"maximum": timedelta(seconds=-1)}, "maximum must not be negative"),
        ({"factor": 0.5}, "factor must be 1 or more, and finite, found 0.5"),
        ({"factor": float("nan")}, "found nan"),
        ({"factor": float("inf")}, "found inf"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_policy_that_makes_no_sense_is_refused(arguments: dict[str, Any], message: str) -> None:
    """At its declaration, with what was found and what was expected."""
    with pytest.raises(ValueError, match=message):
        RetryPolicy(**arguments)
