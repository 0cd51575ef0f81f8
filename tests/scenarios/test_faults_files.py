"""Files and faults: what is referenced is there, and nothing else is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from aicmo_core import RetryPolicy, RunState, StepContext, StepRejected, Workflow, step
from aicmo_core.hooks import ArtifactUnavailable
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.saga import TransientFailure
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Ambush, Desk, Ending, Errand, Letter, World, errand, open_account

hooks: list[Callable[[], None]] = []


@pytest.fixture(autouse=True)
def _no_hooks() -> None:
    hooks.clear()


@step(name="write", retry=RetryPolicy(max_attempts=2))
def write_first(context: StepContext[Errand]) -> Letter:
    """Write a letter, be disturbed once, and end as the input says."""
    written = context.port(Desk).write(context.input.name, f"attempt {context.attempt}")
    if hooks:
        hooks.pop()()
    if context.input.ending is Ending.REJECTED:
        raise StepRejected("no")
    return written


letter_only = Workflow("letter_only", 1, Errand, [write_first])


def rival(world: World, states: list[RunState]) -> None:
    with world.process(workflows=[letter_only]) as other:
        states += [run.state for run in other.recover(now=True).runs]


@pytest.mark.parametrize("how", ["rejects", "fails", "completes"])
def test_an_attempt_that_was_fenced_off_leaves_the_winners_files(how: str) -> None:
    """It learns that it has lost before it cleans up."""
    world = World()
    states: list[RunState] = []

    def lose() -> None:
        rival(world, states)
        if how == "rejects":
            raise StepRejected("no")
        if how == "fails":
            raise TransientFailure("no line")

    hooks.append(lose)

    with world.process(workflows=[letter_only]) as app:
        run = app.run(letter_only, Errand("anna"), key="k")

    assert states == [RunState.COMPLETED]
    assert run.state is RunState.COMPLETED
    assert world.files() == [f"{run.id}/letter.md"]
    assert world.artifacts.get(f"{run.id}/letter.md") == b"attempt 1"


@step(name="write")
def write_late(context: StepContext[Errand]) -> Letter:
    text = "late" if hooks else "in time"
    while hooks:
        hooks.pop()()
    return context.port(Desk).write(context.input.name, text)


late_letter = Workflow("late_letter", 1, Errand, [open_account, write_late])


def test_a_process_that_lost_its_run_writes_no_file() -> None:
    """Not over the winner's either, whose hash is recorded."""
    world = World()

    def lose() -> None:
        with world.process(workflows=[late_letter]) as other:
            other.recover(now=True)

    hooks.append(lose)

    with world.process(workflows=[late_letter]) as app:
        run = app.run(late_letter, Errand("anna"), key="k")

    assert run.state is RunState.COMPLETED
    assert world.artifacts.get(f"{run.id}/letter.md") == b"in time"


def test_a_crash_after_the_first_file_of_a_new_run() -> None:
    """The run is known by then, so that recovery finds the file."""
    world = World()
    dying = Ambush(world.backend(), ("completed", "write"), Fault.CRASH_BEFORE)
    wanted = Errand("anna", Ending.REJECTED)
    hooks.append(dying._die)
    with world.process(dying, workflows=[letter_only]) as app, pytest.raises(Crash):
        app.run(letter_only, wanted, key="k")
    assert len(world.files()) == 1

    with world.process(workflows=[letter_only]) as later:
        report = later.recover(now=True)

    assert [run.state for run in report.runs] == [RunState.COMPENSATED]
    assert world.files() == []


