"""
The library's own rows: runs and their journals, events and who takes them, locks, executors.

They are collections like any module's and go through the same port. The collections
that order writers are fences.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from attrs import define, frozen

from aicmo_core.kernel.ids import CorrelationId, EventId, ExecutorId, RunId
from aicmo_core.storage import Collection, ModuleSchema

NOBODY = ExecutorId("")
"""Who advances a run that waits: whoever finds it due may take it."""


class RunState(Enum):
    """
    Where a run stands. The last four of these are final.

    Attributes:
        ended: Whether nothing becomes of it any more.
        live: Whether an executor has something to do with it, now or later.
    """

    RUNNING = "running"
    WAITING = "waiting"
    COMPENSATING = "compensating"
    PARKED = "parked"
    COMPLETED = "completed"
    COMPENSATED = "compensated"
    CANCELLED = "cancelled"
    PURGED = "purged"

    ended: bool
    live: bool

    def __init__(self, value: str) -> None:
        self.ended = value in ("completed", "compensated", "cancelled", "purged")
        self.live = not self.ended and value != "parked"


ENDED = (RunState.COMPLETED, RunState.COMPENSATED, RunState.CANCELLED)
"""How a run may end. What was purged had ended in one of these."""


@frozen
class RunRecord:
    """
    A run, but for its journal.

    A purged run's row stays as its tombstone: in its place no other run can be written
    under its key, and no coordinator finds the token that it knew.

    Attributes:
        key: The caller's, or the run's own id. Unique per workflow.
        input_hash: Of the input as the caller gave it; of a purged run keyed, so that
            nobody can try inputs against it by a table.
        input: JSON, as the preparation returned it.
        executor: Who advances it; `NOBODY` while it waits, is parked, or has ended. So an index
            finds the few that somebody has, however many there are.
        reason: Why it is parked or why it failed, in a sentence.
        next_at: When it has something to do next, by the store's clock. Of a run that
            somebody advances: None, if that is now.
        artifacts: The address of the artifact store that it writes to.
        deadline: When it is taken back, unless it has passed its pivot, by the store's clock.
        ended_as: How a purged run had ended.
        subject: A digest of whom its input is about, if its workflow says so.
    """

    run_id: RunId
    workflow: str
    version: int
    fingerprint: str
    key: str
    input_hash: str
    input: str
    state: RunState
    executor: ExecutorId
    created_at: datetime
    updated_at: datetime
    reason: str | None = None
    next_at: datetime | None = None
    artifacts: str | None = None
    deadline: datetime | None = None
    ended_as: RunState | None = None
    subject: str | None = None


@define  # one is made for each entry, and a frozen one takes seven times as long
class JournalRecord:
    """
    One entry of one run's journal.

    Attributes:
        seq: Counts up from 1 without a gap.
        kind: The entry's kind.
        step: The step that it is about; empty where it is about the run.
        attempt: Of the step, or of its compensation; *seq* where neither applies.
        result: What the step returned, as JSON.
        undo: What takes the step's rows back.
        details: The entry's other fields.
    """

    run_id: RunId
    seq: int
    kind: str
    step: str
    attempt: int
    at: datetime
    result: str | None = None
    undo: str | None = None
    details: dict[str, Any] | None = None


@define  # as a journal record is
class OutboxRecord:
    """
    An event, stored with the change that caused it.

    Attributes:
        collection: With *key*, the aggregate that the event is about.
        n: Its place among the aggregate's events, from 1.
        type: The event class's full name. Never imported: subscribers bring the class.
        payload: JSON.
        relayed: Whether it was handed out: to the subscribers in the process that says so,
            and for every durable one, it was taken or is noted in the inbox as due.
        held: Whether it waits for the run that *correlation_id* names to complete.
        subject: A digest of whom it is about, if its class says so.
    """

    collection: str
    key: str
    n: int
    event_id: EventId
    type: str
    payload: str
    occurred_at: datetime
    correlation_id: CorrelationId
    relayed: bool = False
    held: bool = False
    subject: str | None = None


class InboxState(Enum):
    """Where a durable subscriber stands with an aggregate's events."""

    IDLE = "idle"
    """It took every event that is known to be due."""
    PENDING = "pending"
    """Events are due: nobody ran it when they were handed out, or one is tried again."""
    DEAD = "dead"
    """It refused an event for good. That one, and those behind it, wait for a person."""
    GIVEN_UP = "given_up"
    """A person decided that it is to do without this event."""


