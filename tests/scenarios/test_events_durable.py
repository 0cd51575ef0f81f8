"""Durable subscribers: once per event, in order per aggregate, whoever runs them and when."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from aicmo_core import Event, RetryPolicy, RunState
from aicmo_core.app import App
from aicmo_core.hooks import DurableSubscriber, EventContext, Subscriber
from aicmo_core.kernel.event import Retracted
from aicmo_core.runtime.errors import PortMissing
from aicmo_core.runtime.plugins import PluginClash
from aicmo_core.storage import BackendUnavailable, Batch
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from scenarios.events_post import (
    Echoed,
    Kind,
    Parcel,
    Post,
    Posted,
    PostOffice,
    Reader,
    Sealed,
    Weighed,
    parcel,
    post,
    sending,
)
from scenarios.stores import MemoryOracle, Oracle

BOX = ("post_boxes", "b")
PATIENT = RetryPolicy(max_attempts=3, initial=timedelta(minutes=1), factor=1)


@pytest.fixture
def office() -> PostOffice:
    """A store in memory."""
    return PostOffice(MemoryOracle())


@pytest.fixture
def each_office(oracle: Oracle) -> PostOffice:
    """A store on each backend."""
    return PostOffice(oracle)


def die(app: App) -> None:
    """Run into the crash that is planned."""
    with pytest.raises(Crash):
        app.run(parcel, Parcel("b"))
    with suppress(Crash):  # a dead process closes nothing
        app.close()


def waiting(office: PostOffice) -> list[tuple[str, str]]:
    """Return who has something due in the inbox, and in what state."""
    rows = office.inbox()
    return [(r["subscriber"], r["state"]) for r in rows if r["state"] != "idle"]


def test_a_change_and_its_note_are_one_commit(each_office: PostOffice) -> None:
    """Directly after the commit that caused the event; nothing waits afterwards."""
    reader = Reader("reader", (Posted, Weighed))

    with each_office.open([reader.subscriber]) as app:
        post(app, "b")
        post(app, "b", Weighed)
        told = each_office.took("reader")

    assert told == {"b": each_office.events(Posted, Weighed)[BOX]}
    assert (reader.calls, waiting(each_office)) == (2, [])


def test_what_a_delivery_costs(office: PostOffice) -> None:
    """One commit for an event; reads of the inbox, of what is ahead, and of the event before."""
    silent = DurableSubscriber("silent", Posted, lambda context, event: None)
    faulty = FaultyBackend(office.oracle.backend())

    def look(box_id: str, kind: Kind) -> tuple[int, int]:
        before = faulty.commits, faulty.reads
        post(app, box_id, kind)
        return faulty.commits - before[0], faulty.reads - before[1]

    with office.open([silent], faulty) as app:
        unheard = look("first", Weighed)
        first, second = look("b", Posted), look("b", Posted)
        app.relay()
        third = look("b", Posted)

    # Posting itself is one commit, a read of the box, and, of one that is there, of its events.
    assert unheard == (1, 1)
    assert first == (1 + 1, 1 + 2)
    assert second == (1 + 1, 2 + 2)
    assert third == (1 + 1, 2 + 3)


def test_a_process_that_does_not_run_a_subscriber(each_office: PostOffice) -> None:
    """Notes for it what it marks as handed out, and whoever runs it takes that later."""
    reader = Reader("reader", Posted)
    each_office.open([reader.subscriber]).close()

    told: list[Event] = []
    with each_office.open([Subscriber("other", Event, told.append)]) as other:
        for _ in range(3):
            post(other, "b")
        assert other.relay() == 0
    assert len(told) == 3
    assert (each_office.took("reader"), waiting(each_office)) == ({}, [("reader", "pending")])

    with each_office.open([reader.subscriber]) as app:
        assert (app.relay(), app.relay()) == (3, 0)

    assert each_office.took("reader") == {"b": each_office.events(Posted)[BOX]}
    assert waiting(each_office) == []


def test_a_process_without_subscribers_leaves_events_to_others(office: PostOffice) -> None:
    """They are not marked, so that they are handed out by the first process that has some."""
    reader = Reader("reader", Posted)
    office.open([reader.subscriber]).close()
    with office.open() as nobody:
        post(nobody, "b")

    with office.open([reader.subscriber]) as app:
        assert app.events.not_handed_out() == 1
        assert app.relay() == 1
        assert app.events.not_handed_out() == 0

    assert office.took("reader") == {"b": office.events(Posted)[BOX]}


def test_a_subscriber_that_is_registered_late(office: PostOffice) -> None:
    """It is given what is committed from then on, and not what was handed out before."""
    with office.open([Subscriber("other", Event, lambda _: None)]) as other:
        post(other, "b")
        other.relay()
        late = Reader("late", Posted)
        office.open([late.subscriber]).close()
        post(other, "b")
        post(other, "b")

    with office.open([late.subscriber]) as app:
        app.relay()

    assert office.took("late") == {"b": office.events(Posted)[BOX][1:]}


def test_a_late_subscriber_in_the_process_that_emits(office: PostOffice) -> None:
    """Nor is it given what was handed out before when it hears of the aggregate at once."""
    with office.open([Subscriber("other", Event, lambda _: None)]) as other:
        post(other, "b")
        other.relay()
    late = Reader("late", Posted)

    with office.open([late.subscriber]) as app:
        post(app, "b")

    assert office.took("late") == {"b": office.events(Posted)[BOX][1:]}


def test_a_process_that_dies_between_two_noted_events(office: PostOffice) -> None:
    """What was noted stays due until all of it was taken."""
    reader = Reader("reader", Posted)
    office.open([reader.subscriber]).close()
    with office.open([Subscriber("other", Event, lambda _: None)]) as other:
        post(other, "b")
        post(other, "b")
        other.relay()
    faulty = FaultyBackend(office.oracle.backend())
    dying = office.open([reader.subscriber], faulty)
    faulty.plan[faulty.commits + 1] = Fault.CRASH_AFTER
    with pytest.raises(Crash):
        dying.relay()
    with suppress(Crash):
        dying.close()
    assert waiting(office) == [("reader", "pending")]

    with office.open([reader.subscriber]) as later:
        assert later.relay() == 1

    assert office.took("reader") == {"b": office.events(Posted)[BOX]}


def test_an_event_that_is_marked_while_its_subscriber_is_registered(office: PostOffice) -> None:
    """It was committed before the registration, so that it is not owed; the next one is."""
    late = Reader("late", Posted)

    def register_late(_: Batch) -> None:
        office.open([late.subscriber]).close()

    faulty = FaultyBackend(office.oracle.backend())
    with office.open([Subscriber("other", Event, lambda _: None)], faulty) as other:
        post(other, "b")
        faulty.plan[faulty.commits + 1] = register_late
        other.relay()
        post(other, "b")

    with office.open([late.subscriber]) as app:
        app.relay()

    assert office.took("late") == {"b": office.events(Posted)[BOX][1:]}


def test_events_that_do_not_concern_a_subscriber(office: PostOffice) -> None:
    """They cost it no commit, and those noted for it without knowing are passed over in one."""
    reader = Reader("reader", Posted)
    faulty = FaultyBackend(office.oracle.backend())
    with office.open([reader.subscriber], faulty) as app:
        before = faulty.commits
        post(app, "b", Weighed)
        post(app, "b", Weighed)
        assert faulty.commits - before == 2
        post(app, "b")
    with office.open([Subscriber("other", Event, lambda _: None)]) as other:
        post(other, "b", Weighed)
        post(other, "c", Weighed)
    assert len(waiting(office)) == 2

    with office.open([reader.subscriber]) as app:
        assert app.relay() == 0

    assert waiting(office) == []
    assert (reader.calls, office.took("reader")) == (1, {"b": office.events(Posted)[BOX]})


def test_an_effect_that_causes_another_event(office: PostOffice) -> None:
    """It is handed on at once, with the correlation id of its cause."""
    first, second = Reader("first", Posted, echo=True), Reader("second", Echoed)

    with office.open([first.subscriber, second.subscriber]) as app:
        run = app.run(sending, Parcel("b"))

    (echo,) = [r for r in office.rows("aicmo_outbox") if r[4].endswith("Echoed")]
    assert echo[7] == run.id
    assert office.took("second") == {"Echoed": [echo[3]]}


def test_a_handler_that_changes_the_same_aggregate_by_the_host(office: PostOffice) -> None:
    """What it commits besides its context comes behind the event that it is at."""
    apps: list[App] = []
    seen: list[str] = []

    def answer(context: EventContext, event: Event) -> None:
        seen.append(event.event_id)
        if isinstance(event, Posted):
            post(apps[0], "b", Weighed)
        context.port(Post).note("answers", "b", event, echo=False)

    durable = DurableSubscriber("answers", (Posted, Weighed), answer)
    with office.open([durable]) as app:
        apps.append(app)
        post(app, "b")

    assert office.took("answers") == {"b": seen} == {"b": office.events(Posted, Weighed)[BOX]}


def test_event_and_retraction_come_in_order_and_once_each(each_office: PostOffice) -> None:
    """The undo of a step retracts, about the same aggregate, behind what it takes back."""
    told: list[Event] = []

    def tell(context: EventContext, event: Event) -> None:
        context.port(Post).note("teller", "all", event, echo=False)
        told.append(event)

    durable = DurableSubscriber("teller", (Posted, Weighed, Retracted), tell)
    with each_office.open([durable]) as app:
        run = app.run(sending, Parcel("b", fails=True))

    assert run.state is RunState.COMPENSATED
    posted, weighed, no_weight, no_letter = told
    assert isinstance(no_weight, Retracted)
    assert isinstance(no_letter, Retracted)
    assert no_weight.event_ids == (weighed.event_id,)
    assert no_letter.event_ids == (posted.event_id,)
    assert each_office.took("teller") == {"all": [event.event_id for event in told]}


# -- refusals --------------------------------------------------------------------------------


def test_a_refused_event_makes_its_aggregate_wait_and_no_other(office: PostOffice) -> None:
    """Nothing of the refused attempt is there; the time of the next one is kept."""
    reader, other = Reader("reader", Posted, retry=PATIENT), Reader("other", Posted)

    with office.open([reader.subscriber, other.subscriber]) as app:
        reader.refuses = 1
        post(app, "b")
        post(app, "b")
        post(app, "c")
        app.relay()
        (backlog,) = app.events.list()

    ids = office.events(Posted)
    assert office.took("reader") == {"c": ids["post_boxes", "c"]}
    assert office.took("other") == {"b": ids[BOX], "c": ids["post_boxes", "c"]}
    assert (backlog.subscriber, backlog.key, backlog.waiting) == ("reader", "b", 2)
    assert (backlog.failures, backlog.reason) == (1, "RuntimeError: not today")
    assert backlog.next_at is not None


def test_a_refused_event_is_tried_again_when_its_time_has_come(office: PostOffice) -> None:
    """By the store's clock, and what waits behind it follows."""
    reader = Reader("reader", Posted, retry=RetryPolicy(max_attempts=2, initial=timedelta(0)))

    with office.open([reader.subscriber]) as app:
        reader.refuses = 1
        post(app, "b")
        assert office.took("reader") == {}
        post(app, "b")

    assert office.took("reader") == {"b": office.events(Posted)[BOX]}


