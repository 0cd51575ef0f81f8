"""Events: stored with their change, handed over at least once, in order per aggregate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aicmo_core import Event, RunState, StepContext, StepRejected, Workflow, step
from aicmo_core.app import App
from aicmo_core.hooks import Subscriber
from aicmo_core.kernel.event import Retracted
from aicmo_core.storage import BackendUnavailable, Batch, Conflict
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.errands import (
    AccountOpened,
    Ambush,
    Deposited,
    Desk,
    Ending,
    Errand,
    ErrandRefused,
    World,
    errand,
)
from scenarios.verdicts import check, check_events

NOBODY: list[Subscriber] = []


def outbox(world: World) -> list[tuple[str, str, int, str, bool]]:
    """Return aggregate, place, class and whether it was relayed, of every stored event."""
    rows = [(r[0], r[1], r[2], r[4].rpartition(".")[2], r[8]) for r in world.rows("aicmo_outbox")]
    return sorted(rows)


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


class Reluctant:
    """A subscriber that refuses some events for a while."""

    def __init__(self, refuses: type[Event], about: str = "") -> None:
        self.refuses: type[Event] | None = refuses
        self.about = about
        self.took: list[Event] = []

    def __call__(self, event: Event) -> None:
        name = getattr(event, "account_id", getattr(event, "letter_id", ""))
        if self.refuses and isinstance(event, self.refuses) and self.about in ("", name):
            raise RuntimeError("not today")
        self.took.append(event)


def test_events_are_told_after_their_commit_in_the_order_of_their_aggregate() -> None:
    """When a subscriber hears of a change, everybody can read it."""
    world = World()
    seen: list[tuple[str, bool]] = []

    def look(event: Event) -> None:
        stored = [r[3] for r in world.rows("aicmo_outbox")]
        seen.append((type(event).__name__, event.event_id in stored))

    with world.process(subscribers=[Subscriber("looker", Event, look)]) as app:
        app.run(errand, Errand("anna"))

    told = ["AccountOpened", "Deposited", "LetterWritten", "Deposited", "Deposited"]
    assert seen == [(name, True) for name in told]
    assert [e[2:] for e in outbox(world) if e[0] == "desk_accounts"] == [
        (1, "AccountOpened", True),
        (2, "Deposited", True),
        (3, "Deposited", True),
        (4, "Deposited", True),
    ]


def deposit_too_late(world: World, app: App) -> None:
    with app.unit_of_work() as work:
        work.port(Desk).deposit("anna", 1, "too late")
        with world.process(subscribers=NOBODY) as other, other.unit_of_work() as faster:
            faster.port(Desk).deposit("anna", 2, "in time")


def test_a_batch_that_is_refused_has_no_events() -> None:
    """Neither in the store nor at a subscriber."""
    world = World()

    with world.process() as app:
        app.run(errand, Errand("anna"), key="1")
        told = list(world.told)
        with pytest.raises(Conflict):
            deposit_too_late(world, app)

    amounts = [json.loads(r[5])["amount"] for r in world.rows("aicmo_outbox") if "Dep" in r[4]]
    assert sorted(amounts) == [-30, -20, 2, 100]
    assert world.told == told


def test_without_subscribers_events_wait() -> None:
    """A process that listens later hears of all of them, in order."""
    world = World()
    with world.process(subscribers=NOBODY) as app:
        run = app.run(errand, Errand("anna"))
    assert not any(relayed for *_, relayed in outbox(world))

    with world.process() as later:
        handed = later.relay()
        again = later.relay()

    assert (handed, again) == (5, 0)
    check_events(world, run)


def test_events_that_a_crash_left_pending_come_first() -> None:
    """What the recovery itself causes is handed over behind them, aggregate by aggregate."""
    world = World()
    dying = Ambush(world.backend(), ("completed", "deposit"), Fault.CRASH_AFTER)
    with world.process(dying) as app, pytest.raises(Crash):
        app.run(errand, Errand("anna"), key="k")
    assert names(world.told) == ["AccountOpened"]

    with world.process() as later:
        report = later.recover(now=True)

    assert report.relayed >= 4
    amounts = [e.amount for e in world.told if isinstance(e, Deposited)]
    assert amounts == [100, -30, -20]
    check(world, report.runs[0])


def test_a_subscriber_that_raises_keeps_the_event_and_blocks_its_aggregate_only() -> None:
    """The others hear theirs; the refused one comes first when it is handed over again."""
    world = World()
    reluctant = Reluctant(Deposited, "anna")

    with world.process(subscribers=[Subscriber("reluctant", Event, reluctant)]) as app:
        app.run(errand, Errand("anna"))
        app.run(errand, Errand("bert"))
        app.relay()
        pending = [(key, n) for _, key, n, _, relayed in outbox(world) if not relayed]
        assert pending == [("anna", 2), ("anna", 3), ("anna", 4)]
        reluctant.refuses = None
        assert app.relay() == 3

    anna = [e for e in reluctant.took if getattr(e, "account_id", "") == "anna"]
    assert [getattr(e, "amount", None) for e in anna] == [None, 100, -30, -20]
    assert all(relayed for *_, relayed in outbox(world))


def test_a_refused_event_is_offered_once_a_relay() -> None:
    """However many wait behind it."""
    world = World()
    offered: list[str] = []

    def refuse(event: Event) -> None:
        offered.append(event.event_id)
        raise RuntimeError("never")

    with world.process(subscribers=[Subscriber("never", Deposited, refuse)]) as app:
        app.run(errand, Errand("anna"))
        offered.clear()

        assert app.relay() == 0

    assert len(offered) == 1


def test_an_event_that_cannot_be_read_blocks_its_aggregate_only() -> None:
    """As after a change of its class: the rest of the outbox drains."""
    world = World()
    with world.process(subscribers=NOBODY) as app:
        app.run(errand, Errand("anna"))
        app.run(errand, Errand("bert"))
    place = ("aicmo_outbox", ("desk_accounts", "anna", 1))
    row = world.memory.rows[place]
    spoilt = [json.dumps({"accident": 1}) if i == 5 else v for i, v in enumerate(row.values)]
    world.memory.rows[place] = row._replace(values=tuple(spoilt))

    with world.process() as later:
        handed = later.relay()

    assert handed == 6  # bert's five, and anna's letter, which is an aggregate of its own
    pending = [(key, n) for _, key, n, _, relayed in outbox(world) if not relayed]
    assert pending == [("anna", n) for n in (1, 2, 3, 4)]


def test_undo_retracts_and_never_deletes() -> None:
    """In the commit of the undo, behind the events that it takes back."""
    world = World()

    with world.process() as app:
        run = app.run(errand, Errand("anna", Ending.REJECTED))

    account = [kind for table, _, _, kind, _ in outbox(world) if table == "desk_accounts"]
    assert account == ["AccountOpened", "Deposited", "Deposited"] + ["Retracted"] * 3
    retracted = [e for e in world.told if isinstance(e, Retracted)]
    told = [e.event_id for e in world.told if isinstance(e, AccountOpened | Deposited)]
    about_account = [i for e in retracted for i in e.event_ids if i in told]
    assert about_account == list(reversed(told))
    check(world, run)


def test_a_key_that_is_used_again_goes_on_counting() -> None:
    """The aggregate is new, but its events before it are not forgotten."""
    world = World()

    with world.process() as app:
        app.run(errand, Errand("anna", Ending.REJECTED))
        run = app.run(errand, Errand("anna"))

    assert run.state is RunState.COMPLETED
    places = [n for table, _, n, _, _ in outbox(world) if table == "desk_accounts"]
    assert places == list(range(1, 11))
    assert all(relayed for *_, relayed in outbox(world))


def test_a_rejection_brings_its_events() -> None:
    """They are stored about the run, with the failed entry, and are not retracted."""
    world = World()

    with world.process() as app:
        run = app.run(errand, Errand("anna", Ending.REJECTED))

    about_run = [e for e in outbox(world) if e[0] == "aicmo_runs"]
    assert about_run == [("aicmo_runs", run.id, 1, "ErrandRefused", True)]
    assert any(isinstance(e, ErrandRefused) for e in world.told)


@step
def reject_with_nonsense(context: StepContext[Errand]) -> None:
    raise StepRejected("no", {}, [Deposited("anna", float("nan"))])  # type: ignore[arg-type]


def test_a_rejection_whose_event_cannot_be_stored() -> None:
    """Is a bug of the step, in the journal, and not an error of the host."""
    world = World()
    nonsense = Workflow("nonsense", 1, Errand, [reject_with_nonsense])

    with world.process(workflows=[nonsense]) as app:
        run = app.run(nonsense, Errand("anna"))

    assert run.state is RunState.COMPENSATED
    assert "InvalidValue" in (run.failure or "")


def test_two_processes_relay_at_once() -> None:
    """Each event is handed over at least once, and marked once."""
    world = World()
    with world.process(subscribers=NOBODY) as app:
        run = app.run(errand, Errand("anna"))

    def other_relays(_: Batch) -> None:
        with world.process() as other:
            assert other.relay() == 5

    faulty = FaultyBackend(world.backend(), {1: other_relays})
    with world.process(faulty) as app:
        assert app.relay() == 5
        assert app.relay() == 0

    assert len(world.told) == 10
    check_events(world, run)


def test_an_event_whose_subscriber_causes_another_about_the_same_row() -> None:
    """All subscribers hear the cause before the consequence."""
    world = World()
    first: list[str] = []
    second: list[str] = []

    def add_more(event: Event) -> None:
        first.append(type(event).__name__)
        if isinstance(event, AccountOpened):
            with apps[0].unit_of_work() as work:
                work.port(Desk).announce(event.account_id)

    apps: list[App] = []
    listening = [
        Subscriber("adds", Event, add_more),
        Subscriber("listens", Event, lambda event: second.append(type(event).__name__)),
    ]
    with world.process(subscribers=listening) as app:
        apps.append(app)
        with app.unit_of_work() as work:
            work.port(Desk).open_account("anna")

    assert first == second == ["AccountOpened", "Deposited"]


def test_places_that_others_take_all_the_time() -> None:
    """An event is given its place however often another writer is first; no step fails."""
    world = World()
    taken: list[int] = []

    def announce_first(_: Batch) -> None:
        taken.append(1)
        with world.process(subscribers=NOBODY) as other, other.unit_of_work() as work:
            work.port(Desk).announce("anna")
        if len(taken) < 5:
            faulty.plan[faulty.commits + 1] = announce_first

    faulty = Ambush(world.backend(), ("completed", "announce"), announce_first)
    with world.process(faulty, workflows=[announcing]) as app:
        with app.unit_of_work() as work:
            work.port(Desk).open_account("anna")
        run = app.run(announcing, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert len(taken) == 5
    assert [n for *_, n, _, _ in outbox(world)] == [1, 2, 3, 4, 5, 6, 7]


@step
def announce(context: StepContext[Errand]) -> None:
    context.port(Desk).announce(context.input.name)


announcing = Workflow("announcing", 1, Errand, [announce])


def test_a_store_that_fails_while_events_are_marked() -> None:
    """They are marked the next time, and not handed over again by this process."""
    world = World()
    with world.process(subscribers=NOBODY) as app:
        app.run(errand, Errand("anna"))
    faulty = FaultyBackend(world.backend(), {1: Fault.ERROR_BEFORE, 2: Fault.LOST_AFTER})

    with world.process(faulty) as app:
        assert [app.relay(), app.relay(), app.relay()] == [5, 0, 0]

    assert len(world.told) == 5
    assert all(relayed for *_, relayed in outbox(world))


def test_events_of_one_aggregate_whose_ids_do_not_rise() -> None:
    """Order comes from the place, not from ids, on one page or several."""
    world = World()
    with world.process(subscribers=NOBODY) as app:
        app.run(errand, Errand("anna"))
    for n, event_id in ((1, "zz"), (2, "mm"), (3, "aa"), (4, "bb")):
        place = ("aicmo_outbox", ("desk_accounts", "anna", n))
        row = world.memory.rows[place]
        values: list[Any] = list(row.values)
        values[3] = event_id
        world.memory.rows[place] = row._replace(values=tuple(values))
        world.memory.tables["aicmo_outbox"].dirty.add(row.key)

    with world.process() as later:
        later.relay()

    amounts = [getattr(e, "amount", None) for e in world.told if not hasattr(e, "letter_id")]
    assert amounts == [None, 100, -30, -20]


def test_a_store_that_cannot_be_read_while_events_are_handed_over() -> None:
    """The run is not disturbed; the events wait in the outbox."""

    class Unreadable(FaultyBackend):
        def get(self, collection, key):  # type: ignore[no-untyped-def]
            if collection.name == "aicmo_outbox":
                raise BackendUnavailable("faulty:", "no reads today")
            return super().get(collection, key)

    world = World()
    with world.process(subscribers=NOBODY) as app, app.unit_of_work() as work:
        work.port(Desk).open_account("anna")

    with world.process(Unreadable(world.backend()), workflows=[announcing]) as app:
        run = app.run(announcing, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert [relayed for *_, relayed in outbox(world)] == [False, False]


def test_a_row_and_its_events_that_somebody_else_was_faster_with() -> None:
    """The step is run again: the taken place is no reason of the business."""
    world = World()

    def deposit_first(_: Batch) -> None:
        with world.process(subscribers=NOBODY) as other, other.unit_of_work() as work:
            work.port(Desk).deposit("anna", 7, "in between")

    faulty = Ambush(world.backend(), ("completed", "deposit"), deposit_first)
    with world.process(faulty) as app:
        run = app.run(errand, Errand("anna"))

    assert run.state is RunState.COMPLETED
    assert world.rows("desk_accounts")[0][1] == 57
    assert [n for table, _, n, _, _ in outbox(world) if table == "desk_accounts"] == [1, 2, 3, 4, 5]