def test_every_crash_of_a_run_that_fails_at_its_first_step_with_a_file() -> None:
    """The row says compensated only when the file is gone."""
    number = 0
    while True:
        number += 1
        for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST_AFTER, Fault.DUPLICATE):
            world = World()
            faulty = FaultyBackend(world.backend(), {number: fault})
            with world.process(faulty, workflows=[letter_only]) as app:
                with suppress(Crash):
                    app.run(letter_only, Errand("anna", Ending.REJECTED), key="k")
                reached = faulty.commits >= number
            with world.process(workflows=[letter_only]) as later:
                later.recover(now=True)
                run = later.run(letter_only, Errand("anna", Ending.REJECTED), key="k")
            assert run.state is RunState.COMPENSATED
            assert world.files() == []
            assert world.rows("desk_letters") == []
        if not reached:
            break

    assert number - 1 == 5  # the definition, the executor, the run, the failure, the end


def test_callers_of_one_key_who_all_begin_to_write() -> None:
    """The losers leave no file: they are told before they write."""
    world = World()
    barrier = threading.Barrier(4)
    answers: list[str] = []

    with world.process(workflows=[letter_only]) as app:

        def call() -> None:
            barrier.wait()
            answers.append(app.run(letter_only, Errand("anna"), key="k").id)

        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert world.files() == [f"{answers[0]}/letter.md"]


class FullStore(MemoryArtifactStore):
    """Refuses for a while what it is asked."""

    def __init__(self, puts: int = 0, removals: int = 0) -> None:
        super().__init__()
        self.puts = puts
        self.removals = removals

    def put(self, path, data):  # type: ignore[no-untyped-def]
        if self.puts:
            self.puts -= 1
            raise ArtifactUnavailable("the disk is full")
        return super().put(path, data)

    def remove(self, prefix: str) -> None:
        if self.removals:
            self.removals -= 1
            raise ArtifactUnavailable("the disk does not answer")
        super().remove(prefix)


def test_a_store_of_files_that_fails_is_a_failure_of_the_step() -> None:
    """It is retried as the step says; what cannot be removed now is written over."""
    world = World()
    world.artifacts = FullStore(puts=1, removals=1)

    with world.process(workflows=[letter_only]) as app:
        run = app.run(letter_only, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert world.artifacts.get(f"{run.id}/letter.md") == b"attempt 2"


def test_files_that_cannot_be_removed_keep_the_run_from_ending() -> None:
    """It says that it is compensated once they are gone, and recovery sees to that."""
    world = World()
    world.artifacts = FullStore(removals=1)
    with world.process() as app:
        with pytest.raises(ArtifactUnavailable):
            app.run(errand, Errand("anna", Ending.REJECTED), key="k")
        assert [r[7] for r in world.rows("aicmo_runs")] == ["compensating"]

        report = app.recover()

    assert [run.state for run in report.runs] == [RunState.COMPENSATED]
    assert world.files() == []


def test_a_failed_attempt_takes_its_files_with_it() -> None:
    """The next one starts without them."""
    world = World()
    seen: list[list[str]] = []

    def fail() -> None:
        hooks.append(lambda: seen.append(world.files()))
        raise TransientFailure("no line")

    @step(name="write", retry=RetryPolicy(max_attempts=2))
    def look_and_write(context: StepContext[Errand]) -> Letter:
        if context.attempt == 2:
            seen.append(world.files())
        return write_first.run(context)

    looking = Workflow("letter_only", 1, Errand, [look_and_write])
    hooks.append(fail)

    with world.process(workflows=[looking]) as app:
        run = app.run(looking, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert seen[0] == []


def test_a_run_that_wrote_no_file_ends_in_one_commit() -> None:
    """Only files cost the commit that lets the row say so afterwards."""
    world = World()

    @step
    def reject(context: StepContext[Errand]) -> None:
        raise StepRejected("no")

    rejecting = Workflow("rejecting", 1, Errand, [reject])
    faulty = FaultyBackend(world.backend())
    with world.process(faulty, workflows=[rejecting]) as app:
        app.run(rejecting, Errand("first"))
        before = faulty.commits

        run = app.run(rejecting, Errand("anna"))

        assert run.state is RunState.COMPENSATED
        assert faulty.commits - before == 1