def test_an_event_that_is_refused_for_good(each_office: PostOffice) -> None:
    """It is a dead letter, and the later events of its aggregate wait for a person."""
    reader = Reader("reader", Posted, retry=RetryPolicy(max_attempts=2, initial=timedelta(0)))

    with each_office.open([reader.subscriber]) as app:
        reader.refuses = 2
        post(app, "b")
        app.relay()
        post(app, "b")
        app.relay()
        (backlog,) = app.events.list()
        assert (backlog.state.value, backlog.waiting, backlog.failures) == ("dead", 2, 2)
        assert len(app.events.waiting("reader", *BOX)) == 2
        assert reader.calls == 2

        after = app.events.redrive("reader", *BOX, by="ann", why="mended")

    assert (after.state.value, after.waiting) == ("idle", 0)
    assert (after.decided_by, after.decided_why) == ("ann", "mended")
    assert each_office.took("reader") == {"b": each_office.events(Posted)[BOX]}


def test_an_unordered_subscriber_sets_a_dead_letter_aside(office: PostOffice) -> None:
    """The later events go on; the one set aside can be redriven, once."""
    reader = Reader("reader", Posted, retry=RetryPolicy(), unordered=True)

    with office.open([reader.subscriber]) as app:
        post(app, "b")
        reader.refuses = 1
        post(app, "b")
        post(app, "b")
        first, second, third = office.events(Posted)[BOX]
        assert office.took("reader") == {"b": [first, third]}
        (backlog,) = app.events.list()
        assert (backlog.alone, backlog.state.value, backlog.waiting) == (2, "dead", 1)
        assert [e.event_id for e in app.events.waiting("reader", *BOX, 2)] == [second]

        after = app.events.redrive("reader", *BOX, 2, by="ann", why="mended")
        app.relay()

        assert (after.state.value, after.waiting) == ("idle", 0)
        assert app.events.list().items == ()
    assert office.took("reader") == {"b": [first, third, second]}


