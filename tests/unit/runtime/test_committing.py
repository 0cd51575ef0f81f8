"""What becomes of a commit whose answer is lost, doubled or refused."""

from __future__ import annotations

from typing import Any

import pytest

from aicmo_core.runtime.committing import Committer, Lost, write_row
from aicmo_core.runtime.records import COMMITS, CommitRecord
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Change,
    Collection,
    Conflict,
    Insert,
    Key,
    ModuleSchema,
    OutcomeUnknown,
    Row,
)
from aicmo_core.testing.faulty import Fault, FaultyBackend
from scenarios.errands import World


class Deaf(FaultyBackend):
    """A store whose next reads fail."""

    deaf = 0

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        if self.deaf:
            self.deaf -= 1
            raise BackendUnavailable("deaf:", "no reads now")
        return super().get(collection, key)


def mark(token: str, void: bool = False) -> Insert:
    return Insert(COMMITS, COMMITS.encode(CommitRecord("c", World().clock.now(), void), token))


def void() -> list[Change]:
    return [mark("void", True)]


def opened(plan: dict[int, Fault]) -> tuple[Deaf, Committer, World]:
    world = World()
    backend = Deaf(world.backend(), plan)
    backend.prepare([ModuleSchema("aicmo", [COMMITS])])
    return backend, Committer(backend, world.clock, world.waiter), world


def stored(backend: Backend) -> str | None:
    row = backend.get(COMMITS, ("c",))
    return None if row is None else row.token


def test_a_lost_answer_to_a_batch_that_landed() -> None:
    """It is known to have landed, and the void claim is refused."""
    backend, committer, _ = opened({1: Fault.LOST_AFTER})

    committer.commit([mark("mine")], mark("mine"), void)

    assert stored(backend) == "mine"


def test_a_lost_answer_to_a_batch_that_never_lands() -> None:
    """The claim takes its place for good, and the caller is told."""
    backend, committer, _ = opened({1: Fault.LOST_BEFORE})

    with pytest.raises(Lost):
        committer.commit([mark("mine")], mark("mine"), void)

    assert stored(backend) == "void"


def test_the_claims_own_answer_is_lost() -> None:
    """It meets itself the second time."""
    _, committer, _ = opened({1: Fault.LOST_BEFORE, 2: Fault.LOST_AFTER})

    with pytest.raises(Lost):
        committer.commit([mark("mine")], mark("mine"), void)


def test_a_store_that_cannot_be_read_while_it_is_settled() -> None:
    """It is asked again: nobody says that nothing was written."""
    backend, committer, world = opened({1: Fault.LOST_AFTER})
    backend.deaf = 2

    committer.commit([mark("mine")], mark("mine"), void)

    assert stored(backend) == "mine"
    assert len(world.waiter.waits) == 3


def test_a_store_that_stays_away() -> None:
    """The outcome stays unknown, and is not called anything else."""
    plan = {1: Fault.LOST_AFTER} | dict.fromkeys(range(2, 10), Fault.ERROR_BEFORE)
    _, committer, world = opened(plan)

    with pytest.raises(OutcomeUnknown):
        committer.commit([mark("mine")], mark("mine"), void)

    assert len(world.waiter.waits) == 5


def test_a_batch_that_is_delivered_twice() -> None:
    """The refusal is its own doing."""
    backend, committer, _ = opened({1: Fault.DUPLICATE})

    committer.commit([mark("mine")], mark("mine"), void)

    assert stored(backend) == "mine"


def test_a_batch_that_somebody_else_was_faster_than() -> None:
    """Is refused, whether the refusal arrives or is lost."""
    for plan in ({}, {2: Fault.LOST_BEFORE}):
        backend, committer, _ = opened(plan)
        backend.commit([mark("theirs")])

        with pytest.raises(Conflict):
            committer.commit([mark("mine")], mark("mine"), void)

        assert stored(backend) == "theirs"


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.DUPLICATE])
def test_one_row_is_written_whatever_becomes_of_the_answer(fault: Fault) -> None:
    """Writing it again settles it."""
    backend, _, world = opened({1: fault})

    write_row(backend, world.waiter, mark("mine"))

    assert stored(backend) == "mine"


def test_one_row_whose_answers_are_all_lost() -> None:
    """Its outcome is unknown."""
    backend, _, world = opened(dict.fromkeys(range(1, 9), Fault.LOST_BEFORE))

    with pytest.raises(OutcomeUnknown):
        write_row(backend, world.waiter, mark("mine"))
