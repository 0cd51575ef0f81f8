"""The fault-wrapping backend does exactly what its plan says, and counts."""

from collections.abc import Callable

import pytest

from aicmo_core.backends.memory import Memory, MemoryBackend
from aicmo_core.storage import BackendUnavailable, Batch, Conflict, OutcomeUnknown, compile_query
from aicmo_core.testing import BackendConformance, Crash, Fault, FaultyBackend, OpenStore
from aicmo_core.testing.conformance.base import insert, load, save
from aicmo_core.testing.samples import CARDS, KIT, Card


class TestFaultlessBackend(BackendConformance):
    """With an empty plan it is the backend that it wraps."""

    processes = False

    @pytest.fixture
    def open_store(self) -> OpenStore:
        memory = Memory()
        return lambda: FaultyBackend(MemoryBackend(memory))


def faulty(fault: Fault | Callable[[Batch], None], at: int = 1) -> FaultyBackend:
    backend = FaultyBackend(MemoryBackend(), {at: fault})
    backend.prepare([KIT])
    return backend


CARD = Card(card_id="a")


@pytest.mark.parametrize(
    ("fault", "error", "written"),
    [
        (Fault.ERROR_BEFORE, BackendUnavailable, False),
        (Fault.LOST_BEFORE, OutcomeUnknown, False),
        (Fault.LOST_AFTER, OutcomeUnknown, True),
        (Fault.CRASH_BEFORE, Crash, False),
        (Fault.CRASH_AFTER, Crash, True),
        (Fault.DUPLICATE, Conflict, True),
    ],
)
def test_fault_answers_and_writes_as_planned(
    fault: Fault, error: type[BaseException], written: bool
) -> None:
    """What the caller is told, and whether the batch is there, are two different things."""
    backend = faulty(fault)

    with pytest.raises(error):
        backend.commit([insert(CARDS, CARD)])

    assert (load(backend.inner, CARDS, "a") is not None) is written
    assert backend.commits == 1


def test_other_commits_are_not_touched() -> None:
    """Only the commit of that number fails; those before and after it do not."""
    backend = faulty(Fault.ERROR_BEFORE, at=2)

    verdicts = backend.commit_many([[insert(CARDS, Card(card_id=c))] for c in "abc"])

    assert [type(v) for v in verdicts] == [type(None), BackendUnavailable, type(None)]
    assert [row.key for row in backend.find(CARDS, compile_query(CARDS))] == [("a",), ("c",)]
    assert (backend.commits, len(backend.batches), backend.reads) == (3, 3, 1)


def test_dead_process_does_nothing_more() -> None:
    """After a crash every call crashes, closing aside; a new process finds what was written."""
    backend = faulty(Fault.CRASH_AFTER)
    with pytest.raises(Crash):
        backend.commit([insert(CARDS, CARD)])

    calls: list[Callable[[], object]] = [
        lambda: backend.commit([insert(CARDS, Card(card_id="b"))]),
        lambda: backend.commit_many([[]]),
        lambda: backend.get(CARDS, ("a",)),
        lambda: backend.find(CARDS, compile_query(CARDS)),
        lambda: backend.count(CARDS),
        backend.now,
        backend.schema,
        backend.upgrade,
        lambda: backend.prepare([KIT]),
    ]
    for call in calls:
        with pytest.raises(Crash):
            call()
    backend.close()

    assert load(FaultyBackend(backend.inner), CARDS, "a") == CARD
    assert backend.inner.count(CARDS) == 1


def test_no_handler_of_exceptions_survives_a_crash() -> None:
    """A process that is dead handles nothing."""
    assert not issubclass(Crash, Exception)


def test_pause_lets_somebody_else_be_first() -> None:
    """The callback runs before the batch is written, and may write as another process."""

    def somebody_else(batch: Batch) -> None:
        save(backend.inner, CARDS, Card(card_id="a", size=9))

    backend = faulty(somebody_else)

    with pytest.raises(Conflict):
        backend.commit([insert(CARDS, CARD)])

    assert load(backend, CARDS, "a") == Card(card_id="a", size=9)
