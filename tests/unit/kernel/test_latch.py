"""Threads that look again instead of queueing still keep each other out."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from aicmo_core.kernel.latch import Latch

THREADS, TIMES = 4, 500


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that hand the interpreter over as often as it can be done."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_one_thread_at_a_time_is_inside() -> None:
    """What it reads there is what it changes."""
    latch, inside, met = Latch(), [0], []

    def enter(_: int) -> None:
        for _ in range(TIMES):
            with latch:
                inside[0] += 1
                met.append(inside[0])
                inside[0] -= 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(enter, range(THREADS)))

    assert met == [1] * THREADS * TIMES


def test_who_leaves_by_an_error_lets_others_in() -> None:
    """Also where the section ends by an exception."""
    latch = Latch()

    with pytest.raises(ValueError), latch:
        raise ValueError

    assert latch.lock.acquire(False)
