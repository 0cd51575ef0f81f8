"""Journal entries as rows, and back."""

from datetime import datetime
from typing import Any

from aicmo_core.kernel.ids import RunId
from aicmo_core.kernel.structuring import datetime_to_text, text_to_datetime
from aicmo_core.runtime.records import JournalRecord
from aicmo_core.saga import (
    Compensated,
    CompensationFailed,
    Completed,
    Entry,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Parked,
    RepairAction,
    Repaired,
    Voided,
)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else datetime_to_text(value)


def _when(value: Any) -> datetime | None:
    return None if value is None else text_to_datetime(value)


def to_record(run_id: RunId, seq: int, at: datetime, entry: Entry) -> JournalRecord:
    """Return *entry* as number *seq* of the run's journal."""
    match entry:
        case Completed(step, attempt, result, undo):
            return JournalRecord(run_id, seq, "completed", step, attempt, at, result, undo)
        case Intended(step, attempt):
            return JournalRecord(run_id, seq, "intended", step, attempt, at)
        case Compensated(step, attempt):
            return JournalRecord(run_id, seq, "compensated", step, attempt, at)
        case Failed(step, attempt):
            details = {
                "kind": entry.kind.value,
                "error": entry.error,
                "retry_at": _moment(entry.retry_at),
                "acted": entry.acted,
                "details": dict(entry.details),
            }
            return JournalRecord(run_id, seq, "failed", step, attempt, at, details=details)
        case CompensationFailed(step, attempt):
            details = {
                "error": entry.error,
                "retry_at": _moment(entry.retry_at),
                "details": dict(entry.details),
            }
            return JournalRecord(
                run_id, seq, "compensation_failed", step, attempt, at, details=details
            )
        case LateEffect(step, _, result):
            # Numbered by seq: the same attempt may be late twice, after a lost answer.
            return JournalRecord(run_id, seq, "late_effect", step, seq, at, result)
        case Parked(reason):
            return JournalRecord(run_id, seq, "parked", "", seq, at, details={"reason": reason})
        case Repaired(action, by, why, step):
            details = {"action": action.value, "by": by, "why": why}
            return JournalRecord(run_id, seq, "repaired", step, seq, at, details=details)
        case Voided():
            return JournalRecord(run_id, seq, "voided", "", seq, at)


def to_entry(record: JournalRecord) -> Entry:
    """Return the entry that was stored as *record*."""
    step, attempt, details = record.step, record.attempt, record.details or {}
    match record.kind:
        case "completed":
            return Completed(step, attempt, record.result or "null", record.undo)
        case "intended":
            return Intended(step, attempt)
        case "compensated":
            return Compensated(step, attempt)
        case "failed":
            return Failed(
                step,
                attempt,
                FailureKind(details["kind"]),
                details["error"],
                _when(details["retry_at"]),
                details["acted"],
                details["details"],
            )
        case "compensation_failed":
            return CompensationFailed(
                step, attempt, details["error"], _when(details["retry_at"]), details["details"]
            )
        case "late_effect":
            return LateEffect(step, attempt, record.result)
        case "parked":
            return Parked(details["reason"])
        case "repaired":
            return Repaired(RepairAction(details["action"]), details["by"], details["why"], step)
        case "voided":
            return Voided()
    return Parked(f"entry {record.seq} is of kind {record.kind!r}, which this code does not know")