@frozen
class InboxRecord:
    """
    One durable subscriber's place in one aggregate's events, or one event set aside.

    Rows are never removed: the token, which moves with every event taken, is what makes
    an effect happen once.

    Attributes:
        aggregate: A digest of *collection* and *key*, which with a name might be too long.
        alone: The place of the only event that this row is about; 0 in the row that is
            about all of them.
        done: The place of the last event that was taken, or passed over.
        upto: The highest place that is known to be due.
        failures: How often the event behind *done* was refused.
        reason: Why, the last time.
        next_at: When it is tried again, by the store's clock, if that is not now.
        decided_by: Who redrove it, or gave it up.
        decided_why: For what reason.
    """

    subscriber: str
    aggregate: str
    alone: int
    collection: str
    key: str
    done: int
    upto: int
    state: InboxState
    failures: int = 0
    reason: str | None = None
    next_at: datetime | None = None
    decided_by: str | None = None
    decided_why: str | None = None


@frozen
class SubscriberRecord:
    """A durable subscriber. What is committed from here on is kept for it until it takes it."""

    name: str
    registered_at: datetime


class SubjectState(Enum):
    """Whether a store takes runs that are about somebody."""

    ADMITTED = "admitted"
    BARRED = "barred"
    """Erasure has begun, and may have to be called again."""
    ERASED = "erased"


@frozen
class SubjectRecord:
    """
    Somebody whom runs are about, by a digest of their id, and how far their erasure is.

    Each commit of an erasure replaces this row. So what it has counted is what it has
    done, and of two that erase at once neither counts what the other did.

    Attributes:
        counts: What was erased so far, by kind.
        barred_by: Who asked for the erasure.
        barred_why: For what reason.
    """

    subject: str
    state: SubjectState
    since: datetime
    counts: dict[str, int]
    barred_by: str | None = None
    barred_why: str | None = None
    finished_at: datetime | None = None


@frozen
class ExecutorRecord:
    """
    Somebody who advances runs.

    Attributes:
        beat: Counts up while it lives. That it stands still is seen by an observer's
            own clock; hosts' clocks are never compared.
        place: Host and process, for people.
    """

    executor_id: ExecutorId
    beat: int
    place: str
    started_at: datetime


@frozen
class LockRecord:
    """A semantic lock that a run holds. Its token is the run's id."""

    name: str
    run_id: RunId
    taken_at: datetime


@frozen
class DefinitionRecord:
    """The shape of a workflow, as runs were begun with it; by its fingerprint."""

    fingerprint: str
    workflow: str
    version: int
    shape: str


@frozen
class CommitRecord:
    """The mark of a batch that has no journal entry, so that a lost answer can be settled."""

    commit_id: str
    at: datetime
    void: bool = False


RUNS = Collection(
    "aicmo_runs",
    RunRecord,
    key="run_id",
    unique=(("workflow", "key"),),
    indexes=(("state", "run_id"), ("state", "updated_at"), ("executor", "next_at"), "subject"),
    fence=True,
)
JOURNAL = Collection(
    "aicmo_journal",
    JournalRecord,
    key=("run_id", "seq"),
    unique=(("run_id", "step", "attempt", "kind"),),
    fence=True,
)
OUTBOX = Collection(
    "aicmo_outbox",
    OutboxRecord,
    key=("collection", "key", "n"),
    indexes=(("relayed", "event_id"), "subject"),
)
INBOX = Collection(
    "aicmo_inbox",
    InboxRecord,
    key=("subscriber", "aggregate", "alone"),
    indexes=(("subscriber", "state"),),
)
SUBSCRIBERS = Collection("aicmo_subscribers", SubscriberRecord, key="name")
LOCKS = Collection("aicmo_locks", LockRecord, key="name", indexes=("run_id",))
DEFINITIONS = Collection("aicmo_definitions", DefinitionRecord, key="fingerprint")
SUBJECTS = Collection("aicmo_subjects", SubjectRecord, key="subject", fence=True)
EXECUTORS = Collection("aicmo_executors", ExecutorRecord, key="executor_id")
COMMITS = Collection("aicmo_commits", CommitRecord, key="commit_id", fence=True)

SCHEMA = ModuleSchema(
    "aicmo",
    (
        RUNS,
        JOURNAL,
        OUTBOX,
        INBOX,
        SUBSCRIBERS,
        LOCKS,
        DEFINITIONS,
        SUBJECTS,
        EXECUTORS,
        COMMITS,
    ),
    "aicmo_core.runtime.migrations",
)
"""The library's own tables, with which a backend is prepared before those of any module."""
