"""
Simulated runs: a coordinator's loop in which every outcome is drawn.

There is no storage and no clock. Attempts fail, are cut off, wake up late; persons
park and repair. Each trouble costs one of a drawn number, so that troubles stop.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from attrs import define, field, frozen
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

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
    RetryPolicy,
    Step,
    StepContext,
    StepKind,
    UndoContext,
    Voided,
    Workflow,
)

from .acceptor import Acceptor
from .expectations import judge

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""No example fails because the machine was busy."""

START = datetime(2030, 1, 1, tzinfo=UTC)
POLICIES = st.builds(
    RetryPolicy, max_attempts=st.integers(1, 3), initial=st.just(timedelta(seconds=7))
)


@frozen
class Order:
    number: int = 1


def act(ctx: StepContext[Order]) -> int:
    return ctx.attempt


def undo(ctx: UndoContext[Order, int]) -> None:
    """Nothing is run here; what matters is that a compensation is declared."""


@st.composite
def workflows(draw: st.DrawFn, at_least: int = 1) -> Workflow[Order]:
    """Any definition of up to six steps, called s0, s1 and so on."""
    count = draw(st.integers(at_least, 6))
    pivot = draw(st.none() | st.integers(0, count - 1))
    return Workflow(
        "simulated", 1, Order, [draw(steps(f"s{n}", pivot=n == pivot)) for n in range(count)]
    )


@st.composite
def steps(draw: st.DrawFn, name: str, pivot: bool) -> Step[Order, int]:
    external = draw(st.booleans())
    return Step(
        name,
        act,
        kind=StepKind.EXTERNAL if external else StepKind.TRANSACTIONAL,
        retry=draw(POLICIES),
        compensation=undo if external or draw(st.booleans()) else None,
        compensation_retry=draw(POLICIES),
        pivot=pivot,
    )


