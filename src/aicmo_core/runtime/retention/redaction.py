"""What stays of rows whose subject is erased: their places, and what ledgers need."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import evolve

from aicmo_core.kernel.structuring import dump_plain
from aicmo_core.runtime.records import JournalRecord, RunRecord

ERASED = "erased"
"""What stands where a text was."""

_KEPT = frozenset({"action", "acted", "by", "kind", "retry_at", "signal", "until"})
"""Details of entries that decisions are made by, and who decided."""

Line: TypeAlias = tuple[str, tuple[Any, ...], list[Any] | None]
"""One row in an undo: its collection, its key, and the values that it had before."""


def redacted_run(record: RunRecord) -> RunRecord:
    """Return a run's row without its input, the hash of it, and why it failed."""
    return evolve(record, input="", input_hash="", reason=None)


def redacted_entry(entry: JournalRecord) -> JournalRecord:
    """Return an entry that says what happened, to which step, and nothing of whom it was about."""
    return evolve(
        entry,
        result=_redacted_result(entry),
        undo=None if entry.undo is None else without_rows(entry.undo, lambda _: True),
        details=None if entry.details is None else _redacted_details(entry.details),
    )


def _redacted_result(entry: JournalRecord) -> str | None:
    """Return what stands where a result was: of a decision it stays, unless it is an input."""
    if entry.kind == "decided" and not (entry.result or "").startswith("{"):
        return entry.result
    return None if entry.result is None else "null"


def without_rows(undo: str, erased: Callable[[Line], bool]) -> str:
    """Return *undo* without the rows that are *erased*; which events it retracts stays."""
    rows, events = json.loads(undo)
    kept = [row for row in rows if not erased(_line(row))]
    return undo if len(kept) == len(rows) else dump_plain([kept, events])


def _line(row: list[Any]) -> Line:
    name, key, _, before = row
    return name, tuple(key), None if before is None else before[1]


def _redacted_details(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name in _KEPT else _empty(value) for name, value in details.items()}


def _empty(value: Any) -> Any:
    """Return a value of the same kind that says nothing; numbers and flags name nobody."""
    if isinstance(value, str):
        return ERASED
    if isinstance(value, dict | list):
        return type(value)()
    return value
