"""
The library's own rows: runs, journal, outbox, executors and commit ids.

They are collections like any module's and go through the same port. The collections
that order writers are fences.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from attrs import frozen

from aicmo_core.kernel.ids import CorrelationId, EventId, ExecutorId, RunId
from aicmo_core.storage import Collection, ModuleSchema


class RunState(Enum):
    """Where a run stands. The last three of these are final."""

    RUNNING = "running"
    WAITING = "waiting"
    COMPENSATING = "compensating"
    PARKED = "parked"
    COMPLETED = "completed"
    COMPENSATED = "compensated"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (RunState.COMPLETED, RunState.COMPENSATED, RunState.CANCELLED)

    @property
    def live(self) -> bool:
        """Whether an executor has something to do with it, now or later."""
        return not self.ended and self is not RunState.PARKED


@frozen
class RunRecord:
    """
    A run, but for its journal.

    Attributes:
        key: The caller's, or the run's own id. Unique per workflow.
        input_hash: Of the input as the caller gave it.
        input: JSON, as the preparation returned it.
        executor: Who advances it.
        reason: Why it is parked or why it failed, in a sentence.
        next_at: When it has something to do next, if that is not now.
        artifacts: The address of the artifact store that it writes to.
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


@frozen
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


@frozen
class OutboxRecord:
    """
    An event, stored with the change that caused it.

    Attributes:
        collection: With *key*, the aggregate that the event is about.
        n: Its place among the aggregate's events, from 1.
        type: The event class's full name. Never imported: subscribers bring the class.
        payload: JSON.
        relayed: Whether it was handed to the subscribers.
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
    indexes=("state",),
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
    indexes=(("relayed", "event_id"),),
)
EXECUTORS = Collection("aicmo_executors", ExecutorRecord, key="executor_id")
COMMITS = Collection("aicmo_commits", CommitRecord, key="commit_id", fence=True)

SCHEMA = ModuleSchema(
    "aicmo", (RUNS, JOURNAL, OUTBOX, EXECUTORS, COMMITS), "aicmo_core.runtime.migrations"
)
