"""Many runs in few commits: each key has one run, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core import RunState, StepContext, Workflow, step
from aicmo_core.kernel.errors import InvalidValue, UnknownName
from aicmo_core.runtime.errors import KeyReused, RunPurged, SubjectBarred
from aicmo_core.runtime.records import RUNS
from aicmo_core.runtime.starting import MOST_PROBLEMS, Started
from aicmo_core.saga import InputRefused, PrepareContext
from aicmo_core.storage import BackendUnavailable, Batch, Insert, OutcomeUnknown
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Desk, World, errand


@frozen
class Parcel:
    name: str
    weight: float = 1.0


@step
def weigh(context: StepContext[Parcel]) -> int:
    account = context.port(Desk).open_account(context.input.name)
    return account.balance


def check_in(context: PrepareContext, parcel: Parcel) -> Parcel:
    if parcel.weight > 30:
        raise InputRefused("too heavy")
    return parcel


sending = Workflow("sending", 1, Parcel, [weigh])
checked = Workflow("checked", 1, Parcel, [weigh], check_in)
personal = Workflow("personal", 1, Parcel, [weigh], subject=lambda parcel: parcel.name)
ALL: list[Workflow[Any]] = [sending, checked, personal, errand]


def parcels(count: int) -> tuple[list[Parcel], list[str]]:
    return [Parcel(f"p{n}") for n in range(count)], [f"k{n}" for n in range(count)]


def written(batch: Batch) -> int:
    """Return how many runs a batch writes."""
    return sum(isinstance(c, Insert) and c.collection is RUNS for c in batch)


def test_runs_in_few_commits() -> None:
    """120 runs are three commits; a worker brings each to its end."""
    world = World()
    faulty = FaultyBackend(world.backend())
    told: list[tuple[int, int]] = []
    with world.process(faulty, workflows=ALL) as app:
        inputs, keys = parcels(120)
        app.start(sending, Parcel("first"))
        before = faulty.commits

        started = app.start_many(
            sending, inputs, keys=keys, progress=lambda done, of: told.append((done, of))
        )

        assert [written(batch) for batch in faulty.batches[before:]] == [50, 50, 20]
        assert told == [(50, 120), (100, 120), (120, 120)]
        assert [(one.place, one.key) for one in started.new] == list(enumerate(keys))
        assert (started.existing, started.refused) == ((), ())
        app.worker().run_until_idle()
        states = {app.runs.get(one.run_id).state for one in started.new}  # type: ignore[union-attr]
    assert states == {RunState.COMPLETED}
    assert len(world.rows("desk_accounts")) == 121


def test_new_runs_without_a_read() -> None:
    """A run that is new costs no read, with a key or without."""
    world = World()
    faulty = FaultyBackend(world.backend())
    with world.process(faulty, workflows=ALL) as app:
        app.start(sending, Parcel("first"))
        inputs, keys = parcels(120)
        before = faulty.reads
        app.start_many(sending, inputs, keys=keys)
        app.start_many(sending, inputs)

        assert faulty.reads == before


def test_keys_that_name_runs_already() -> None:
    """The same input is the same run; another one is refused; the rest of the batch is written."""
    world = World()
    with world.process(workflows=ALL) as app:
        inputs, keys = parcels(10)
        first = app.start(sending, inputs[3], key=keys[3])
        app.start(sending, Parcel("another"), key=keys[5])

        started = app.start_many(sending, inputs, keys=keys)

        assert [one.place for one in started.new] == [0, 1, 2, 4, 6, 7, 8, 9]
        assert [(one.place, one.run_id) for one in started.existing] == [(3, first.id)]
        (refused,) = started.refused
        assert (refused.place, refused.key) == (5, "k5")
        assert isinstance(refused.error, KeyReused)
        again = app.start_many(sending, inputs, keys=keys)
    assert again.new == ()
    assert {one.run_id for one in started.new} < {one.run_id for one in again.existing}


def test_one_key_for_several_inputs() -> None:
    """The first of them has the run, also within one batch; equal inputs share it."""
    world = World()
    with world.process(workflows=ALL) as app:
        inputs = [Parcel("anna"), Parcel("anna"), Parcel("bert"), Parcel("carl")]

        started = app.start_many(sending, inputs, keys=["k", "k", "k", "other"])

        assert [one.place for one in started.new] == [0, 3]
        assert [(e.place, e.run_id) for e in started.existing] == [(1, started.new[0].run_id)]
        assert [(r.place, type(r.error)) for r in started.refused] == [(2, KeyReused)]


def test_key_of_a_purged_run() -> None:
    """It never runs twice."""
    world = World()
    with world.process(workflows=ALL) as app:
        app.run(sending, Parcel("anna"), key="k0")
        world.waiter.pass_time(app._executor.lapse * 10)
        app.retention.purge(app._executor.lapse, unrelayed=True)

        started = app.start_many(sending, [Parcel("anna"), Parcel("bert")], keys=["k0", "k1"])

        assert [one.key for one in started.new] == ["k1"]
        assert [type(one.error) for one in started.refused] == [RunPurged]


def test_inputs_that_a_preparation_refuses() -> None:
    """The others are started."""
    world = World()
    with world.process(workflows=ALL) as app:
        inputs = [Parcel("anna"), Parcel("bert", 31.0), Parcel("carl")]

        started = app.start_many(checked, inputs, keys=list("abc"))

        assert [one.place for one in started.new] == [0, 2]
        assert [(r.place, r.key, str(r.error)) for r in started.refused] == [(1, "b", "too heavy")]


def test_inputs_about_persons() -> None:
    """Several are about one person; whoever is erased is refused, and the others started."""
    world = World()
    with world.process(workflows=ALL) as app:
        app.retention.erase("bert", by="ada", why="asked")
        inputs = [Parcel(name) for name in ("anna", "bert", "anna", "carl")]

        started = app.start_many(personal, inputs)

        assert [one.place for one in started.new] == [0, 2, 3]
        assert [(r.place, type(r.error)) for r in started.refused] == [(1, SubjectBarred)]


def test_person_who_is_erased_meanwhile() -> None:
    """The commit is refused, and made again without whom nothing may be written about."""
    world = World()

    def erase(_: Batch) -> None:
        with world.process(workflows=ALL) as other:
            other.retention.erase("bert", by="ada", why="asked")

    faulty = FaultyBackend(world.backend())
    with world.process(faulty, workflows=ALL) as app:
        app.start(personal, Parcel("first"))
        faulty.plan[faulty.commits + 1] = erase

        started = app.start_many(personal, [Parcel("anna"), Parcel("bert")])

        assert [one.place for one in started.new] == [0]
        assert [type(one.error) for one in started.refused] == [SubjectBarred]


def test_inputs_that_cannot_be_stored() -> None:
    """All are named, by their place, and nothing is written."""
    world = World()
    with world.process(workflows=ALL) as app:
        inputs: list[Any] = [Parcel("anna"), Parcel("b\x00"), "carl", Parcel("d", float("nan"))]

        with pytest.raises(InvalidValue) as refused:
            app.start_many(sending, inputs)

        assert [p.path for p in refused.value.problems] == ["$[1].name", "$[2]", "$[3].weight"]
        assert refused.value.what == "inputs of sending"
        assert world.rows("aicmo_runs") == []


def test_keys_that_cannot_be_stored() -> None:
    """They are refused like inputs, with the place of theirs."""
    world = World()
    with world.process(workflows=ALL) as app:
        inputs, _ = parcels(3)

        with pytest.raises(InvalidValue) as refused:
            app.start_many(sending, inputs, keys=["a", "b" * 600, "c"])

        assert [p.path for p in refused.value.problems] == ["$[1].workflow,key"]
        assert world.rows("aicmo_runs") == []


def test_very_many_problems() -> None:
    """No more are told than somebody reads."""
    world = World()
    with world.process(workflows=ALL) as app, pytest.raises(InvalidValue) as refused:
        app.start_many(sending, [Parcel("\x00")] * 1000)

    assert len(refused.value.problems) == MOST_PROBLEMS


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"batch": 0}, "at least one run"), ({"keys": ["a"]}, "expected 2 keys")],
)
def test_call_that_makes_no_sense(arguments: dict[str, Any], message: str) -> None:
    """Is refused before anything is written."""
    world = World()
    with world.process(workflows=ALL) as app, pytest.raises(ValueError, match=message):
        app.start_many(sending, parcels(2)[0], **arguments)

    assert world.rows("aicmo_runs") == []


def test_workflow_that_nobody_registered() -> None:
    """As with one run."""
    world = World()
    with world.process(workflows=ALL) as app, pytest.raises(UnknownName):
        app.start_many("unheard of", [])


def test_no_inputs() -> None:
    """Nothing is written, and nobody is told."""
    world = World()
    told: list[int] = []
    with world.process(workflows=ALL) as app:
        started = app.start_many(sending, [], progress=lambda done, of: told.append(done))

    assert started == Started((), (), ())
    assert told == []


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("fault", list(Fault), ids=lambda f: f.value)
def test_a_fault_at_every_commit_and_then_the_same_keys(number: int, fault: Fault) -> None:
    """Each key has one run, each run is done once, and the second call says what the first did."""
    world = World()
    inputs, keys = parcels(23)
    faulty = FaultyBackend(world.backend(), {number: fault})
    first: Started | None = None
    with world.process(faulty, workflows=ALL) as app:
        try:
            first = app.start_many(sending, inputs, keys=keys, batch=10)
        except (Crash, BackendUnavailable):
            assert fault not in (Fault.DUPLICATE, Fault.LOST_BEFORE, Fault.LOST_AFTER)
    if first is not None:
        assert [one.key for one in first.new] == keys

    with world.process(workflows=ALL) as later:
        there = {run.key: run.id for run in later.runs.list(limit=100)}
        second = later.start_many(sending, inputs, keys=keys, batch=10)
        later.worker().run_until_idle()
        ended = later.runs.list(limit=100)

    assert {one.key: one.run_id for one in second.existing} == there
    assert sorted([*there, *(one.key for one in second.new)]) == sorted(keys)
    assert {run.state for run in ended} == {RunState.COMPLETED}
    assert len(world.rows("desk_accounts")) == len(world.rows("aicmo_runs")) == 23


def test_worker_that_is_faster_than_a_lost_answer() -> None:
    """The run was taken already: it is one that this call has written, all the same."""
    world = World()

    class Losing(FaultyBackend):
        lost = False

        def commit(self, changes: Batch) -> None:
            super().commit(changes)
            if written(changes) > 1 and not self.lost:
                self.lost = True
                with world.process(workflows=ALL) as other:
                    other.worker().run_until_idle()
                raise OutcomeUnknown("the store", "the answer was lost")

    with world.process(Losing(world.backend()), workflows=ALL) as app:
        inputs, keys = parcels(4)
        started = app.start_many(sending, inputs, keys=keys)
        unnamed = app.start_many(sending, [Parcel("without")] * 2)

    assert [one.key for one in started.new] == keys
    assert len(unnamed.new) == 2
    assert len(world.rows("aicmo_runs")) == 6


def test_rival_that_starts_the_same_keys() -> None:
    """Between any two commits of the one, the other starts all: each key has one run."""
    inputs, keys = parcels(30)
    for number in range(1, 6):
        world = World()
        theirs: list[Started] = []

        def rival(_: Batch, world: World = world, theirs: list[Started] = theirs) -> None:
            with world.process(workflows=ALL) as other:
                theirs.append(other.start_many(sending, inputs, keys=keys, batch=7))

        with world.process(FaultyBackend(world.backend(), {number: rival}), workflows=ALL) as app:
            mine = app.start_many(sending, inputs, keys=keys, batch=10)

        assert len(mine.new) + len(theirs[0].new) == 30
        assert not mine.refused
        by_key = {one.key: one.run_id for one in (*mine.new, *theirs[0].new)}
        assert {one.key: one.run_id for one in (*mine.new, *mine.existing)} == by_key
        assert len(world.rows("aicmo_runs")) == 30


def test_progress_that_raises() -> None:
    """It ends the call between two commits, and what was committed stays."""
    world = World()

    def stop(done: int, of: int) -> None:
        raise RuntimeError("enough")

    with world.process(workflows=ALL) as app, pytest.raises(RuntimeError, match="enough"):
        app.start_many(sending, parcels(30)[0], batch=10, progress=stop)

    assert len(world.rows("aicmo_runs")) == 10


_FAULTS = st.sampled_from([*Fault])
_CALL = st.tuples(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "y"])), max_size=8),
    st.integers(1, 4),
    st.dictionaries(st.integers(1, 6), _FAULTS, max_size=2),
)


@settings(deadline=None)
@given(st.lists(_CALL, min_size=1, max_size=5))
def test_calls_that_meet_faults(
    calls: list[tuple[list[tuple[str, str]], int, dict[int, Fault]]],
) -> None:
    """A key has the run of the input that was written first, and every answer agrees with that."""
    world = World()
    known: dict[str, tuple[str, str]] = {}
    for asked, batch, plan in [*calls, ([(k, "x") for k in "abcdef"], 4, {})]:
        keys, inputs = [key for key, _ in asked], [Parcel(name) for _, name in asked]
        with world.process(FaultyBackend(world.backend(), plan), workflows=ALL) as app:
            answer = _unless_cut_off(
                partial(app.start_many, sending, inputs, keys=keys, batch=batch)
            )
        stored = _stored(world)
        assert {key: stored[key] for key in known} == known, "a run was lost or replaced"
        if answer is not None:
            _agrees(answer, asked, known, stored)
        known = stored
    assert sorted(known) == list("abcdef")


def _unless_cut_off(call: Callable[[], Started]) -> Started | None:
    try:
        return call()
    except (Crash, BackendUnavailable, OutcomeUnknown):
        return None


def _stored(world: World) -> dict[str, tuple[str, str]]:
    """Return the id and the input of each key's run."""
    with world.process(workflows=ALL) as reader:
        runs = reader.runs.list(limit=1000)
        assert len({run.key for run in runs}) == len(runs), "a key has two runs"
        inputs = {run.id: reader._coordinator.load(run.id).input for run in runs}
    return {run.key: (run.id, inputs[run.id].name) for run in runs}


def _agrees(
    answer: Started,
    asked: list[tuple[str, str]],
    before: dict[str, tuple[str, str]],
    stored: dict[str, tuple[str, str]],
) -> None:
    """Check an answer against the store as it was before, and as it is after."""
    places = [one.place for one in (*answer.new, *answer.existing)]
    places += [one.place for one in answer.refused]
    assert sorted(places) == list(range(len(asked)))
    for one in (*answer.new, *answer.existing):
        assert stored[one.key] == (one.run_id, asked[one.place][1])
    assert all(one.key not in before for one in answer.new)
    assert len({one.key for one in answer.new}) == len(answer.new)
    for refused in answer.refused:
        assert isinstance(refused.error, KeyReused)
        assert stored[asked[refused.place][0]][1] != asked[refused.place][1]
