"""Two processes on one run, and one that wakes late with something done outside."""

from __future__ import annotations

import pytest

from aicmo_core import RunState, StepRejected, Workflow
from aicmo_core.app import App
from aicmo_core.kernel.errors import AlreadyExists
from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.executor import LAPSE
from aicmo_core.runtime.records import LOCKS, LockRecord
from aicmo_core.storage import BackendUnavailable, Batch, Insert
from aicmo_core.testing.faulty import Fault, FaultyBackend
from scenarios.errands import (
    Ambush,
    Ending,
    Errand,
    ErrandRefused,
    Hotel,
    World,
    book_once,
    errand,
    finish,
    hasty_errand,
    open_account,
)
from scenarios.verdicts import check

WANTED = Errand("anna")


class Rival:
    """Another process that takes every run over, once, when it is called."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.took: list[RunState] = []

    def __call__(self, *_: Batch) -> None:
        self.world.hotel.before_booking = self.world.hotel.while_booking = lambda: None
        with self.world.process() as app:
            self.took += [run.state for run in app.recover(now=True).runs]


def kinds(app: App, run_id: str) -> list[tuple[str, str]]:
    return [(e.kind, e.step) for e in app.runs.audit(run_id).entries]


@pytest.mark.parametrize("ending", list(Ending))
@pytest.mark.parametrize("workflow", [errand, hasty_errand], ids=["patient", "hasty"])
def test_another_process_takes_the_run_in_the_middle_of_any_commit(
    workflow: Workflow[Errand], ending: Ending
) -> None:
    """At most one of them commits each entry, and the loser answers what the winner made."""
    calm = World()
    counting = FaultyBackend(calm.backend())
    with calm.process(counting) as app:
        app.run(workflow, Errand("anna", ending), key="k")
    commits = counting.commits - 1  # the last one signs off
    taken = 0

    for number in range(1, commits + 1):
        world = World()
        rival = Rival(world)
        with world.process(FaultyBackend(world.backend(), {number: rival})) as app:
            run = app.run(workflow, Errand("anna", ending), key="k")
            app.relay()
        check(world, run)
        taken += len(rival.took)

    assert taken >= commits - 4  # not at the three before the run is stored, nor at the marking


def test_a_late_effect_of_a_run_that_has_released_its_lock() -> None:
    """It is taken back although there is no lock any more that its end could release."""
    locked = Workflow("locked", 1, Errand, [open_account, book_once, finish], lock=lambda _: "desk")
    world = World()

    def take_over() -> None:
        world.hotel.while_booking = lambda: None
        with world.process(workflows=[locked]) as rival:
            rival.recover(now=True)

    world.hotel.while_booking = take_over
    bounded = FaultyBackend(world.backend(), {50: Fault.CRASH_BEFORE})
    with world.process(bounded, workflows=[locked]) as app:
        run = app.run(locked, WANTED, key="k")

        assert run.state is RunState.COMPENSATED
        assert ("late_effect", "book") in kinds(app, run.id)
        assert app.runs.audit(run.id).balanced
        assert world.hotel.booked == set()


def test_a_process_that_wakes_before_it_acts_although_its_run_was_compensated() -> None:
    """What it does is a late effect, which is compensated again, after the run had ended."""
    world = World()
    rival = Rival(world)
    world.hotel.before_booking = rival

    with world.process() as app:
        run = app.run(hasty_errand, WANTED, key="k")
        journal = kinds(app, run.id)

    assert rival.took == [RunState.COMPENSATED]
    assert world.hotel.asked == [(v, f"{run.id}/book") for v in ("cancel", "book", "cancel")]
    late = journal.index(("late_effect", "book"))
    assert ("compensated", "open_account") in journal[:late]
    assert journal[late + 1 :] == [("compensated", "book")]
    assert world.hotel.results_given_back == [None, f"room for {run.id}/book"]
    check(world, run)


def test_a_process_that_wakes_after_it_acted() -> None:
    """The other one compensated without knowing the result; the late one says it was done."""
    world = World()
    world.hotel.while_booking = rival = Rival(world)

    with world.process() as app:
        run = app.run(hasty_errand, WANTED, key="k")
        journal = kinds(app, run.id)

    assert rival.took == [RunState.COMPENSATED]
    assert ("late_effect", "book") in journal
    assert journal.count(("compensated", "book")) == 2
    check(world, run)


def test_a_late_attempt_that_raises_may_have_acted() -> None:
    """It is taken back all the same, without a result."""
    world = World()
    rival = Rival(world)

    def act_and_raise() -> None:
        if not rival.took:
            rival()
            world.hotel.booked.add(f"{run_id(world)}/book")
            raise TimeoutError("no answer")

    world.hotel.before_booking = act_and_raise

    with world.process() as app:
        run = app.run(hasty_errand, WANTED, key="k")
        journal = kinds(app, run.id)

    assert ("late_effect", "book") in journal
    assert world.hotel.results_given_back == [None, None]
    assert world.hotel.booked == set()
    assert run.state is RunState.COMPENSATED


def run_id(world: World) -> str:
    return str(world.rows("aicmo_runs")[0][0])


def test_a_late_effect_whose_first_commit_fails() -> None:
    """It is journaled with the next one: nothing that was done outside is forgotten."""
    world = World()
    faulty = FaultyBackend(world.backend())
    rival = Rival(world)

    def take_over() -> None:
        rival()
        faulty.plan[faulty.commits + 2] = Fault.LOST_BEFORE  # the refused one, then the late one

    world.hotel.before_booking = take_over

    with world.process(faulty) as app:
        run = app.run(hasty_errand, WANTED, key="k")
        journal = kinds(app, run.id)

    assert ("late_effect", "book") in journal
    check(world, run)


def test_a_late_effect_of_a_run_that_another_process_completed() -> None:
    """The key made both attempts one effect, and it is kept."""
    world = World()
    rival = Rival(world)
    world.hotel.before_booking = rival

    with world.process() as app:
        run = app.run(errand, WANTED, key="k")

    assert rival.took == [RunState.COMPLETED]
    assert run.state is RunState.COMPLETED
    check(world, run)


def test_all_attempts_act_under_one_key() -> None:
    """It depends on the run and the step, not on the attempt or the process."""
    world = World()
    failures = [ConnectionError("no line")]

    def fail_once() -> None:
        if failures:
            raise failures.pop()

    world.hotel.while_booking = fail_once

    with world.process() as app:
        run = app.run(errand, WANTED)

    assert run.state is RunState.COMPLETED
    assert world.hotel.asked == [("book", f"{run.id}/book")] * 2
    assert world.hotel.effective == [("book", f"{run.id}/book")]
    check(world, run)


def test_an_unknown_outcome_is_compensated_without_a_result() -> None:
    """The attempt may have acted, so that its compensation runs; it is not told a guess."""
    world = World()
    faulty = Ambush(world.backend(), ("completed", "book"), Fault.ERROR_BEFORE)

    with world.process(faulty) as app:
        with pytest.raises(BackendUnavailable):
            app.run(hasty_errand, WANTED, key="k")
        run = app.run(hasty_errand, WANTED, key="k")

    assert world.hotel.results_given_back == [None]
    check(world, run)
    assert run.state is RunState.COMPENSATED


def test_a_process_that_stood_still_looks_at_its_run_before_it_acts() -> None:
    """A lapsed lease is renewed, but the run that was lost meanwhile is left alone."""
    world = World()
    rival = Rival(world)

    def stand_still(_: Batch) -> None:
        world.waiter.pass_time(LAPSE)
        rival()

    faulty = Ambush(world.backend(), ("intended", "book"), stand_still, late=True)
    with world.process(faulty) as app:
        run = app.run(hasty_errand, WANTED, key="k")

    assert rival.took == [RunState.COMPENSATED]
    assert world.hotel.asked == [("cancel", f"{run.id}/book")]
    check(world, run)


def test_an_external_step_that_meets_a_collision_has_acted() -> None:
    """Its effect is compensated, although the collision is a reason of the business."""
    world = World()
    world.hotel.while_booking = _raise_taken

    with world.process() as app:
        run = app.run(hasty_errand, WANTED)

    assert run.state is RunState.COMPENSATED
    assert world.hotel.booked == set()
    assert [verb for verb, _ in world.hotel.effective] == ["book", "cancel"]


def _raise_taken() -> None:
    raise AlreadyExists("desk_letters", "key", "anna")


def test_a_rejection_says_that_nothing_happened_outside() -> None:
    """Then there is nothing to compensate."""
    world = World()
    hotel: Hotel = world.hotel

    def reject() -> None:
        raise StepRejected("no rooms", {}, [ErrandRefused("anna")])

    hotel.before_booking = reject

    with world.process() as app:
        run = app.run(errand, WANTED)

    assert run.failure == "book: no rooms"
    assert hotel.asked == []
    check(world, run)


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.DUPLICATE])
def test_a_lost_answer_is_not_an_unknown_outcome(fault: Fault) -> None:
    """The process that acted is alive and settles it: nothing has to be taken back."""
    world = World()
    faulty = Ambush(world.backend(), ("completed", "book"), fault)

    with world.process(faulty) as app:
        run = app.run(hasty_errand, WANTED)
        journal = kinds(app, run.id)

    assert run.state is RunState.COMPLETED
    assert ("late_effect", "book") not in journal
    check(world, run)


def test_a_late_effect_of_a_run_that_held_a_lock() -> None:
    """The run released it when it ended; opened again, it ends again, and another has the lock."""
    world = World()
    locked = Workflow("errand", 1, Errand, hasty_errand.steps, lock=lambda e: e.name)

    def recover() -> None:
        world.hotel.before_booking = lambda: None
        with world.process(workflows=[locked]) as other:
            (ended,) = other.recover(now=True).runs
            assert ended.state is RunState.COMPENSATED
            other.backend.commit([of_another])

    of_another = Insert(
        LOCKS, LOCKS.encode(LockRecord("anna", RunId("another"), world.clock.now()), "another")
    )
    world.hotel.before_booking = recover
    with world.process(workflows=[locked]) as app:
        run = app.run(locked, WANTED, key="k")

        assert run.state is RunState.COMPENSATED
        assert ("late_effect", "book") in kinds(app, run.id)
        assert app.runs.audit(run.id).balanced
    assert world.hotel.booked == set()
    assert [row[:2] for row in world.rows("aicmo_locks")] == [("anna", "another")]
