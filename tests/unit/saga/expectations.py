"""What each command must be, told by a scan of the journal that it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import ModuleType
from typing import Any

from aicmo_core.saga import (
    Compensated,
    CompensationFailed,
    Completed,
    Entry,
    Failed,
    Intended,
    Parked,
    RepairAction,
    Repaired,
)

from .acceptor import Acceptor


def judge(core: ModuleType, accepted: Acceptor, journal: Sequence[Entry], command: Any) -> None:
    """Note in *accepted*, which has read *journal*, what *command* breaks."""
    need = accepted.require
    reason = reason_to_park(accepted, journal)
    match command:
        case core.Park(step, _):
            need(reason is not None, "a run parks for a reason only")
            need(reason is None or step == reason, "the step that parks is named")
            return
        case core.SettleUnknown(step, attempt):
            need(last_intent(journal) == (step, attempt), "only an open intent is settled")
        case core.Execute(step, attempt, not_before):
            need(attempt == 1 + tried(journal, step), "attempts count up by one")
            need(not_before == due(journal, step), "a retry waits for its journaled moment")
        case core.Compensate(step, attempt, not_before):
            need(attempt == 1 + compensated(journal, step), "attempts count up by one")
            need(
                not_before == due_again(journal, step), "a compensation waits for its journaled one"
            )
        case core.End(outcome):
            accepted.end(outcome.value)
    need(reason is None, "what needs a person parks")
    settles = isinstance(command, core.SettleUnknown)
    need(settles == (last_intent(journal) is not None), "an open intent is settled first")


def reason_to_park(accepted: Acceptor, journal: Sequence[Entry]) -> str | None:
    """Return the step that needs a person, "" if it is the run, or None."""
    held = [e for e in journal if isinstance(e, Parked | Repaired)]
    if held and isinstance(held[-1], Parked):
        return ""
    if last_intent(journal) is not None:
        return None
    if accepted.over:
        top = accepted.open[-1] if accepted.open else ""
        gave_up = isinstance(since_closed(journal, top), CompensationFailed)
        return top if top and gave_up and due_again(journal, top) is None else None
    if accepted.completed:
        return None
    step = accepted.names[len(accepted.done)]
    failure = last_failure(journal, step)
    return step if failure is not None and failure.retry_at is None else None


def last_intent(journal: Sequence[Entry]) -> tuple[str, int] | None:
    """Return step and attempt of an intent without outcome."""
    for entry in reversed(journal):
        match entry:
            case Completed() | Failed():
                return None
            case Intended(step, attempt):
                return step, attempt
    return None


def tried(journal: Sequence[Entry], step: str) -> int:
    """Return how many attempts of *step* have an entry."""
    made = Intended, Completed, Failed
    return len({e.attempt for e in journal if isinstance(e, made) and e.step == step})


def compensated(journal: Sequence[Entry], step: str) -> int:
    """Return how many attempts to compensate *step* have an entry."""
    made = Compensated, CompensationFailed
    return sum(isinstance(e, made) and e.step == step for e in journal)


def is_retry(entry: Entry) -> bool:
    return isinstance(entry, Repaired) and entry.action is RepairAction.RETRY


def last_failure(journal: Sequence[Entry], step: str) -> Failed | None:
    """Return the failure of *step* that a person has not answered by a retry."""
    for entry in reversed(journal):
        if is_retry(entry):
            return None
        if isinstance(entry, Failed) and entry.step == step:
            return entry
    return None


def due(journal: Sequence[Entry], step: str) -> datetime | None:
    failure = last_failure(journal, step)
    return None if failure is None else failure.retry_at


def since_closed(journal: Sequence[Entry], step: str) -> Entry | None:
    """Return the last word on taking back *step*, after any retry that a person asked for."""
    for entry in reversed(journal):
        if is_retry(entry):
            return None
        if isinstance(entry, Compensated | CompensationFailed | Repaired) and entry.step == step:
            return entry
    return None


def due_again(journal: Sequence[Entry], step: str) -> datetime | None:
    last = since_closed(journal, step)
    return last.retry_at if isinstance(last, CompensationFailed) else None