@define
class Run:
    """
    One simulated run.

    Attributes:
        core: The module under test: `decide`, `standing` and the commands.
        troubles: How many more things may go wrong.
        repairs: How many more times a person looks after the run when it is parked.
        sleepers: Attempts that were cut off and may yet turn out to have acted.
        end: The command at which the run stopped.
    """

    core: ModuleType
    workflow: Workflow[Order]
    draw: Callable[[st.SearchStrategy[Any]], Any]
    troubles: int
    repairs: int
    accepted: Acceptor
    journal: list[Entry] = field(factory=list)
    commands: list[Any] = field(factory=list)
    sleepers: list[Intended] = field(factory=list)
    now: datetime = START
    end: Any = None

    @property
    def broken(self) -> set[str]:
        return self.accepted.broken

    def go(self) -> None:
        """Drive the run until it ends, is left parked, or breaks a promise."""
        limit = (len(self.workflow.steps) + 2) * (self.troubles + self.repairs + 2) * 3
        for _ in range(limit):
            if self.end is not None or self.broken:
                return
            self._disturb()
            self._advance()
        self.accepted.require(False, "a run ends or parks")

    def _advance(self) -> None:
        command = self.core.decide(self.workflow, self.journal)
        self.commands.append(command)
        judge(self.core, self.accepted, self.journal, command)
        self._compare_ledgers()
        if not self.broken:
            self._perform(command)

    def _perform(self, command: Any) -> None:
        core = self.core
        match command:
            case core.Execute(name, attempt, not_before):
                self.now = max(self.now, not_before or self.now)
                self._execute(self.workflow.by_name[name], attempt)
            case core.SettleUnknown(name, attempt):
                self._fail(name, attempt, FailureKind.UNKNOWN, acted=True)
            case core.Compensate(name, attempt, not_before):
                self.now = max(self.now, not_before or self.now)
                self._compensate(self.workflow.by_name[name], attempt)
            case core.Park(name, _):
                self._ask_a_person(command, name)
            case core.End():
                if not self._wake():
                    self.end = command

    def _execute(self, step: Step[Order, Any], attempt: int) -> None:
        external = step.kind is StepKind.EXTERNAL
        if external:
            self.append(Intended(step.name, attempt))
            self._disturb()
        failures = [FailureKind.TRANSIENT, FailureKind.BUG, FailureKind.BUSINESS]
        outcome = self._trouble([*failures, "cut off", "cut off"] if external else failures)
        if outcome is None:
            text = f"{step.name}#{attempt}"
            self.append(Completed(step.name, attempt, f"result {text}", f"undo {text}"))
        elif outcome == "cut off":
            self.sleepers.append(Intended(step.name, attempt))
        else:
            business = outcome is FailureKind.BUSINESS
            self._fail(
                step.name, attempt, outcome, acted=external and not business and self._maybe()
            )

    def _fail(self, name: str, attempt: int, kind: FailureKind, *, acted: bool) -> None:
        retry_at = self.workflow.by_name[name].retry.next_attempt(attempt, self.now)
        self.append(Failed(name, attempt, kind, f"{kind.value} in {name}", retry_at, acted))

    def _compensate(self, step: Step[Order, Any], attempt: int) -> None:
        outcome = self._trouble(["raises", "raises", "cut off"], calm=3)
        if outcome is None:
            self.append(Compensated(step.name, attempt))
        elif outcome == "raises":
            retry_at = step.compensation_retry.next_attempt(attempt, self.now)
            self.append(CompensationFailed(step.name, attempt, "raised", retry_at))

    def _ask_a_person(self, command: Any, name: str) -> None:
        if self.repairs == 0:
            self.end = command
            return
        self.repairs -= 1
        actions = [RepairAction.RETRY, RepairAction.COMPENSATE]
        if name:
            actions.append(RepairAction.WAIVE)
        action = self.draw(st.sampled_from(actions))
        waived = name if action is RepairAction.WAIVE else ""
        self.append(Repaired(action, "ana", "looked at it", waived))

    def _disturb(self) -> None:
        match self._trouble(["claimed", "parked", *["woken"] * 4], calm=14):
            case "claimed":
                self.append(Voided())
            case "parked":
                self.append(Parked("held by an operator"))
            case "woken":
                self._wake()

    def _wake(self) -> bool:
        """Let an attempt that was cut off turn out to have acted; return whether one did."""
        settled = [s for s in self.sleepers if s != self._open_intent()]
        if not settled or not self._maybe():
            return False
        sleeper = self.draw(st.sampled_from(settled))
        self.sleepers.remove(sleeper)
        # Without a result it raised, and does not know whether it acted.
        result = f"late {sleeper.step}#{sleeper.attempt}" if self._maybe() else None
        self.append(LateEffect(sleeper.step, sleeper.attempt, result))
        return True

    def _open_intent(self) -> Intended | None:
        for entry in reversed(self.journal):
            if isinstance(entry, Completed | Failed):
                return None
            if isinstance(entry, Intended):
                return entry
        return None

    def append(self, entry: Entry) -> None:
        """Write the next entry, which the acceptor reads too."""
        self.journal.append(entry)
        self.accepted.take(entry)

    def _trouble(self, kinds: list[Any], calm: int = 4) -> Any:
        """Return None, likelier with more *calm*, or one of *kinds* while troubles are left."""
        if self.troubles == 0:
            return None
        found = self.draw(st.sampled_from([None] * calm + kinds))
        self.troubles -= found is not None
        return found

    def _maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def _compare_ledgers(self) -> None:
        effects = self.core.standing(self.workflow, self.journal).effects
        told = {n: (e.known, e.result, e.undo, e.closing.value) for n, e in effects.items()}
        expected = {
            n: (line.known, line.result, line.undo, line.closing)
            for n, line in self.accepted.ledger.items()
        }
        self.accepted.require(told == expected, "the ledger says what happened")


@st.composite
def runs(draw: st.DrawFn, core: ModuleType) -> Run:
    """Any run that *core* decides, driven to its end."""
    workflow = draw(workflows())
    troubles, repairs = draw(st.integers(0, 12)), draw(st.integers(0, 4))
    run = Run(core, workflow, draw, troubles, repairs, acceptor(workflow))
    run.go()
    return run


def resumed(run: Run, length: int) -> Run:
    """Return what becomes of *run* if another process, without troubles, takes it on there."""
    again = Run(run.core, run.workflow, run.draw, 0, 0, acceptor(run.workflow))
    for entry in run.journal[:length]:
        again.append(entry)
    again.go()
    return again


def acceptor(workflow: Workflow[Order]) -> Acceptor:
    """Return an acceptor of the journals of *workflow*."""
    pivot = next((s.name for s in workflow.steps if s.pivot), None)
    return Acceptor([s.name for s in workflow.steps], pivot)
