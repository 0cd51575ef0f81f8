"""What is purged, what stays, and that nobody adds to what is gone."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aicmo_core import RunState, client_to_delivery, open_app
from aicmo_core.cli.main import aicmo
from aicmo_core.hooks import Subscriber
from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.kernel.event import Event, Redacted
from aicmo_core.runtime.errors import KeyReused, RunGone, RunPurged
from aicmo_core.runtime.records import ENDED
from aicmo_core.runtime.retention import Purged
from aicmo_core.storage import Batch
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import Ambush, Errand, World, errand
from scenarios.events_post import (
    Parcel,
    Posted,
    PostOffice,
    Reader,
    Weighed,
    parcel,
    post,
    sending,
)
from scenarios.stores import Oracle, SqliteOracle, order

DAY = timedelta(days=1)
OWN = ("aicmo_runs", "aicmo_journal", "aicmo_outbox", "aicmo_inbox")


def nobody(_: Event) -> None:
    """Takes every event, so that it counts as handed out."""


LISTENER = Subscriber("listener", Event, nobody)


@pytest.fixture
def office(oracle: Oracle) -> PostOffice:
    return PostOffice(oracle)


@pytest.fixture
def world() -> World:
    return World()


def snapshot(office: PostOffice) -> dict[str, list[tuple[Any, ...]]]:
    return {table: office.rows(table) for table in OWN}


def places(office: PostOffice, collection: str, key: str) -> list[tuple[int, str]]:
    """Return the places of an aggregate's events that are stored, and their classes' names."""
    return sorted(
        (row[2], row[4].rpartition(".")[2])
        for row in office.rows("aicmo_outbox")
        if row[:2] == (collection, key)
    )


# -- runs ---------------------------------------------------------------------------------------


def test_a_purged_run(office: PostOffice) -> None:
    """Its journal is gone, and its row says no more than its key and how it ended."""
    with office.open([LISTENER]) as app:
        kept = app.run(sending, Parcel("kept"), key="k1")
        office.clock.advance(10 * DAY)
        app.run(sending, Parcel("later"), key="k2")

        purged = app.retention.purge(5 * DAY)

        stone = app.runs.get(kept.id)
        assert purged == Purged(runs=1, entries=3, events=2, waiting=0)
        assert stone is not None
        assert (stone.state, stone.ended_as) == (RunState.PURGED, RunState.COMPLETED)
        assert [run.key for run in app.runs.list()] == ["k2"]
        with pytest.raises(RunGone):
            app.runs.audit(kept.id)
    assert {row[0] for row in office.rows("aicmo_journal")}.isdisjoint({kept.id})
    (row,) = [row for row in office.rows("aicmo_runs") if row[0] == kept.id]
    assert "kept" not in repr(row)
    assert ("kept", 2) in [row[:2] for row in office.rows("post_boxes")]


def test_a_key_whose_run_was_purged(office: PostOffice) -> None:
    """It never runs twice: the same input is told how it ended, another one is refused."""
    with office.open([LISTENER]) as app:
        run = app.run(sending, Parcel("b"), key="k")
        office.clock.advance(DAY)
        app.retention.purge(timedelta(0))
        before = snapshot(office)

        with pytest.raises(RunPurged) as same:
            app.run(sending, Parcel("b"), key="k")
        with pytest.raises(KeyReused):
            app.run(sending, Parcel("c"), key="k")

        assert (same.value.run_id, same.value.ended_as) == (run.id, RunState.COMPLETED)
    assert snapshot(office) == before


def test_a_tombstone_does_not_give_the_input_away(office: PostOffice) -> None:
    """The hash of the same input is another one in every tombstone."""
    with office.open([LISTENER]) as app:
        for key in ("k1", "k2"):
            app.run(sending, Parcel("b"), key=key)
        known = {row[5] for row in office.rows("aicmo_runs")}
        office.clock.advance(DAY)

        app.retention.purge(timedelta(0))

    hashes = [row[5] for row in office.rows("aicmo_runs")]
    assert len(known) == 1
    assert len(set(hashes) | known) == 3


@pytest.mark.parametrize("fails", [False, True], ids=["completed", "compensated"])
def test_only_the_states_that_are_asked_for(office: PostOffice, fails: bool) -> None:
    """A run that ended otherwise keeps its journal."""
    ended, other = ENDED[:2] if fails else ENDED[1::-1]
    with office.open([LISTENER]) as app:
        run = app.run(sending, Parcel("b", fails=fails))
        office.clock.advance(DAY)

        untouched = app.retention.purge(timedelta(0), states=[ended])
        taken = app.retention.purge(timedelta(0), states=[other])

        assert (untouched.runs, taken.runs) == (0, 1)
        assert app.runs.get(run.id).ended_as is other  # type: ignore[union-attr]


def test_a_state_in_which_no_run_has_ended(office: PostOffice) -> None:
    """Is refused by name: a run that somebody works on is never purged."""
    with office.open() as app, pytest.raises(InvalidValue, match="found parked"):
        app.retention.purge(timedelta(0), states=[RunState.PARKED])


def test_a_dry_run(office: PostOffice) -> None:
    """Counts what a purge would remove, and writes nothing."""
    with office.open([LISTENER]) as app:
        app.run(sending, Parcel("b"))
        app.run(sending, Parcel("c", fails=True))
        office.clock.advance(DAY)
        before = snapshot(office)

        told = app.retention.purge(timedelta(0), dry_run=True)

        assert snapshot(office) == before
        assert app.retention.purge(timedelta(0)) == told


# -- who wakes up late --------------------------------------------------------------------------


def test_a_coordinator_that_wakes_after_the_purge(office: PostOffice) -> None:
    """Another one finished its run, and the run was purged: it is refused, and adds nothing."""
    after: list[dict[str, Any]] = []

    def meanwhile(_: Batch) -> None:
        with office.open([LISTENER]) as other:
            (ended,) = other.recover(now=True).runs
            assert ended.state is RunState.COMPLETED
            office.clock.advance(DAY)
            assert other.retention.purge(timedelta(0)).runs == 1
        after.append(snapshot(office))

    paused = Ambush(office.oracle.backend(), ("completed", "send"), meanwhile)
    with office.open([LISTENER], paused) as app:
        with pytest.raises(RunGone):
            app.run(sending, Parcel("b"), key="k")

        assert snapshot(office) == after[0]


def test_an_effect_that_comes_after_the_purge(world: World) -> None:
    """Nothing is added to the run, and who acted late is told that it is gone."""
    after: list[dict[str, Any]] = []

    def meanwhile() -> None:
        world.hotel.while_booking = lambda: None
        with world.process() as other:
            (ended,) = other.recover(now=True).runs
            assert ended.state is RunState.COMPLETED
            world.clock.advance(DAY)
            assert other.retention.purge(timedelta(0)).runs == 1
        after.append({table: world.rows(table) for table in OWN})

    world.hotel.while_booking = meanwhile
    with world.process() as app:
        with pytest.raises(RunGone):
            app.run(errand, Errand("anna"))

        assert {table: world.rows(table) for table in OWN} == after[0]


def test_an_effect_that_is_about_to_be_added(world: World) -> None:
    """Who acted late has seen the ended run, and is paused: its row is another one since."""
    after: list[dict[str, Any]] = []

    def finish_it() -> None:
        world.hotel.while_booking = lambda: None
        with world.process() as other:
            assert other.recover(now=True).runs[0].state is RunState.COMPLETED

    def purge_it(_: Batch) -> None:
        world.clock.advance(DAY)
        with world.process() as other:
            assert other.retention.purge(timedelta(0)).runs == 1
        after.append({table: world.rows(table) for table in OWN})

    world.hotel.while_booking = finish_it
    with world.process(Ambush(world.backend(), ("late_effect", "book"), purge_it)) as app:
        with pytest.raises(RunGone):
            app.run(errand, Errand("anna"))

        assert {table: world.rows(table) for table in OWN} == after[0]


def test_a_new_run_whose_key_was_purged_meanwhile(office: PostOffice) -> None:
    """It read nothing, and so could not know: the store itself refuses it."""

    def meanwhile(_: Batch) -> None:
        with office.open([LISTENER]) as other:
            other.run(sending, Parcel("b"), key="k")
            office.clock.advance(DAY)
            assert other.retention.purge(timedelta(0)).runs == 1

    paused = Ambush(office.oracle.backend(), ("completed", "put_in"), meanwhile)
    with office.open([LISTENER], paused) as app, pytest.raises(RunPurged):
        app.run(sending, Parcel("b"), key="k")

    assert office.oracle.count("aicmo_runs") == 1
    assert office.rows("post_boxes")[0][:2] == ("b", 2)


def test_a_run_that_is_reopened_while_it_is_purged(world: World) -> None:
    """Its row has changed since it was read: it stays, and the others are purged."""
    with world.process() as first:
        runs = [first.run(errand, Errand(name)) for name in ("anna", "ben")]
    world.clock.advance(DAY)

    def reopen(batch: Batch) -> None:
        with world.process() as other:
            coordinator = other._coordinator
            run = coordinator.load(runs[0].id)
            coordinator._writer.save(run, run.record)

    with world.process(FaultyBackend(world.backend(), {1: reopen})) as app:
        purged = app.retention.purge(timedelta(0))

        assert purged.runs == 1
        assert app.runs.audit(runs[0].id).balanced
        assert app.runs.get(runs[1].id).state is RunState.PURGED  # type: ignore[union-attr]


# -- events -------------------------------------------------------------------------------------


def test_a_run_whose_event_was_refused(office: PostOffice) -> None:
    """It stays, with the event, until that is taken; an event that nobody waits for goes."""
    reader = Reader("reader", Posted)
    reader.refuses = 100
    with office.open([reader.subscriber]) as app:
        run = app.run(sending, Parcel("b"))
        office.clock.advance(DAY)

        waiting = app.retention.purge(timedelta(0))
        audit = app.runs.audit(run.id)
        reader.refuses = 0
        app.relay()
        purged = app.retention.purge(timedelta(0))

        assert (waiting.runs, waiting.events, waiting.waiting) == (0, 1, 1)
        assert len(audit.entries) == 3
        assert (purged.runs, purged.events, purged.waiting) == (1, 1, 0)
    assert len(office.took("reader")["b"]) == 1


def test_a_run_whose_events_nobody_was_told_of(office: PostOffice) -> None:
    """It stays, unless whoever purges says that nobody will ever ask."""
    with office.open() as app:
        app.run(parcel, Parcel("b"))
        office.clock.advance(DAY)

        kept = app.retention.purge(timedelta(0))
        purged = app.retention.purge(timedelta(0), unrelayed=True)

    assert (kept.runs, kept.waiting) == (0, 1)
    assert (purged.runs, purged.events) == (1, 3)


def test_events_of_a_run_that_is_open(office: PostOffice) -> None:
    """They stay, however old: the run may still take them back."""
    crashing = Ambush(office.oracle.backend(), ("completed", "send"), Fault.CRASH_BEFORE)
    with suppress(Crash), office.open([LISTENER], crashing) as app:
        app.run(sending, Parcel("b"))
    crashing.inner.close()
    with office.open([LISTENER]) as other:
        other.relay()
        office.clock.advance(DAY)

        assert other.retention.purge(timedelta(0)).events == 0
        other.recover(now=True)
        office.clock.advance(DAY)
        assert other.retention.purge(timedelta(0)).events == 2


def test_the_places_of_a_purged_aggregate(office: PostOffice) -> None:
    """The first and the last stay, saying nothing; what comes next is counted on."""
    reader = Reader("reader", (Posted, Weighed))
    with office.open([reader.subscriber]) as app:
        for _ in range(4):
            post(app, "b")
        office.clock.advance(DAY)

        purged = app.retention.purge(timedelta(0))
        between = places(office, "post_boxes", "b")
        post(app, "b", Weighed)
        again = app.retention.purge(timedelta(hours=1))

        assert purged.events == 4
        assert between == [(1, "Redacted"), (4, "Redacted")]
        assert again.events == 0
    assert places(office, "post_boxes", "b") == [(1, "Redacted"), (5, "Weighed")]
    assert len(office.took("reader")["b"]) == 5


def test_a_row_that_comes_back_under_a_former_key(office: PostOffice) -> None:
    """Its first event follows the purged ones, so that no subscriber passes it over."""
    reader = Reader("reader", Posted)
    with office.open([reader.subscriber]) as app:
        app.run(sending, Parcel("b", fails=True))  # the box is taken back
        office.clock.advance(DAY)
        app.retention.purge(timedelta(0))
        assert office.rows("post_boxes") == []

        app.run(sending, Parcel("b"))

    assert len(office.took("reader")["b"]) == 2


def test_who_listens_to_every_event(office: PostOffice) -> None:
    """Is told what a place is empty of, and decodes it."""
    told: list[Event] = []
    with office.open() as app:
        post(app, "b")
        office.clock.advance(DAY)
        app.retention.purge(timedelta(0), unrelayed=True)

    with office.open([Subscriber("all", Event, told.append)]) as later:
        assert later.relay() == 1

    (one,) = told
    assert isinstance(one, Redacted)
    assert one.was.endswith("Posted")


# -- batches ------------------------------------------------------------------------------------


def test_every_commit_of_a_purge_crashed(office: PostOffice) -> None:
    """What is gone is gone wholly; another purge does the rest, and nothing is counted twice."""
    with office.open([LISTENER]) as app:
        runs = [app.run(sending, Parcel(f"b{n}"), key=f"k{n}") for n in range(2)]
    office.clock.advance(DAY)
    tried = 0
    for number, fault in [(1, Fault.CRASH_BEFORE), (1, Fault.CRASH_AFTER), (1, Fault.LOST_AFTER)]:
        crashing = FaultyBackend(office.oracle.backend(), {number: fault})
        app = office.open([LISTENER], crashing)
        with suppress(Crash):
            app.retention.purge(timedelta(0))
        with suppress(Crash):  # a dead process closes nothing
            app.close()
        crashing.inner.close()
        tried += len(crashing.batches) >= number
        left = {row[0] for row in office.rows("aicmo_journal")}
        stones = {row[0] for row in office.rows("aicmo_runs") if "purged" in row}
        assert left.isdisjoint(stones)
        assert left | stones == {run.id for run in runs}

    assert tried == 3
    with office.open([LISTENER]) as last:
        assert last.retention.purge(timedelta(0)).runs == 0
    assert office.rows("aicmo_journal") == []


def test_command(tmp_path: Path) -> None:
    """`aicmo purge` counts first, and removes what it counted."""
    oracle = SqliteOracle(tmp_path)
    with open_app(oracle.url, artifacts=tmp_path / "out", allow=[]) as app:
        app.run(client_to_delivery, order())
    words = ["purge", "--older-than", "0s", "--state", "completed", "--db", oracle.url]
    words = ["--allow", "aicmo_core", *words]

    waiting = CliRunner().invoke(aicmo, words)
    dry = CliRunner().invoke(aicmo, [*words, "--unrelayed", "--dry-run", "--json"])
    kept = oracle.count("aicmo_journal")
    done = CliRunner().invoke(aicmo, [*words, "--unrelayed"])

    counted = json.loads(dry.output)
    assert waiting.output.startswith("0 runs and 0 events were purged, 1 runs wait")
    assert (counted["runs"], counted["entries"], counted["dry_run"]) == (1, kept, True)
    assert done.output.startswith(f"1 runs and {counted['events']} events were purged")
    assert oracle.count("aicmo_journal") == 0


def test_command_with_an_age_that_is_none() -> None:
    """Says what an age looks like."""
    done = CliRunner().invoke(aicmo, ["purge", "--older-than", "soon"])

    assert done.exit_code == 2
    assert "such as 90d" in done.output
