"""
Simulated runs: a coordinator's loop in which every outcome is drawn.

There is no storage and no clock. Attempts fail, are cut off, wake up late; signals come
early, twice, or not in time; locks are held by others; persons cancel, park and repair.
Each trouble costs one of a drawn number, so that troubles stop.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from attrs import define, evolve, field
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from aicmo_core.saga import (
    BeginWait,
    Cancelled,
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
    FailureKind,
    Intended,
    LateEffect,
    Lock,
    Locked,
    Park,
    Parked,
    Receive,
    RepairAction,
    Repaired,
    SettleUnknown,
    Signalled,
    Step,
    StepKind,
    Voided,
    Wait,
    Waiting,
    Workflow,
    due_at,
)
from aicmo_core.saga.drawing import to_text

from .acceptor import Acceptor
from .definitions import GO, STOP, Order, plain_workflows, workflows
from .expectations import judge
from .plan import Plan

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""No example fails because the machine was busy."""

START = datetime(2030, 1, 1, tzinfo=UTC)
FAILURES = [FailureKind.TRANSIENT] * 2 + [FailureKind.BUG, FailureKind.BUSINESS]


@define(repr=False)
class Run:
    """
    One simulated run.

    Attributes:
        core: The decision under test.
        troubles: How many more things may go wrong.
        repairs: How many more times a person looks after the run when it is parked.
        weather: How much is well between two troubles: little from 2 on, more with 4.
        sleepers: Attempts that were cut off and may yet turn out to have acted.
        sent: How many signals were sent.
        end: The command at which the run stopped.
    """

    core: ModuleType
    workflow: Workflow[Order]
    draw: Callable[[st.SearchStrategy[Any]], Any]
    troubles: int
    repairs: int
    accepted: Acceptor
    weather: int = 4
    journal: list[Entry] = field(factory=list)
    sleepers: list[Intended] = field(factory=list)
    sent: int = 0
    standing: Any = field(init=False)
    now: datetime = START
    end: Command | None = None

    def __attrs_post_init__(self) -> None:
        self.standing = self.core.standing(self.workflow, [])

    def __repr__(self) -> str:
        lines = [to_text(self.workflow), *map(str, self.journal[-20:])]
        return "\n".join([f"broken: {sorted(self.broken)}", *lines])

    @property
    def broken(self) -> set[str]:
        return self.accepted.broken

    def go(self) -> None:
        """Drive the run until it ends, is left parked, or breaks a promise."""
        limit = (len(self.accepted.plan.spots) + 3) * (self.troubles + self.repairs + 2) * 3
        for _ in range(limit):
            if self.end is not None or self.broken:
                break
            self._disturb()
            self._advance()
        else:
            self.accepted.require(False, "a run ends or parks")
        if not self.broken:
            self.accepted.require(bool(self.journal), "a run makes progress")

    def _advance(self) -> None:
        commands = list(self.core.next_commands(self.workflow, self.standing))
        judge(self.accepted, self.journal, commands)
        self._compare_ledgers()
        if self.broken:
            return
        ready = [c for c in commands if is_ready(c)]
        if ready:
            self._perform(self.draw(st.sampled_from(ready)) if len(ready) > 1 else ready[0])
        else:
            self._let_time_pass(commands)

    def _let_time_pass(self, commands: list[Any]) -> None:
        waits = [c for c in commands if isinstance(c, Wait) and c.signal is not None]
        first = commands[0]
        if waits and (isinstance(first, Park) or due(first) is None or self._maybe()):
            self._send(self.draw(st.sampled_from(waits)).signal)
            return
        self.now = max(self.now, due(first) or self.now)
        self._perform(first)

    def _perform(self, command: Command) -> None:
        match command:
            case Execute(step, attempt):
                self._execute(step, attempt)
            case SettleUnknown(step, attempt):
                self._settle(step, attempt)
            case Compensate(step, attempt):
                self._compensate(step, attempt)
            case Evaluate(step, attempt):
                self._evaluate(step, attempt)
            case Lock():
                self._lock(command)
            case BeginWait(step, attempt):
                node = self.accepted.plan.spots[step].node
                length: timedelta = getattr(node, "timeout", None) or node.duration
                self.append(Waiting(step, attempt, self.now + length))
            case Wait(step, attempt):
                self.append(Expired(step, attempt))
            case Receive(step, attempt, payload):
                self.append(Completed(step, attempt, payload))
            case Park(step):
                self._ask_a_person(command, step)
            case End():
                if not self._wake(surely=True) and not self._too_late():
                    self.end = command

    def _step(self, path: str) -> Step[Order, Any]:
        node = self.accepted.plan.spots[path].node
        assert isinstance(node, Step), path
        return node

    def _execute(self, path: str, attempt: int) -> None:
        step = self._step(path)
        if step.kind is StepKind.TRANSACTIONAL:
            self._execute_group(path, attempt)
            return
        self.append(Intended(path, attempt))
        self._disturb(calm=6)
        if step.pivot and self._trouble(["overdue"], calm=3):
            self._exceed()
        outcome = self._trouble([*FAILURES, "cut off", "cut off", "cut off"])
        if outcome is None:
            self.append(completed(path, attempt))
        elif outcome == "cut off":
            self.sleepers.append(Intended(path, attempt))
        else:
            business = outcome is FailureKind.BUSINESS
            self._fail(path, attempt, outcome, acted=not business and self._maybe())

    def _execute_group(self, path: str, attempt: int) -> None:
        """Attempt *path* and what shares its commit: one that fails discards them all."""
        group: list[Completed] = []
        following: Execute | None = Execute(path, attempt)
        while following is not None:
            path, attempt = following.step, following.attempt
            outcome = self._trouble(FAILURES)
            if outcome is not None:
                self._fail(path, attempt, outcome, acted=False)
                return
            group.append(completed(path, attempt))
            following = self._following(path, group)
        for entry in group[:-1]:
            self.append(evolve(entry, grouped=True, undo=None))
        self.append(group[-1])

    def _following(self, path: str, group: list[Completed]) -> Execute | None:
        """Return the step that shares the commit of *path*, if one does."""
        if self._step(path).checkpoint:
            return None
        sequence, _, _ = path.rpartition("/")
        so_far = [*self.journal, *(evolve(e, grouped=True) for e in group)]
        standing = self.core.standing(self.workflow, so_far)
        for command in self.core.next_commands(self.workflow, standing):
            if isinstance(command, Execute) and command.not_before is None:
                beside = command.step.rpartition("/")[0] == sequence
                if beside and self._step(command.step).kind is StepKind.TRANSACTIONAL:
                    return command
        return None

    def _fail(self, path: str, attempt: int, kind: FailureKind, *, acted: bool) -> None:
        retry_at = self._step(path).retry.next_attempt(attempt, self.now)
        self.append(Failed(path, attempt, kind, f"{kind.value} in {path}", retry_at, acted))

    def _settle(self, path: str, attempt: int) -> None:
        answers = ["done", "not done", "cannot tell"]
        asked = self._step(path).was_done is not None
        answer = self.draw(st.sampled_from(answers)) if asked else "cannot tell"
        if answer != "cannot tell":
            self.sleepers = [s for s in self.sleepers if s != Intended(path, attempt)]
        if answer == "done":
            self.append(completed(path, attempt))
        else:
            self._fail(path, attempt, FailureKind.UNKNOWN, acted=answer == "cannot tell")

    def _evaluate(self, path: str, attempt: int) -> None:
        outcome = self._trouble([FailureKind.BUG, FailureKind.TRANSIENT], calm=8)
        if outcome is not None:
            later = self.now + timedelta(seconds=1)
            retry_at = later if outcome is FailureKind.TRANSIENT else None
            self.append(Failed(path, attempt, outcome, f"it raised in {path}", retry_at))
            return
        spot = self.accepted.plan.spots[path]
        value = self.draw(st.sampled_from(self._values(spot.node)))
        if value == "false" and path.endswith(f"#{spot.node.at_most}"):
            error = f"{path} was the last round"
            self.append(Failed(path, attempt, FailureKind.BUSINESS, error))
            return
        self.append(Decided(path, attempt, value))

    def _values(self, node: Any) -> list[str]:
        if hasattr(node, "until"):
            return ["false", "true"]
        if hasattr(node, "make_input"):
            return ["input"]
        names = [a.name for a in node.alternatives]
        return names if "otherwise" in names else [*names, ""]

    def _lock(self, lock: Lock) -> None:
        if lock.until is not None and self.now >= lock.until and self._trouble(["held"], calm=1):
            self.append(Parked(f"the lock of {lock.step!r} is held by another run"))
        elif lock.until is None and self._trouble(["held"], calm=2):
            self.append(Waiting(lock.step, 1, self.now + timedelta(minutes=5)))
        else:
            self.append(Locked(lock.step, lock.attempt, "order:1"))

    def _compensate(self, path: str, attempt: int) -> None:
        outcome = self._trouble(["raises", "raises", "cut off"], calm=3)
        if outcome is None:
            self.append(Compensated(path, attempt))
        elif outcome == "raises":
            retry_at = self._step(path).compensation_retry.next_attempt(attempt, self.now)
            self.append(CompensationFailed(path, attempt, "raised", retry_at))

    def _ask_a_person(self, command: Park, path: str) -> None:
        if self.repairs == 0:
            self.end = command
            return
        self.repairs -= 1
        if not path and self._maybe():
            self.append(Cancelled("ana", "not wanted any more"))
            return
        actions = [RepairAction.RETRY, RepairAction.COMPENSATE]
        if path:
            actions.append(RepairAction.WAIVE if self.accepted.over else RepairAction.SKIP)
        action = self.draw(st.sampled_from(actions))
        named = path if action in (RepairAction.WAIVE, RepairAction.SKIP) else ""
        self.append(Repaired(action, "ana", "looked at it", named))

    def _disturb(self, calm: int = 24) -> None:
        kinds = ["claimed", "parked", *["cancelled", "signalled", "overdue", "woken"] * 3]
        match self._trouble(kinds, calm):
            case "claimed":
                self.append(Voided())
            case "parked":
                self.append(Parked("held by an operator"))
            case "cancelled":
                self.append(Cancelled("ana", "not wanted any more"))
            case "signalled":
                self._send(self.draw(st.sampled_from([GO, GO, STOP])).name, twice=self._maybe())
                self._send(GO.name)
            case "overdue":
                self._exceed()
            case "woken":
                self._wake()

    def _too_late(self) -> bool:
        """Let something come to a run that has ended."""
        match self._trouble(["cancelled", "signalled", "overdue"], calm=9):
            case None:
                return False
            case "cancelled":
                self.append(Cancelled("ana", "too late"))
            case "signalled":
                self._send(GO.name)
            case "overdue":
                self._exceed()
        return True

    def _exceed(self) -> None:
        if self.workflow.deadline is not None and not self.accepted.overdue:
            self.append(Expired("", 1))

    def _send(self, signal: str, *, twice: bool = False) -> None:
        self.sent += 1
        key = f"key {self.sent}" if twice else ""
        for _ in range(1 + twice):
            self.append(Signalled(signal, f"{signal} {self.sent}", "ana", key))

    def _wake(self, *, surely: bool = False) -> bool:
        """Let an attempt that was cut off turn out to have acted; return whether one did."""
        pending = self.accepted.intents
        settled = [s for s in self.sleepers if pending.get(s.step) != s.attempt]
        if not settled or not (surely or self._maybe()):
            return False
        sleeper = self.draw(st.sampled_from(settled))
        self.sleepers.remove(sleeper)
        # Without a result it raised, and does not know whether it acted.
        result = f"late {sleeper.step}:{sleeper.attempt}" if self._maybe() else None
        self.append(LateEffect(sleeper.step, sleeper.attempt, result))
        return True

    def append(self, entry: Entry) -> None:
        """Write the next entry, which the decision and the acceptor read."""
        self.journal.append(entry)
        self.core.read(self.workflow, self.standing, entry)
        self.accepted.take(entry)

    def _trouble(self, kinds: list[Any], calm: int = 4) -> Any:
        """Return None, likelier with more *calm*, or one of *kinds* while troubles are left."""
        if self.troubles == 0:
            return None
        found = self.draw(st.sampled_from([None] * (calm * self.weather // 4) + kinds))
        self.troubles -= found is not None
        return found

    def _maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def _compare_ledgers(self) -> None:
        effects = self.standing.effects
        told = {n: (e.known, e.result, e.undo, e.closing.value) for n, e in effects.items()}
        expected = {
            n: (line.known, line.result, line.undo, line.closing)
            for n, line in self.accepted.ledger.items()
        }
        self.accepted.require(told == expected, "the ledger says what happened")


def completed(path: str, attempt: int) -> Completed:
    return Completed(path, attempt, f"result {path}:{attempt}", f"undo {path}:{attempt}")


def due(command: Any) -> datetime | None:
    return command.until if isinstance(command, Lock) else due_at(command)


def is_ready(command: Any) -> bool:
    """Return whether *command* can be performed without waiting for anything."""
    return not isinstance(command, Park | Wait | End) and due(command) is None


@st.composite
def runs(draw: st.DrawFn, core: ModuleType) -> Run:
    """Any run that *core* decides, driven to its end."""
    workflow = draw(st.one_of(workflows(), workflows(), plain_workflows()))
    troubles, repairs = draw(st.sampled_from([0, 1, 2, 4, 8, 14])), draw(st.integers(0, 4))
    weather = draw(st.sampled_from([2, 4, 6]))
    run = Run(core, workflow, draw, troubles, repairs, acceptor(workflow), weather)
    run.go()
    return run


def resumed(run: Run, length: int) -> Run:
    """Return what becomes of *run* if another process, without troubles, takes it on there."""
    again = Run(run.core, run.workflow, run.draw, 0, 0, acceptor(run.workflow), sent=run.sent)
    for entry in run.journal[:length]:
        again.append(entry)
    again.go()
    return again


def acceptor(workflow: Workflow[Order]) -> Acceptor:
    """Return an acceptor of the journals of *workflow*."""
    plan = Plan.of(workflow)
    pivots = [p for p, spot in plan.spots.items() if getattr(spot.node, "pivot", False)]
    return Acceptor(plan, pivots[0] if pivots else None)
