"""The contexts that steps, compensations and preparations are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from aicmo_core.kernel.ids import RunId
from aicmo_core.kernel.structuring import from_json
from aicmo_core.runtime.live import LiveRun
from aicmo_core.runtime.services import Ports
from aicmo_core.saga import PrepareContext, RunView, StepContext, UndoContext, Yielding

P = TypeVar("P")
R = TypeVar("R")


def idempotency_key(run_id: RunId, path: str) -> str:
    """Return the key of what a step does outside: of run, path and round, never the attempt."""
    return f"{run_id}/{path}"


class _Attempt(StepContext[Any]):
    def __init__(self, run: LiveRun[Any], path: str, attempt: int, ports: Ports) -> None:
        self._run = run
        self._path = path
        self._attempt = attempt
        self._ports = ports

    @property
    def input(self) -> Any:
        return self._run.input_at(self._path)

    @property
    def run_id(self) -> RunId:
        return self._run.record.run_id

    @property
    def attempt(self) -> int:
        return self._attempt

    @property
    def idempotency_key(self) -> str:
        return idempotency_key(self._run.record.run_id, self._path)

    def port(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)

    def result(self, step: Yielding[Any, R]) -> R:
        return self._run.result(step, self._path)


class _Undo(UndoContext[Any, Any]):
    def __init__(self, run: LiveRun[Any], path: str, result: str | None, ports: Ports) -> None:
        self._run = run
        self._path = path
        self._result = result
        self._ports = ports

    @property
    def input(self) -> Any:
        return self._run.input_at(self._path)

    @property
    def run_id(self) -> RunId:
        return self._run.record.run_id

    @property
    def result(self) -> Any:
        if self._result is None:
            return None
        return from_json(self._result, self._run.step_at(self._path).result_type)

    @property
    def idempotency_key(self) -> str:
        return idempotency_key(self._run.record.run_id, self._path)

    def port(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)


class _View(RunView[Any]):
    def __init__(self, run: LiveRun[Any], path: str) -> None:
        self._run = run
        self._path = path

    @property
    def input(self) -> Any:
        return self._run.input_at(self._path)

    def result(self, step: Yielding[Any, R]) -> R:
        return self._run.result(step, self._path)


class _Preparation(PrepareContext):
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def port(self, port: Callable[..., P]) -> P:
        return self._ports.get(port)


def attempt_of(run: LiveRun[Any], path: str, attempt: int, ports: Ports) -> StepContext[Any]:
    """Return the context of one attempt of the step at *path*."""
    return _Attempt(run, path, attempt, ports)


def undo_of(
    run: LiveRun[Any], path: str, result: str | None, ports: Ports
) -> UndoContext[Any, Any]:
    """Return the context of one attempt to compensate the step at *path*."""
    return _Undo(run, path, result, ports)


def view_from(run: LiveRun[Any], path: str) -> RunView[Any]:
    """Return what a condition at *path* is asked with."""
    return _View(run, path)


def preparation(ports: Ports) -> PrepareContext:
    """Return the context of a preparation."""
    return _Preparation(ports)
