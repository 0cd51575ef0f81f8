"""Children of a case are heard, waited for, and never mistaken for a success."""

import os
import signal

import pytest

from aicmo_core.testing.conformance.base import forking
from aicmo_core.testing.conformance.forks import Say

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def test_what_a_child_says_is_heard_in_order() -> None:
    """Lines arrive one by one, then the rest."""

    def count(say: Say) -> None:
        for n in range(5):
            say(f"{n}")

    with forking() as fork:
        child = fork(count)

        assert [child.hear(), child.hear()] == ["0", "1"]
        assert child.join() == ["2", "3", "4"]


def test_failure_of_a_child_fails_its_parent() -> None:
    """With the child's traceback."""

    def fail(say: Say) -> None:
        raise ValueError("out of beans")

    with forking() as fork, pytest.raises(AssertionError, match="ValueError: out of beans"):
        fork(fail).join()


def test_child_that_is_killed_by_somebody_fails_its_parent() -> None:
    """An end without an answer is no answer."""

    def vanish(say: Say) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with forking() as fork, pytest.raises(AssertionError, match="ended with -9"):
        fork(vanish).join()


def test_child_that_would_go_on_forever_ends_with_the_case() -> None:
    """Nothing of a case stays behind."""

    def forever(say: Say) -> None:
        say(f"{os.getpid()}")
        while True:
            signal.pause()

    with forking() as fork:
        pid = int(fork(forever).hear())

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