def test_an_event_that_is_given_up(office: PostOffice) -> None:
    """The later ones go on; who decided and why is kept with it."""
    reader = Reader("reader", Posted, retry=RetryPolicy())

    with office.open([reader.subscriber]) as app:
        reader.refuses = 1
        post(app, "b")
        post(app, "b")
        first, second = office.events(Posted)[BOX]
        after = app.events.give_up("reader", *BOX, by="ann", why="of no use")
        assert (after.state.value, office.took("reader")) == ("idle", {"b": [second]})
        kept = app.events.get("reader", *BOX, 1)
        assert kept is not None
        assert (kept.state.value, kept.decided_by, kept.decided_why) == (
            "given_up",
            "ann",
            "of no use",
        )

        app.events.redrive("reader", *BOX, 1, by="bob", why="of use after all")

    assert office.took("reader") == {"b": [second, first]}


def test_an_event_whose_class_has_changed(office: PostOffice) -> None:
    """It cannot be read, which counts as refused; others are not disturbed."""
    reader = Reader("reader", Posted, retry=RetryPolicy())
    with office.open() as nobody:
        post(nobody, "b")
        post(nobody, "c")
    assert isinstance(office.oracle, MemoryOracle)
    rows = office.oracle.memory.rows
    place = ("aicmo_outbox", ("post_boxes", "b", 1))
    spoilt = ['{"accident":1}' if i == 5 else v for i, v in enumerate(rows[place].values)]
    rows[place] = rows[place]._replace(values=tuple(spoilt))

    with office.open([reader.subscriber]) as app:
        app.relay()
        (backlog,) = app.events.list()

    assert (backlog.key, backlog.state.value, reader.calls) == ("b", "dead", 1)
    assert "InvalidValue" in (backlog.reason or "")


