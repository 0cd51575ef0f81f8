"""
Defects of the runtime, each a small patch, that the simulator has to find.

Each takes away one thing that keeps two coordinators, a crash or a lost answer from doing harm.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import pytest
from attrs import evolve, frozen

from aicmo_core.runtime.attempting import Attempts
from aicmo_core.runtime.committing import Committer, Lost
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.runtime.entries import to_entry
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.performing import Performer
from aicmo_core.runtime.records import JOURNAL, NOBODY, RUNS, RunRecord
from aicmo_core.runtime.recovery import Watch
from aicmo_core.runtime.writing import Fenced, RunWriter, run_key
from aicmo_core.saga import Execute, NotDone
from aicmo_core.storage import Change, Insert, OutcomeUnknown, Replace, Require, Token, UnitOfWork
from aicmo_core.testing.seeds import Attempt
from scenarios.simulated_worlds import run_errand, run_kitty, run_tours

Plant = Callable[[pytest.MonkeyPatch], None]


@frozen
class Defect:
    """
    Attributes:
        attempt: The simulation that is to find it.
        rare: Whether so few seeds find it that it is left to the long run. What the other
            fence leaves open is a moment between two commits.
    """

    name: str
    plant: Plant
    attempt: Attempt
    rare: bool = False


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """A batch expects the run's row as it happens to be, and not as this thread knows it."""
    as_known = RunWriter._run_change

    def as_it_is(self: RunWriter, run: LiveRun[Any], record: RunRecord, token: Token) -> Change:
        change = as_known(self, run, record, token)
        row = None if run.token is None else self._backend.get(RUNS, run_key(run))
        match change:
            case Replace() if row is not None:
                return change._replace(expected=row.token)
            case Require() if row is not None:
                return change._replace(expected=row.token)
        return change

    patch.setattr(RunWriter, "_run_change", as_it_is)


def no_fence_and_the_next_number(patch: pytest.MonkeyPatch) -> None:
    """Neither the run's row nor the number of the entry keeps a second writer off."""
    no_fence(patch)
    commit = Committer.commit

    def renumbered(
        self: Committer,
        changes: Sequence[Change],
        fence: Insert,
        void: Callable[[], Sequence[Change]],
    ) -> None:
        run_id, seq = fence.row.key if fence.collection is JOURNAL else ("", 0)
        while seq and self._backend.get(JOURNAL, (run_id, seq)) is not None:
            seq += 1
        moved = [_numbered(c, seq) if getattr(c, "row", None) is fence.row else c for c in changes]
        commit(self, moved, _numbered(fence, seq), void)

    patch.setattr(Committer, "commit", renumbered)


def _numbered(change: Any, seq: Any) -> Any:
    if not seq:
        return change
    record = evolve(JOURNAL.decode(change.row), seq=seq)
    return change._replace(row=JOURNAL.encode(record, change.row.token))


def always_catch_up(patch: pytest.MonkeyPatch) -> None:
    """Whatever was written meanwhile, by whomever, this thread goes on behind it."""

    def catch_up(self: RunWriter, run: LiveRun[Any]) -> bool:
        row = self._backend.get(RUNS, run_key(run))
        if run.token is None or row is None:
            return False
        for entry in self.journal(run.record.run_id)[len(run.entries) :]:
            run.expect(to_entry(entry))
        run.record, run.token = RUNS.decode(row), row.token
        return True

    patch.setattr(RunWriter, "_catch_up", catch_up)


def blind_to_what_was_added(patch: pytest.MonkeyPatch) -> None:
    """A step is committed behind a cancellation, without asking whether it is wanted."""
    append = RunWriter.append

    def unasked(self: RunWriter, run: Any, entries: Any, *rest: Any, **more: Any) -> None:
        append(self, run, entries, *rest[:2], **(more | {"wanted": lambda: True}))

    patch.setattr(RunWriter, "append", unasked)


def the_dead_live_on(patch: pytest.MonkeyPatch) -> None:
    """A heart that stands still is taken for one that beats."""
    patch.setattr(Watch, "abandoned", lambda self: [])
    patch.setattr("aicmo_core.engines.inline.lapsed", lambda *_: set())
    count = itertools.count()
    patch.setattr(
        "aicmo_core.engines.driving.beats", lambda _, names: dict.fromkeys(names, next(count))
    )


def a_lost_answer_is_a_yes(patch: pytest.MonkeyPatch) -> None:
    """The void claim is not made: the batch is taken to be there."""
    patch.setattr(Committer, "_settle", lambda *_: True)


def a_lost_answer_is_a_no(patch: pytest.MonkeyPatch) -> None:
    """The void claim is not made: the batch is taken never to come."""

    def commit(self: Committer, changes: Sequence[Change], fence: Insert, void: Any) -> None:
        try:
            self._backend.commit(changes)
        except OutcomeUnknown as error:
            raise Lost from error

    patch.setattr(Committer, "commit", commit)


