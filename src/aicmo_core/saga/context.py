"""What a step, a compensation and a preparation are given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aicmo_core.kernel.ids import RunId

if TYPE_CHECKING:
    from aicmo_core.saga.node import Yielding

P = TypeVar("P")
I_co = TypeVar("I_co", covariant=True)
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class StepContext(ABC, Generic[I_co]):
    """One attempt of one step of one run."""

    @property
    @abstractmethod
    def input(self) -> I_co:
        """The run's input."""

    @property
    @abstractmethod
    def run_id(self) -> RunId:
        """The run's id."""

    @property
    @abstractmethod
    def attempt(self) -> int:
        """The number of this attempt, from 1."""

    @property
    @abstractmethod
    def idempotency_key(self) -> str:
        """
        Names what this step does outside: the same for every attempt, in every process.

        Hand it to the service that is called, so that a repeated call has no second effect.
        """

    @abstractmethod
    def port(self, port: Callable[..., P]) -> P:
        """
        Return the adapter of a port, within this attempt's unit of work.

        Raises:
            PortMissing: Nobody provides it.
        """

    @abstractmethod
    def result(self, step: Yielding[Any, R]) -> R:
        """
        Return what an earlier step of this run returned, or the signal that it waited for.

        Of a step that stands in several places, or was repeated, the result that is
        nearest: of this round, or of the last.

        Raises:
            LookupError: The step has not completed in this run.
        """


class RunView(ABC, Generic[I_co]):
    """What a condition or the input of a call is made from: pure functions of this alone."""

    @property
    @abstractmethod
    def input(self) -> I_co:
        """The run's input, or that of the call around."""

    @abstractmethod
    def result(self, step: Yielding[Any, R]) -> R:
        """
        Return what an earlier step of this run returned, or the signal that it waited for.

        Raises:
            LookupError: The step has not completed in this run.
        """


class UndoContext(ABC, Generic[I_co, R_co]):
    """One attempt to compensate one step of one run. It may come more than once."""

    @property
    @abstractmethod
    def input(self) -> I_co:
        """The run's input."""

    @property
    @abstractmethod
    def run_id(self) -> RunId:
        """The run's id."""

    @property
    @abstractmethod
    def result(self) -> R_co | None:
        """What the step returned, or None where it is not known whether it acted."""

    @property
    @abstractmethod
    def idempotency_key(self) -> str:
        """The key that the step acted with."""

    @abstractmethod
    def port(self, port: Callable[..., P]) -> P:
        """Return the adapter of a port, within the compensation's unit of work."""


class PrepareContext(ABC):
    """
    What a workflow's preparation works with: a unit of work of its own.

    It is committed when the preparation returns, before the run exists, and never
    taken back. For a run with a key, ids are drawn in a sequence that depends on
    workflow and key only, so that preparing again meets what was prepared before.
    """

    @abstractmethod
    def port(self, port: Callable[..., P]) -> P:
        """Return the adapter of a port, within the preparation's unit of work."""