def test_what_a_handler_writes_is_taken_already(office: PostOffice) -> None:
    """It is not called again and again: that the key is taken is its refusal."""
    calls: list[int] = []

    def add_blindly(context: EventContext, event: Event) -> None:
        calls.append(context.attempt)
        context.port(Post).add("taken")

    durable = DurableSubscriber("adder", Posted, add_blindly, RetryPolicy())
    with office.open([durable]) as app:
        post(app, "taken", Weighed)
        post(app, "b")
        (backlog,) = app.events.list()

    assert calls == [1]
    assert "AlreadyExists" in (backlog.reason or "")


def test_a_row_that_others_save_while_a_handler_runs(office: PostOffice) -> None:
    """The handler is called again, on what is there now, and that is no refusal."""
    turns: list[int] = []

    def weigh_again(context: EventContext, event: Event) -> None:
        context.port(Post).post("shared", Weighed)
        turns.append(context.attempt)
        if len(turns) < 3:
            with office.open() as other:
                post(other, "shared", Weighed)

    durable = DurableSubscriber("weigher", Posted, weigh_again)
    with office.open([durable]) as app:
        post(app, "shared", Weighed)
        post(app, "b")

    assert turns == [1, 1, 1]
    assert len(office.events(Weighed)["post_boxes", "shared"]) == 4
    assert office.rows("post_boxes")[1][1] == 4