def a_refused_claim_is_a_no(patch: pytest.MonkeyPatch) -> None:
    """The void claim is refused, for the batch is there: and nobody looks whose it is."""
    patch.setattr(Committer, "_is_stored", lambda *_: False)


def a_refused_claim_is_a_yes(patch: pytest.MonkeyPatch) -> None:
    """The void claim is refused, for somebody else was there: and nobody looks whose it is."""
    patch.setattr(Committer, "_is_stored", lambda *_: True)


def locks_are_kept(patch: pytest.MonkeyPatch) -> None:
    """The commit that ends a run leaves its lock."""
    patch.setattr(RunWriter, "_unlocked", lambda *_: [])


def claimed_by_looking(patch: pytest.MonkeyPatch) -> None:
    """A run is taken without writing that it is: two may take it."""

    def claim(self: Coordinator, run_id: Any, known: Any = None, **_: Any) -> Any:
        run = known or self.load(run_id, recovered=True)
        if known is None and not run.record.state.live:
            return run if run.over else None
        run.record = evolve(run.record, executor=self.executor.ensure())
        return run

    patch.setattr(Coordinator, "claim", claim)


def late_effects_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What an external step did after its run was taken is not journaled."""

    def fenced_off(self: Any, run: Any, command: Any, text: Any, cause: Exception) -> NoReturn:
        raise Fenced from cause

    patch.setattr(Attempts, "_fenced_off", fenced_off)


def cut_off_means_not_done(patch: pytest.MonkeyPatch) -> None:
    """An attempt that was cut off after its intent is taken not to have acted."""

    patch.setattr(Attempts, "_ask", lambda *_: NotDone())


def a_key_per_attempt(patch: pytest.MonkeyPatch) -> None:
    """A service cannot tell that it was asked before."""
    first = "aicmo_core.runtime.context._Attempt.idempotency_key"
    made = property(lambda self: f"{self.run_id}/{self._path}/{self.attempt}")
    patch.setattr(first, made)


def no_intent(patch: pytest.MonkeyPatch) -> None:
    """An external step acts before anybody can know that it might."""

    def perform(self: Performer, run: LiveRun[Any]) -> None:
        if isinstance(run.next, Execute):
            self._attempts.make(run, run.next)
        else:
            original(self, run)

    original = Performer._perform
    patch.setattr(Performer, "_perform", perform)


def let_go_for_good(patch: pytest.MonkeyPatch) -> None:
    """A worker lets go of a run without saying when it is due."""

    def release(self: Coordinator, run: LiveRun[Any]) -> None:
        self._writer.save(run, evolve(run.record, executor=NOBODY, next_at=None))

    patch.setattr(Coordinator, "release", release)


def left_in_its_hands(patch: pytest.MonkeyPatch) -> None:
    """A worker forgets a run that an error kept in its hands, while its heart beats."""
    abandoned = Watch.abandoned

    def by_others(self: Watch) -> list[RunRecord]:
        mine = self._executor.ensure()
        return [record for record in abandoned(self) if record.executor != mine]

    patch.setattr(Watch, "abandoned", by_others)


def undone_without_a_guard(patch: pytest.MonkeyPatch) -> None:
    """The row is laid back as it was, whoever has changed it since."""
    revert = UnitOfWork.revert

    def whatever_it_is(self: UnitOfWork, collection: Any, key: Any, token: Any, row: Any) -> None:
        stored = self._backend.get(collection, key)
        revert(self, collection, key, stored.token if stored is not None else token, row)

    patch.setattr(UnitOfWork, "revert", whatever_it_is)


def nothing_is_undone(patch: pytest.MonkeyPatch) -> None:
    """What a compensated step had written is left as it is."""
    patch.setattr("aicmo_core.runtime.undo.revert", lambda *_: None)


DEFECTS = (
    Defect("no fence", no_fence, run_errand, rare=True),
    Defect("no fence and the next number", no_fence_and_the_next_number, run_errand),
    Defect("always catch up", always_catch_up, run_errand),
    Defect("blind to what was added", blind_to_what_was_added, run_errand),
    Defect("the dead live on", the_dead_live_on, run_errand),
    Defect("a lost answer is a yes", a_lost_answer_is_a_yes, run_errand),
    Defect("a lost answer is a no", a_lost_answer_is_a_no, run_errand),
    Defect("a refused claim is a no", a_refused_claim_is_a_no, run_errand),
    Defect("a refused claim is a yes", a_refused_claim_is_a_yes, run_errand),
    Defect("locks are kept", locks_are_kept, run_tours),
    Defect("claimed by looking", claimed_by_looking, run_errand),
    Defect("late effects are forgotten", late_effects_are_forgotten, run_errand),
    Defect("cut off means not done", cut_off_means_not_done, run_errand),
    Defect("a key per attempt", a_key_per_attempt, run_errand),
    Defect("no intent", no_intent, run_errand),
    Defect("let go for good", let_go_for_good, run_errand),
    Defect("left in its hands", left_in_its_hands, run_errand),
    Defect("undone without a guard", undone_without_a_guard, run_kitty),
    Defect("nothing is undone", nothing_is_undone, run_errand),
)
