"""The contexts that steps, compensations and preparations are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from aicmo_core.kernel.ids import RunId
from aicmo_core.kernel.structuring import from_json
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.services import Ports
from aicmo_core.saga import PrepareContext, Step, StepContext, UndoContext

P = TypeVar("P")
R = TypeVar("R")


def idempotency_key(run_id: RunId, step: str) -> str:
    """Return the key of what *step* does outside: of the run and the step, never the attempt."""
    return f"{run_id}/{step}"


class _Attempt(StepContext[Any]):
    def __init__(self, run: LiveRun[Any], step: Step[Any, Any], attempt: int, ports: Ports) -> None:
        self._run = run
        self._step = step
        self._attempt = attempt
        self._ports = ports

    @property
    def input(self) -> Any:
        return self._run.input

    @property
    def run_id(self) -> RunId:
        return self._run.record.run_id

    @property
    def attempt(self) -> int:
        return self._attempt

    @property
    def idempotency_key(self) -> str:
        return idempotency_key(self._run.record.run_id, self._step.name)

    def port(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)

    def result(self, step: Step[Any, R]) -> R:
        return self._run.result(step)


class _Undo(UndoContext[Any, Any]):
    def __init__(
        self, run: LiveRun[Any], step: Step[Any, Any], result: str | None, ports: Ports
    ) -> None:
        self._run = run
        self._step = step
        self._result = result
        self._ports = ports

    @property
    def input(self) -> Any:
        return self._run.input

    @property
    def run_id(self) -> RunId:
        return self._run.record.run_id

    @property
    def result(self) -> Any:
        if self._result is None:
            return None
        return from_json(self._result, self._step.result_type)

    @property
    def idempotency_key(self) -> str:
        return idempotency_key(self._run.record.run_id, self._step.name)

    def port(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)


class _Preparation(PrepareContext):
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def port(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)


def attempt_of(
    run: LiveRun[Any], step: Step[Any, Any], attempt: int, ports: Ports
) -> StepContext[Any]:
    """Return the context of one attempt of *step*."""
    return _Attempt(run, step, attempt, ports)


def undo_of(
    run: LiveRun[Any], step: Step[Any, Any], result: str | None, ports: Ports
) -> UndoContext[Any, Any]:
    """Return the context of one attempt to compensate *step*."""
    return _Undo(run, step, result, ports)


def preparation(ports: Ports) -> PrepareContext:
    """Return the context of a preparation."""
    return _Preparation(ports)
