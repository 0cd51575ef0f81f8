"""Journal entries as rows, and back."""

from datetime import datetime
from typing import Any

from aicmo_core.kernel.ids import RunId
from aicmo_core.kernel.values import datetime_to_text, text_to_datetime
from aicmo_core.runtime.records import JournalRecord
from aicmo_core.saga import (
    Cancelled,
    Compensated,
    CompensationFailed,
    Completed,
    Decided,
    Entry,
    Expired,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Locked,
    Parked,
    RepairAction,
    Repaired,
    Signalled,
    Voided,
    Waiting,
)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else datetime_to_text(value)


def _when(value: Any) -> datetime | None:
    return None if value is None else text_to_datetime(value)


def to_record(run_id: RunId, seq: int, at: datetime, entry: Entry) -> JournalRecord:
    """Return *entry* as number *seq* of the run's journal."""
    details: dict[str, Any] | None
    match entry:
        case Completed(step, attempt, result, undo, grouped):
            details = {"grouped": True} if grouped else None
            return JournalRecord(run_id, seq, "completed", step, attempt, at, result, undo, details)
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
        case Repaired(action, by, why, step, result):
            details = {"action": action.value, "by": by, "why": why}
            returned = result if action is RepairAction.SKIP else None
            return JournalRecord(run_id, seq, "repaired", step, seq, at, returned, details=details)
        case Decided(step, attempt, value):
            return JournalRecord(run_id, seq, "decided", step, attempt, at, value)
        case Waiting(step, attempt, until):
            # Numbered by seq: a lock may be waited for again after a person's decision.
            details = {"attempt": attempt, "until": _moment(until)}
            return JournalRecord(run_id, seq, "waiting", step, seq, at, details=details)
        case Expired(step, attempt):
            return JournalRecord(run_id, seq, "expired", step, attempt, at)
        case Signalled(signal, payload, by, key):
            details = {"signal": signal, "by": by, "key": key}
            return JournalRecord(run_id, seq, "signalled", "", seq, at, payload, details=details)
        case Locked(step, attempt, lock):
            details = {"lock": lock}
            return JournalRecord(run_id, seq, "locked", step, attempt, at, details=details)
        case Cancelled(by, why):
            details = {"by": by, "why": why}
            return JournalRecord(run_id, seq, "cancelled", "", seq, at, details=details)
        case Voided():
            return JournalRecord(run_id, seq, "voided", "", seq, at)


def to_entry(record: JournalRecord) -> Entry:
    """Return the entry that was stored as *record*."""
    step, attempt, details = record.step, record.attempt, record.details or {}
    match record.kind:
        case "completed":
            grouped = "grouped" in details
            return Completed(step, attempt, record.result or "null", record.undo, grouped)
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
            action = RepairAction(details["action"])
            return Repaired(action, details["by"], details["why"], step, record.result or "null")
        case "decided":
            return Decided(step, attempt, record.result or "")
        case "waiting":
            return Waiting(step, details["attempt"], _when(details["until"]))
        case "expired":
            return Expired(step, attempt)
        case "signalled":
            payload = record.result or "null"
            return Signalled(details["signal"], payload, details["by"], details["key"])
        case "locked":
            return Locked(step, attempt, details["lock"])
        case "cancelled":
            return Cancelled(details["by"], details["why"])
        case "voided":
            return Voided()
    return Parked(f"entry {record.seq} is of kind {record.kind!r}, which this code does not know")
