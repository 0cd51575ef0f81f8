"""A host's own unit of work: rows and files, or neither."""

from __future__ import annotations

import pytest

from aicmo_core import App
from aicmo_core.app import Work
from aicmo_core.storage import BackendUnavailable, Conflict, OutcomeUnknown
from aicmo_core.testing.faulty import Fault, FaultyBackend
from scenarios.errands import Desk, World


def write(app: App, *, then: type[Exception] | None = None) -> None:
    with app.unit_of_work() as work:
        work.port(Desk).write("anna", "Dear Anna")
        if then is not None:
            raise then("changed my mind")


def test_a_block_that_ends_writes_rows_and_files() -> None:
    """The row refers to a file that is there."""
    world = World()

    with world.process() as app:
        write(app)

    assert [row[1] for row in world.rows("desk_letters")] == world.files()


def test_a_block_that_raises_leaves_no_file() -> None:
    """Nor a row."""
    world = World()

    with world.process() as app, pytest.raises(RuntimeError, match="changed my mind"):
        write(app, then=RuntimeError)

    assert (world.rows("desk_letters"), world.files()) == ([], [])


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.ERROR_BEFORE, BackendUnavailable), (Fault.LOST_BEFORE, BackendUnavailable)],
    ids=["error", "lost"],
)
def test_a_commit_that_fails_leaves_no_file(fault: Fault, error: type[Exception]) -> None:
    """What is answered is that nothing was written, and nothing is there."""
    world = World()

    with world.process(FaultyBackend(world.backend(), {1: fault})) as app, pytest.raises(error):
        write(app)

    assert (world.rows("desk_letters"), world.files()) == ([], [])


def test_a_commit_whose_answer_is_lost_for_good_keeps_its_files() -> None:
    """The row may be there, and refer to one."""
    world = World()
    plan = {n: Fault.LOST_AFTER if n == 1 else Fault.ERROR_BEFORE for n in range(1, 9)}

    with world.process(FaultyBackend(world.backend(), plan)) as app, pytest.raises(OutcomeUnknown):
        write(app)

    assert [row[1] for row in world.rows("desk_letters")] == world.files() != []


def test_a_transaction_that_is_run_again_leaves_the_files_of_the_last_time() -> None:
    """Those of the refused ones are gone."""
    world = World()
    turns: list[int] = []

    def change(work: Work) -> int:
        turns.append(1)
        work.port(Desk).write("anna", f"Dear Anna, {len(turns)}")
        balance = work.port(Desk).deposit("anna", 1, "mine").balance
        if len(turns) == 1:
            with world.process() as other, other.unit_of_work() as faster:
                faster.port(Desk).deposit("anna", 10, "theirs")
        return balance

    with world.process() as app:
        with app.unit_of_work() as work:
            work.port(Desk).open_account("anna")

        assert app.transact(change) == 11

    assert len(turns) == 2
    assert len(world.files()) == 1
    assert world.artifacts.get(world.files()[0]) == b"Dear Anna, 2"


def test_a_transaction_that_others_are_always_faster_than() -> None:
    """Gives up with the conflict, and leaves nothing."""
    world = World()

    def lose(work: Work) -> None:
        work.port(Desk).write("anna", "Dear Anna")
        work.port(Desk).deposit("anna", 1, "mine")
        with world.process() as other, other.unit_of_work() as faster:
            faster.port(Desk).deposit("anna", 10, "theirs")

    with world.process() as app:
        with app.unit_of_work() as work:
            work.port(Desk).open_account("anna")

        with pytest.raises(Conflict):
            app.transact(lose)

    assert world.files() == []