# -- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_at_every_commit_of_a_delivery(office: PostOffice, fault: Fault) -> None:
    """Whatever becomes of a commit: once per event and in order, after a relay without faults."""
    reached = 0
    for number in range(1, 12):
        place = PostOffice(MemoryOracle())
        reader = Reader("reader", (Posted, Weighed), echo=True)
        echoes = Reader("echoes", Echoed)
        both = [reader.subscriber, echoes.subscriber]
        reader.refuses = 1
        place.open(both).close()
        faulty = FaultyBackend(place.oracle.backend())
        app = place.open(both, faulty)
        faulty.plan[faulty.commits + number] = fault
        last = faulty.commits + number
        with suppress(Crash, BackendUnavailable):
            post(app, "b")
            post(app, "b", Weighed)
            post(app, "b")
            app.relay()
        reached += faulty.commits >= last
        faulty.plan.clear()
        with suppress(Crash):
            app.close()

        with place.open(both) as later:
            later.relay()

        ids = place.events(Posted, Weighed)
        echoed = [i for one in place.events(Echoed).values() for i in one]
        assert place.took("reader") == {about[1]: i for about, i in ids.items()}
        assert place.took("echoes") == ({"Echoed": echoed} if echoed else {})
        assert len(echoed) == len(place.events(Posted).get(BOX, []))
        assert waiting(place) == []
    assert reached >= 8


def test_two_processes_that_run_one_subscriber(shared: Oracle) -> None:
    """Of two that handle the same event, one has its effect."""
    office = PostOffice(shared)
    reader = Reader("reader", Posted)

    def other_takes(_: Batch) -> None:
        with office.open([reader.subscriber]) as other:
            other.relay()

    faulty = FaultyBackend(shared.backend())
    with office.open([reader.subscriber], faulty) as app:
        faulty.plan[faulty.commits + 2] = other_takes
        post(app, "b")
        post(app, "b")

    assert reader.calls == 3
    assert office.took("reader") == {"b": office.events(Posted)[BOX]}


def test_an_answer_that_stays_lost(office: PostOffice) -> None:
    """The delivery is given up for now; the next relay finds out what became of it."""
    reader = Reader("reader", Posted)
    faulty = FaultyBackend(office.oracle.backend())
    with office.open([reader.subscriber], faulty) as app:
        first = faulty.commits + 2
        faulty.plan.update(dict.fromkeys(range(first, first + 6), Fault.LOST_BEFORE))
        post(app, "b")
        assert (faulty.commits, office.took("reader")) == (first + 5, {})

        assert app.relay() == 1

    assert office.took("reader") == {"b": office.events(Posted)[BOX]}


# -- events that wait for their run ----------------------------------------------------------


def test_an_event_that_is_held_until_its_run_completes(each_office: PostOffice) -> None:
    """It waits with those behind it, and is handed over by the process that completes the run."""
    reader = Reader("reader", Event)
    seen: list[int] = []
    told: list[str] = []

    def tell(event: Event) -> None:
        told.append(type(event).__name__)

    with each_office.open([reader.subscriber, Subscriber("told", Event, tell)]) as app:
        app.observe(lambda _, entries: seen.append(len(each_office.took("reader").get("b", []))))
        run = app.run(parcel, Parcel("b"))

    assert run.state is RunState.COMPLETED
    assert seen == [1, 1, 1, 3]
    assert told == ["Posted", "Sealed", "Weighed"]
    rows = sorted(each_office.rows("aicmo_outbox"), key=lambda row: row[2])
    assert each_office.took("reader") == {"b": [row[3] for row in rows]}
    assert all(row[8] for row in rows)


