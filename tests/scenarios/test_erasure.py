"""Of whom is erased nothing is left, everything of others, and every ledger balances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen

from aicmo_core import (
    Event,
    RunState,
    StepContext,
    StepRejected,
    UndoContext,
    Workflow,
    external_step,
    step,
)
from aicmo_core.app import App, open_app, schemas
from aicmo_core.hooks import Artifacts, DurableSubscriber, EventContext, Module, Scope, provides
from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.runtime.errors import ErasureUnfinished, RunErased, SubjectBarred
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.runtime.retention import Erased
from aicmo_core.saga import Closing, RetryPolicy
from aicmo_core.storage import Backend, Batch, Collection, SchemaMismatch, Store
from aicmo_core.storage.errors import DeclarationError
from aicmo_core.testing.faulty import Crash, Fault, FaultyBackend
from aicmo_core.testing.fixtures import FixedClock, SequentialIds
from scenarios.errands import Ambush, WatchedWaiter
from scenarios.ferry_stores import Report
from scenarios.stores import MemoryOracle, Oracle, SqliteOracle

MARK = "Quillfeather"
ANNA, BEN = f"anna-{MARK}", "ben"
RETRY = RetryPolicy(max_attempts=1)
COUNTS = {"rows": 2, "runs": 2, "undo": 2, "events": 5, "notes": 2}
"""What an erasure counts of what `fill` makes. Files, and what a crash journals, come on top."""


@frozen
class Note:
    note_id: str
    person: str
    text: str


@frozen
class Bill:
    bill_id: str
    person: str
    amount: int


@frozen
class Noted(Event):
    subject_field: ClassVar[str] = "person"

    person: str
    text: str


@frozen
class Counted(Event):
    """Names nobody by a declaration, and says what the run knows."""

    text: str


@frozen
class Visit:
    visit_id: str
    person: str
    ending: str = "success"


def anonymous(bill: Bill) -> Bill:
    return evolve(bill, person="nobody")


NOTES = Collection("visit_notes", Note, key="note_id", indexes=("person",), subject="person")
BILLS = Collection(
    "visit_bills", Bill, key="bill_id", indexes=("person",), subject="person", redact=anonymous
)


class Practice:
    """Keeps notes and bills."""

    def __init__(self, store: Store) -> None:
        self.store = store


def _practice(scope: Scope) -> Practice:
    return Practice(scope.store)


PRACTICE = Module(
    "visit", [NOTES, BILLS], [provides(Practice).by(_practice)], "scenarios.erasure_migrations"
)


@step
def note(context: StepContext[Visit]) -> Note:
    store = context.port(Practice).store
    visit = context.input
    written = store.open(NOTES).put(Note(visit.visit_id, visit.person, f"about {visit.person}"))
    store.emit(Noted(person=visit.person, text=f"saw {visit.person}"), NOTES, visit.visit_id)
    store.emit(Counted(text=f"one more: {visit.person}"), NOTES, visit.visit_id)
    return written


@step
def file_it(context: StepContext[Visit]) -> str:
    data = context.input.person.encode()
    return context.port(Artifacts).put("visit.txt", data).path


@step
def bill(context: StepContext[Visit]) -> Bill:
    made = Bill(context.input.visit_id, context.input.person, 90)
    return context.port(Practice).store.open(BILLS).put(made)


def uncall(context: UndoContext[Visit, str]) -> None:
    raise ConnectionError(f"{context.input.person} does not answer")


@external_step(compensation=uncall, compensation_retry=RETRY)
def call(context: StepContext[Visit]) -> str:
    return f"called {context.input.person}"


@step
def finish(context: StepContext[Visit]) -> str:
    if context.input.ending == "refused":
        raise StepRejected(f"{context.input.person} left", {"who": context.input.person})
    return f"done with {context.input.person}"


def about(visit: Visit) -> str:
    return visit.person


visit = Workflow("visit", 1, Visit, [note, file_it, bill, call, finish], subject=about)


@frozen
class Edit:
    note_id: str


@step
def edit(context: StepContext[Edit]) -> None:
    notes = context.port(Practice).store.open(NOTES)
    notes.replace(evolve(notes.require(context.input.note_id), text="edited"))


@step
def refuse(context: StepContext[Edit]) -> None:
    raise StepRejected("on purpose")


editing = Workflow("editing", 1, Edit, [edit])
editing_back = Workflow("editing_back", 1, Edit, [edit, refuse])


@step
def refuse_visit(context: StepContext[Visit]) -> None:
    raise StepRejected("on purpose")


undeclared = Workflow("undeclared", 1, Visit, [note, refuse_visit])
"""Writes a row about somebody without saying that it is about them."""


def take(context: EventContext, event: Event) -> None:
    raise RuntimeError(f"cannot read {event}")


READER = DurableSubscriber("reader", Noted, take, RETRY)


class Surgery:
    """One store, and the processes on it."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.clock = FixedClock()
        self.files = MemoryArtifactStore()
        backend = oracle.backend()
        try:
            backend.prepare(schemas([PRACTICE]))
        except SchemaMismatch:
            backend.upgrade()
        backend.close()

    def open(self, backend: Backend | None = None, *workflows: Workflow[Any]) -> App:
        return open_app(
            backend or self.oracle.backend(),
            artifacts=self.files,
            modules=[PRACTICE],
            workflows=[visit, editing, editing_back, *workflows],
            subscribers=[READER],
            plugins=Plugins(),
            clock=self.clock,
            waiter=WatchedWaiter(self.clock),
        )

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table, read without the library."""
        tables = [c.name for c in (*SCHEMA.collections, *PRACTICE.collections)]
        return {table: self.rows(table) for table in tables}

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return the rows of a table; what a driver gives as bytes, as the text that it is."""
        return [
            tuple(value.decode() if isinstance(value, bytes) else value for value in row)
            for row in self.oracle.rows(table)
        ]

    def traces(self) -> list[str]:
        """Return where the marker of the person is to be found."""
        found = [t for t, rows in self.everything().items() if MARK in repr(rows)]
        paths = self.files.list("")
        return found + [p for p in paths if MARK.encode() in self.files.get(p)]

    def others(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the rows that are Ben's or of Ben's runs, bit for bit."""
        own = ("aicmo_runs", "aicmo_journal", "aicmo_outbox", "aicmo_inbox")
        tables = [*own, *(c.name for c in PRACTICE.collections)]
        rows = self.everything()
        return {t: [row for row in rows[t] if "ben" in repr(row)] for t in tables}


@pytest.fixture
def surgery(oracle: Oracle) -> Surgery:
    return Surgery(oracle)


@pytest.fixture
def app(surgery: Surgery) -> Iterator[App]:
    """The surgery open, with a heart that is still: a beat is a row that differs."""
    with surgery.open() as opened:
        opened._executor.beat_by_hand(SequentialIds("by-hand").new)
        yield opened


def erase(app: App) -> Erased:
    return app.retention.erase(ANNA, by="dora", why="asked for on paper")


def new_store(kind: str, folder: Path) -> Oracle:
    """Return a store that holds nothing."""
    if kind == "memory":
        return MemoryOracle()
    return SqliteOracle(Path(mkdtemp(dir=folder)))


def fill(app: App) -> list[str]:
    """Make runs about both, of every ending, and one about nobody that edits a note."""
    runs = [
        app.run(visit, Visit("v1", ANNA), key="v1"),
        app.run(visit, Visit("v2", BEN), key="v2"),
        app.run(visit, Visit("v3", ANNA, "refused"), key="v3"),
        app.run(editing, Edit("v1"), key="e1"),
        app.run(editing_back, Edit("v1"), key="e2"),
    ]
    assert [run.state.value for run in runs][:4] == [
        "completed",
        "completed",
        "parked",
        "completed",
    ]
    return [run.id for run in runs]


def test_nothing_is_left_of_whom_is_erased(surgery: Surgery, app: App) -> None:
    """In no table, read without the library, and in no file; others keep every bit."""
    runs = fill(app)
    before = surgery.others()
    assert set(surgery.traces()) >= {
        "aicmo_runs",
        "aicmo_journal",
        "aicmo_outbox",
        "aicmo_inbox",
        "visit_notes",
        "visit_bills",
    }

    erased = erase(app)

    assert erased.finished
    assert surgery.traces() == []
    assert surgery.others() == before
    assert all(app.runs.audit(run).balanced for run in runs)
    hashes = {row[4]: row[5] for row in surgery.rows("aicmo_runs")}
    assert [key for key, of_input in hashes.items() if not of_input] == ["v1", "v3"]
    assert [row[:3] for row in surgery.rows("visit_bills")] == [
        ("v1", "nobody", 90),
        ("v2", "ben", 90),
    ]
    assert {k: n for k, n in erased.counts.items() if k in ("rows", "runs", "files")} == {
        "rows": 2,
        "runs": 2,
        "files": 1,
    }


def test_an_effect_that_cannot_be_taken_back(surgery: Surgery, app: App) -> None:
    """Is waived by whom erases, and its ledger closes."""
    parked = fill(app)[2]

    erase(app)

    audit = app.runs.audit(parked)
    assert audit.run.state is RunState.COMPENSATED
    assert {line.step: line.closing for line in audit.ledger}["call"] is Closing.WAIVED
    decided = [e.details for e in audit.entries if e.kind == "repaired"]
    assert {d["by"] for d in decided if d} == {"dora"}


def test_a_run_that_another_process_was_advancing(surgery: Surgery) -> None:
    """It is taken from its executor, taken back, and erased."""
    crashing = Ambush(surgery.oracle.backend(), ("completed", "bill"), Fault.CRASH_BEFORE)
    with suppress(Crash), surgery.open(crashing) as dying:
        dying.run(visit, Visit("v1", ANNA))
    crashing.inner.close()

    with surgery.open() as app:
        assert erase(app).finished
        (run,) = app.runs.list()

        assert run.state is RunState.COMPENSATED
        assert app.runs.audit(run.id).balanced
    assert surgery.traces() == []
    assert surgery.oracle.rows("visit_notes") == []


def test_a_new_run_about_whom_is_erased(surgery: Surgery, app: App) -> None:
    """Is refused, with any key, and writes nothing; a run about another is not."""
    fill(app)
    erase(app)
    before = surgery.everything()

    for key in ("v1", "new"):
        with pytest.raises(SubjectBarred):
            app.run(visit, Visit("v1", ANNA), key=key)

    assert surgery.everything() == before
    assert app.run(visit, Visit("v9", BEN)).state is RunState.COMPLETED


def test_a_run_that_was_begun_before_the_bar(surgery: Surgery) -> None:
    """It was paused before its first commit: it is refused, and leaves nothing."""

    def meanwhile(_: Batch) -> None:
        with surgery.open() as other:
            assert erase(other).finished

    paused = Ambush(surgery.oracle.backend(), ("completed", "note"), meanwhile)
    with surgery.open(paused) as app, pytest.raises(SubjectBarred):
        app.run(visit, Visit("v1", ANNA))

    assert surgery.traces() == []
    assert surgery.oracle.count("aicmo_runs") == 0


def test_a_run_that_was_admitted_before_the_bar(surgery: Surgery, app: App) -> None:
    """And looks at its subject again only afterwards: it is told, and leaves nothing."""
    begun = app._coordinator.begin(visit, Visit("v1", ANNA), None)
    assert isinstance(begun, LiveRun)
    erase(app)

    with pytest.raises(SubjectBarred):
        app._coordinator.perform(begun)

    assert surgery.oracle.count("aicmo_runs") == 0


def test_a_run_about_nobody_that_made_a_row(surgery: Surgery) -> None:
    """It is taken back later, without the row that erasure took; it does not park."""
    crashing = Ambush(surgery.oracle.backend(), ("failed", "refuse_visit"), Fault.CRASH_BEFORE)
    with suppress(Crash), surgery.open(crashing, undeclared) as dying:
        dying.run(undeclared, Visit("v1", ANNA))
    crashing.inner.close()

    with surgery.open(None, undeclared) as app:
        assert erase(app).finished
        (run,) = app.recover(now=True).runs

        assert run.state is RunState.COMPENSATED
    assert surgery.rows("visit_notes") == []


def test_what_an_erased_run_returned(app: App) -> None:
    """Is not there, and the error says why."""
    run = fill(app)[0]
    erase(app)

    found = app.runs.get(run)

    assert found is not None
    with pytest.raises(RunErased):
        found.result(note)


def test_an_undo_in_the_hands_of_another_process(surgery: Surgery) -> None:
    """It holds a row of whom is erased in memory: it reads again, and does not bring it back."""
    with surgery.open() as first:
        first.run(visit, Visit("v1", ANNA))

    def meanwhile(_: Batch) -> None:
        with surgery.open() as other:
            assert erase(other).finished

    paused = Ambush(surgery.oracle.backend(), ("compensated", "edit"), meanwhile)
    with surgery.open(paused) as app:
        run = app.run(editing_back, Edit("v1"))

        assert run.state is RunState.COMPENSATED
    assert surgery.traces() == []


def erase_under(
    oracle: Oracle, number: int, fault: Fault | Callable[[Surgery], None]
) -> tuple[int, bool, list[str]]:
    """
    Erase with a fault at one commit, and again in another process if the first one died.

    Return how many commits the first had, whether the fault was met, and what is wrong.
    """
    surgery = Surgery(oracle)
    with surgery.open() as app:
        runs = fill(app)
        before = surgery.others()
    faulty = FaultyBackend(surgery.oracle.backend())
    app = surgery.open(faulty)
    begun = faulty.commits
    planned = fault if isinstance(fault, Fault) else lambda _: fault(surgery)
    faulty.plan[begun + number] = planned
    with suppress(Crash):
        erase(app)
    commits = faulty.commits - begun
    with suppress(Crash):  # a dead process closes nothing
        app.close()
    faulty.inner.close()
    with surgery.open() as later:
        erased = erase(later)
        wrong = [f"{where} still says who" for where in surgery.traces()]
        wrong += [f"{run} does not balance" for run in runs if not later.runs.audit(run).balanced]
    counts = {k: erased.counts[k] for k in COUNTS}
    wrong += [] if counts == COUNTS else [f"counted {counts}"]
    wrong += [] if surgery.others() == before else ["somebody else's rows have changed"]
    wrong += [] if erased.finished else ["it has not finished"]
    return commits, commits >= number, wrong


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_every_commit_of_an_erasure_crashed(kind: str, tmp_path: Path, report: Report) -> None:
    """Another call goes on; nothing is left, and nothing is counted twice but for files."""
    commits, _, wrong = erase_under(new_store(kind, tmp_path), 1000, Fault.CRASH_BEFORE)
    assert (commits > 5, wrong) == (True, [])
    tried = 0

    for number in range(1, commits + 1):
        for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
            _, met, found = erase_under(new_store(kind, tmp_path), number, fault)
            tried += met
            wrong += [f"{fault.value} commit {number}: {why}" for why in found]

    assert wrong == []
    assert tried == 2 * commits
    report(f"{tried} crashes")


def test_two_erasures_at_once(tmp_path: Path, report: Report) -> None:
    """At whatever commit the second one overtakes the first, both finish, and count together."""

    def overtake(surgery: Surgery) -> None:
        with surgery.open() as other:
            assert erase(other).finished

    commits, _, wrong = erase_under(new_store("memory", tmp_path), 1000, overtake)
    tried = 0

    for number in range(1, commits + 1):
        _, met, found = erase_under(new_store("memory", tmp_path), number, overtake)
        tried += met
        wrong += [f"overtaken at commit {number}: {why}" for why in found]

    assert wrong == []
    assert tried == commits
    report(f"{tried} commits")


def test_erasing_twice(surgery: Surgery, app: App) -> None:
    """The second time finds nothing, and writes nothing."""
    fill(app)
    first = erase(app)
    before = surgery.everything()

    second = erase(app)

    assert second == first
    assert surgery.everything() == before


def test_a_run_that_cannot_be_ended(surgery: Surgery) -> None:
    """It is named, nothing but the bar is done, and another call goes on."""
    other = Workflow("other", 1, Visit, [note, call, finish], subject=about)
    with surgery.open(None, other) as app:
        parked = app.run(other, Visit("v1", ANNA, "refused"))
        assert parked.state is RunState.PARKED
    with surgery.open() as lacking:
        left = erase(lacking)
        assert (left.finished, [one.run_id for one in left.left]) == (False, [parked.id])
        with pytest.raises(SubjectBarred):
            lacking.run(visit, Visit("v2", ANNA))

    with surgery.open(None, other) as app:
        assert erase(app).finished
    assert surgery.traces() == []


def test_a_redaction_that_keeps_the_subject(oracle: Oracle) -> None:
    """Is an error that names the collection, and not an endless loop."""
    surgery = Surgery(oracle)
    with surgery.open() as app:
        app.run(visit, Visit("v1", ANNA))
        object.__setattr__(BILLS, "redact", lambda item: evolve(item, amount=0))
        try:
            with pytest.raises(ErasureUnfinished, match="visit_bills"):
                erase(app)
        finally:
            object.__setattr__(BILLS, "redact", anonymous)


def test_a_decision_without_a_person(app: App) -> None:
    """Is refused: whose decision it was is asked later."""
    with pytest.raises(InvalidValue, match="by"):
        app.retention.erase(ANNA, by=" ", why="asked for on paper")


def test_a_subject_that_cannot_be_looked_for() -> None:
    """A collection whose subject is not indexed is refused when it is declared."""
    unindexed = Collection("x_notes", Note, key="note_id", subject="person")

    with pytest.raises(DeclarationError, match="person"):
        _ = unindexed.columns
