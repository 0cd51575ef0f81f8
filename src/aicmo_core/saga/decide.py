"""
What a run does next: a pure function of its definition and its journal.

No clock, no ids, no I/O. Every engine is a loop around this function. It names all
that can be done, so that no branch, and no compensation, waits for one that it does
not depend on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aicmo_core.saga.combinators import Call, Choice, Parallel, Repeat, Sleep, WaitFor
from aicmo_core.saga.commands import (
    BeginWait,
    Command,
    Compensate,
    End,
    Evaluate,
    Execute,
    Lock,
    Outcome,
    Park,
    Receive,
    SettleUnknown,
    Wait,
    due_at,
)
from aicmo_core.saga.definition import Workflow
from aicmo_core.saga.journal import Entry
from aicmo_core.saga.node import Node
from aicmo_core.saga.paths import branch_of, inside, round_of
from aicmo_core.saga.standing import Closing, Effect, Standing
from aicmo_core.saga.step import Step

_AT_ONCE = datetime.min.replace(tzinfo=UTC)


def decide(workflow: Workflow[Any], journal: Sequence[Entry]) -> Command:
    """
    Return what the run does next. The same arguments always give the same command.

    Total: any sequence of entries gets an answer. One that names a step that the
    workflow lacks is parked.
    """
    return next_command(workflow, standing(workflow, journal))


def standing(workflow: Workflow[Any], journal: Sequence[Entry]) -> Standing:
    """Return what *journal* amounts to."""
    now = Standing()
    for entry in journal:
        read(workflow, now, entry)
    return now


def read(workflow: Workflow[Any], now: Standing, entry: Entry) -> None:
    """Take the next entry of the journal into account."""
    now.take(workflow, entry)
    if now.turned or now.kept or now.stranger or now.intents:
        now.ahead = None
        return
    now.ahead = forward(workflow, now)
    if not now.ahead:
        now.keep()


def next_command(workflow: Workflow[Any], now: Standing) -> Command:
    """Return what `decide` returns, for a journal that was read already."""
    return next_commands(workflow, now)[0]


def next_commands(workflow: Workflow[Any], now: Standing) -> Sequence[Command]:
    """
    Return all that can be done, the most urgent first. There is always something.

    First what is to be settled, then what can be done at once, what is due at a moment,
    what waits for a signal, and last what waits for a person.
    """
    if now.stranger is not None:
        return (
            Park(now.stranger, f"the journal names step {now.stranger!r}, which is not declared"),
        )
    if now.parked is not None:
        return (Park("", now.parked),)
    if now.kept:
        return (End(Outcome.COMPLETED),)
    unsettled = [SettleUnknown(intent.step, intent.attempt) for intent in now.intents.values()]
    ahead: Sequence[Command] | None = backward(now) if now.turned else now.ahead
    if ahead is None:
        ahead = forward(workflow, now)
    if not unsettled and len(ahead) == 1:
        return tuple(ahead)
    commands = [*unsettled, *sorted(ahead, key=urgency)]
    return tuple(commands) if commands else (End(_end(now)),)


def _end(now: Standing) -> Outcome:
    if not now.turned:
        return Outcome.COMPLETED
    return Outcome.COMPENSATED if now.cancelled is None else Outcome.CANCELLED


def urgency(command: Command) -> tuple[int, datetime]:
    """Return what commands are sorted by, the most urgent first."""
    due = due_at(command)
    match command:
        case Park():
            return 3, _AT_ONCE
        case Wait() if due is None:
            return 2, _AT_ONCE
        case Lock(_, _, until) if until is not None:
            return 1, until
    return (0, _AT_ONCE) if due is None else (1, due)


def forward(workflow: Workflow[Any], now: Standing) -> list[Command]:
    """Return what can be done for the run to complete; nothing if all is done."""
    if workflow.lock is not None and "" not in now.locks:
        return [_lock(now, "")]
    commands: list[Command] = []
    _walk(workflow.steps, "", now, commands)
    return commands


def _walk(nodes: Sequence[Node[Any]], before: str, now: Standing, commands: list[Command]) -> bool:
    """Add what is to be done for the first of *nodes* that is not done; return whether all are."""
    for node in nodes:
        path = f"{before}/{node.name}" if before else node.name  # `inside`, for each node each time
        if path not in now.completed and not _walk_node(node, path, now, commands):
            return False
    return True


def _walk_node(node: Node[Any], path: str, now: Standing, commands: list[Command]) -> bool:
    """Add what is to be done for *node*, which has not completed; return whether it is done."""
    if path in now.intents:
        return False
    match node:
        case Step():
            commands.append(_attempt(now, path, Execute))
        case WaitFor():
            commands.append(_wait(now, path, node))
        case Sleep():
            commands.append(_pause(now, path, None))
        case Parallel(_, branches):
            done = [_walk(b.nodes, branch_of(path, b.name), now, commands) for b in branches]
            return all(done)
        case Choice():
            return _walk_choice(node, path, now, commands)
        case Repeat():
            return _walk_rounds(node, path, now, commands)
        case Call():
            return _walk_call(node, path, now, commands)
        case _:
            commands.append(Park(path, f"step {path!r} is a {type(node).__name__}, which is none"))
    return False


def _walk_call(node: Call[Any, Any], path: str, now: Standing, commands: list[Command]) -> bool:
    child = node.workflow
    if path not in now.decisions:
        commands.append(_attempt(now, path, Evaluate))
        return False
    if child.lock is not None and path not in now.locks:
        commands.append(_lock(now, path))
        return False
    return _walk(child.steps, path, now, commands)


def _walk_choice(node: Choice[Any], path: str, now: Standing, commands: list[Command]) -> bool:
    taken = now.decisions.get(path)
    if taken is None:
        commands.append(_attempt(now, path, Evaluate))
        return False
    if taken == "":
        return True
    for alternative in node.alternatives:
        if alternative.name == taken:
            return _walk(alternative.nodes, inside(path, taken), now, commands)
    commands.append(Park(path, f"choice {path!r} took {taken!r}, which is not declared"))
    return False


def _walk_rounds(node: Repeat[Any], path: str, now: Standing, commands: list[Command]) -> bool:
    for number in range(1, node.at_most + 1):
        here = round_of(path, number)
        if here in now.completed:  # skipped by a person
            return True
        if not _walk(node.nodes, here, now, commands):
            return False
        said = now.decisions.get(here)
        if said is None:
            commands.append(_attempt(now, here, Evaluate))
            return False
        if said == "true":
            return True
    commands.append(Park(path, f"{path!r} went on for {node.at_most} rounds, which is all it may"))
    return False


def _attempt(now: Standing, path: str, make: type[Execute] | type[Evaluate]) -> Command:
    failure = now.failures.get(path)
    attempt = now.attempts.get(path, 0) + 1
    if failure is None:
        return make(path, attempt)
    if failure.retry_at is not None:
        return make(path, attempt, failure.retry_at)
    return Park(path, f"step {path!r} failed past the pivot: {failure.error}")


def _wait(now: Standing, path: str, node: WaitFor[Any, Any]) -> Command:
    failure = now.failures.get(path)
    if failure is not None:
        return Park(path, f"step {path!r} failed past the pivot: {failure.error}")
    came = now.pending(node.signal.name)
    if came is not None:
        return Receive(path, now.attempts.get(path, 0) + 1, came.payload)
    if node.timeout is None:
        return Wait(path, 1, node.signal.name, None)
    return _pause(now, path, node.signal.name)


def _pause(now: Standing, path: str, signal: str | None) -> Command:
    begun = now.waits.get(path)
    if begun is None:
        return BeginWait(path, now.attempts.get(path, 0) + 1)
    return Wait(path, begun.attempt, signal, begun.until)


def _lock(now: Standing, path: str) -> Command:
    waiting = now.waits.get(path)
    return Lock(path, 1, waiting.until if waiting is not None else None)


def backward(now: Standing) -> list[Command]:
    """
    Return what can be taken back now: what nothing open depends on, the last first.

    An effect that cannot be taken back blocks only those that it may have built on. So
    does an intent without an outcome, which may turn out to be an effect.
    """
    still_open = [e for e in now.effects.values() if e.closing is Closing.OPEN]
    still_open.sort(key=lambda e: -e.opened_at)
    later = [*now.intents]
    commands: list[Command] = []
    for effect in still_open:
        if all(now.apart(effect.step, path) for path in later):
            commands.append(_take_back(now, effect))
        later.append(effect.step)
    return commands


def _take_back(now: Standing, effect: Effect) -> Command:
    if effect.exhausted:
        return Park(effect.step, f"step {effect.step!r} cannot be compensated: {effect.error}")
    attempt = now.compensations.get(effect.step, 0) + 1
    return Compensate(effect.step, attempt, effect.retry_at)