def test_a_held_event_of_a_run_that_is_taken_back(each_office: PostOffice) -> None:
    """It is never handed over, and stands in nobody's way; its retraction comes."""
    reader = Reader("reader", Event)
    told: list[str] = []

    def tell(event: Event) -> None:
        told.append(type(event).__name__)

    with each_office.open([reader.subscriber, Subscriber("told", Event, tell)]) as app:
        run = app.run(parcel, Parcel("b", fails=True))
        assert app.relay() == 0

    assert run.state is RunState.COMPENSATED
    assert told == ["Posted", "Weighed", "Retracted", "Retracted", "Retracted"]
    took = {about: len(ids) for about, ids in each_office.took("reader").items()}
    assert took == {"b": 2, "retracted": 3}
    assert all(row[8] for row in each_office.rows("aicmo_outbox"))
    assert waiting(each_office) == []


def test_a_held_event_whose_process_dies(office: PostOffice) -> None:
    """It is handed over by the recovery, when the run has completed."""
    reader = Reader("reader", Event)
    faulty = FaultyBackend(office.oracle.backend())
    app = office.open([reader.subscriber], faulty)
    faulty.plan[faulty.commits + 5] = Fault.CRASH_AFTER
    die(app)
    assert len(office.took("reader")["b"]) == 1

    with office.open([reader.subscriber]) as later:
        later.relay()
        assert len(office.took("reader")["b"]) == 1
        (run,) = later.recover(now=True).runs

    assert run.state is RunState.COMPLETED
    assert len(office.took("reader")["b"]) == 3


def test_a_completed_run_whose_process_dies_at_once(office: PostOffice) -> None:
    """The events that were held for it are found by the next relay."""
    reader = Reader("reader", Event)
    faulty = FaultyBackend(office.oracle.backend())
    app = office.open([reader.subscriber], faulty)
    faulty.plan[faulty.commits + 8] = Fault.CRASH_BEFORE
    die(app)

    with office.open([reader.subscriber]) as later:
        assert [run.state for run in later.runs.list().items] == [RunState.COMPLETED]
        later.relay()

    assert len(office.took("reader")["b"]) == 3


def test_an_event_that_is_held_for_runs_outside_of_one(office: PostOffice) -> None:
    """There is no run to wait for."""
    reader = Reader("reader", Sealed)

    with office.open([reader.subscriber]) as app:
        post(app, "b", Sealed)

    assert office.took("reader") == {"b": office.events(Sealed)[BOX]}


# -- start-up ----------------------------------------------------------------------------------


def test_two_durable_subscribers_of_one_name(office: PostOffice) -> None:
    """They would be remembered as one."""
    one, two = Reader("same", Posted), Reader("same", Weighed)

    with pytest.raises(PluginClash, match="same"):
        office.open([one.subscriber, two.subscriber])


def test_a_durable_subscriber_that_asks_for_what_nobody_provides(office: PostOffice) -> None:
    """It is refused before anything is written."""

    class Nobody:
        pass

    def ask(context: EventContext, event: Event) -> None:
        context.port(Nobody)

    with pytest.raises(PortMissing, match="asker"):
        office.open([DurableSubscriber("asker", Posted, ask)])

    assert office.rows("aicmo_subscribers") == []


@pytest.mark.parametrize("name", ["", "  ", "é" * 101])
def test_a_name_that_cannot_be_remembered(name: str) -> None:
    """It is a key, with the aggregate's."""
    with pytest.raises(ValueError, match="200 bytes"):
        DurableSubscriber(name, Posted, lambda context, event: None)


def test_a_subscriber_that_is_retired(office: PostOffice) -> None:
    """Nothing is noted for it any more."""
    reader = Reader("reader", Posted)
    office.open([reader.subscriber]).close()

    with office.open([Subscriber("other", Event, lambda _: None)]) as other:
        assert other.events.subscribers() == ("reader",)
        other.events.retire("reader")
        post(other, "b")
        other.relay()

        assert other.events.subscribers() == ()
    assert office.inbox() == []
