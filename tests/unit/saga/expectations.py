"""What the commands must be, told by a scan of the journal that they were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from aicmo_core.saga import (
    BeginWait,
    Command,
    Compensate,
    Compensated,
    CompensationFailed,
    Completed,
    Decided,
    End,
    Entry,
    Evaluate,
    Execute,
    Expired,
    Failed,
    Intended,
    Lock,
    Outcome,
    Park,
    Receive,
    RepairAction,
    Repaired,
    SettleUnknown,
    Wait,
)

from .acceptor import Acceptor
from .plan import Spot

MISSING = {
    Park: "what needs a person parks",
    SettleUnknown: "an open intent is settled first",
    Compensate: "a compensation waits for nothing but what was built on it",
    Receive: "a signal that came is taken",
    Wait: "a timer keeps its moment",
    BeginWait: "a timer keeps its moment",
    Lock: "no step starts without its lock",
    End: "a run ends when nothing is left",
}
"""The promise that is broken where a command of some kind is not given."""


def judge(accepted: Acceptor, journal: Sequence[Entry], commands: Sequence[Any]) -> None:
    """Note in *accepted*, which has read *journal*, what *commands* break."""
    found = {(type(c), at(c)): c for c in commands}
    expected = {(type(c), at(c)): c for c in expected_commands(accepted, journal)}
    for key in found.keys() - expected.keys():
        accepted.require(False, why_not(accepted, found[key]))
    for kind, _ in expected.keys() - found.keys():
        accepted.require(
            False, MISSING.get(kind, "a step waits for nothing that it does not depend on")
        )
    for key in found.keys() & expected.keys():
        compare(accepted, found[key], expected[key])
    ranks = [rank(c) for c in commands]
    accepted.require(ranks == sorted(ranks), "what can be done now comes first")
    accepted.require(len(found) == len(commands), "nothing is asked for twice")


def at(command: Any) -> str:
    return str(getattr(command, "step", ""))


def compare(accepted: Acceptor, found: Any, expected: Any) -> None:
    """Judge a command that had to be given."""
    need = accepted.require
    if isinstance(found, Park):
        need(at(found) != "" or found.reason == expected.reason, "what needs a person parks")
        return
    if isinstance(found, End):
        accepted.end(found.outcome.value)
        return
    need(found.attempt == expected.attempt, "attempts count up by one")
    match found:
        case Execute() | Evaluate():
            need(found.not_before == expected.not_before, "a retry waits for its journaled moment")
        case Compensate():
            need(
                found.not_before == expected.not_before,
                "a compensation waits for its journaled moment",
            )
        case Wait() | Lock():
            need(found == expected, "a timer keeps its moment")
        case Receive():
            need(found == expected, "each signal is taken once, the earliest first")


def why_not(accepted: Acceptor, command: Any) -> str:
    """Return the promise that a command breaks which had not to be given."""
    match command:
        case Park():
            return "a run parks for a reason only"
        case SettleUnknown():
            return "only an open intent is settled"
        case Compensate(step):
            if not accepted.over:
                reason = "pivot" if accepted.past_pivot else "reason"
                return f"nothing is compensated without its {reason}"
            if step not in accepted.open:
                return "an effect is closed once"
            if accepted.built_upon(step):
                return "what was built on it is taken back first"
            return "what needs a person parks"
        case End(outcome):
            accepted.end(outcome.value)
            return "a run ends when nothing is left"
    return why_not_forward(accepted, command)


def why_not_forward(accepted: Acceptor, command: Any) -> str:
    step = at(command)
    if accepted.kept:
        return "a run ends when nothing is left"
    if accepted.over:
        return "no step starts after the turn"
    if step in accepted.intents:
        return "an open intent is settled first"
    if isinstance(command, Lock):
        return "a lock is taken once, when it is needed"
    if not accepted.plan.may_start(step):
        return "steps run in their order"
    if isinstance(command, Receive):
        return "each signal is taken once, the earliest first"
    if isinstance(command, BeginWait):
        return "a wait that has begun is not begun again"
    if isinstance(command, Wait):
        return "a timer keeps its moment"
    return "what needs a person parks"


def rank(command: Any) -> tuple[int, float]:
    """Return how soon *command* is to come: settle, now, at a moment, on a signal, a person."""
    match command:
        case SettleUnknown():
            return 0, 0
        case Park():
            return 4, 0
        case Wait(until=None):
            return 3, 0
    due = getattr(command, "until", None) or getattr(command, "not_before", None)
    return (1, 0) if due is None else (2, due.timestamp())


def expected_commands(accepted: Acceptor, journal: Sequence[Entry]) -> Iterator[Command]:
    """Return what can be done: all of it, and nothing else."""
    if accepted.parked is not None:
        yield Park("", accepted.parked)
        return
    if accepted.kept:
        yield End(Outcome.COMPLETED)
        return
    for step, attempt in accepted.intents.items():
        yield SettleUnknown(step, attempt)
    if not accepted.over:
        yield from forward(accepted, journal)
    elif accepted.open:
        yield from backward(accepted, journal)
    elif not accepted.intents:
        yield End(Outcome.CANCELLED if accepted.cancelled else Outcome.COMPENSATED)


def backward(accepted: Acceptor, journal: Sequence[Entry]) -> Iterator[Command]:
    for step in accepted.open:
        if not accepted.built_upon(step):
            last = since_closed(journal, step)
            gave_up = isinstance(last, CompensationFailed) and last.retry_at is None
            due = due_again(journal, step)
            yield (
                Park(step, "") if gave_up else Compensate(step, 1 + compensated(journal, step), due)
            )


def forward(accepted: Acceptor, journal: Sequence[Entry]) -> Iterator[Command]:
    plan = accepted.plan
    for step, spot in plan.spots.items():
        if step not in accepted.intents and plan.may_start(step):
            yield start(accepted, journal, spot)
    for step in ["", *plan.spots]:
        if plan.may_lock(step):
            begun = accepted.begun.get(step)
            yield Lock(step, 1, None if begun is None else begun[1])


def start(accepted: Acceptor, journal: Sequence[Entry], spot: Spot) -> Command:
    """Return what is to be done at a spot that all before it is finished for."""
    failure = last_failure(journal, spot.path)
    attempt = 1 + tried(journal, spot.path)
    if isinstance(failure, Expired) or (failure is not None and failure.retry_at is None):
        return Park(spot.path, "")
    if spot.kind in ("waitfor", "sleep"):
        return wait(accepted, spot, attempt)
    due = None if failure is None else failure.retry_at
    return (Execute if spot.kind == "step" else Evaluate)(spot.path, attempt, due)


def wait(accepted: Acceptor, spot: Spot, attempt: int) -> Command:
    signal = spot.node.signal.name if spot.kind == "waitfor" else None
    if signal is not None and (first := accepted.first_signal(signal)):
        return Receive(spot.path, attempt, first.payload)
    if signal is not None and spot.node.timeout is None:
        return Wait(spot.path, 1, signal, None)
    begun = accepted.begun.get(spot.path)
    if begun is None:
        return BeginWait(spot.path, attempt)
    return Wait(spot.path, begun[0], signal, begun[1])


def tried(journal: Sequence[Entry], step: str) -> int:
    """Return how many attempts of *step* have an entry."""
    made = Intended, Completed, Failed, Decided, Expired
    return len({e.attempt for e in journal if isinstance(e, made) and e.step == step})


def compensated(journal: Sequence[Entry], step: str) -> int:
    """Return how many attempts to compensate *step* have an entry."""
    made = Compensated, CompensationFailed
    return sum(isinstance(e, made) and e.step == step for e in journal)


def is_retry(entry: Entry) -> bool:
    return isinstance(entry, Repaired) and entry.action is RepairAction.RETRY


def last_failure(journal: Sequence[Entry], step: str) -> Failed | Expired | None:
    """Return the failure of *step* that a person has not answered by a retry."""
    for entry in reversed(journal):
        if is_retry(entry):
            return None
        if isinstance(entry, Failed | Expired) and entry.step == step:
            return entry
    return None


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
