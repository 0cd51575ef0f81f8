"""What authors of adapters and callers of ports see. Checked by mypy, never executed."""

from abc import ABC, abstractmethod
from typing import Any, assert_type

from aicmo_core.hooks import Module, Provides, Scope, provides
from aicmo_core.kernel import Clock
from aicmo_core.saga import PrepareContext, StepContext, UndoContext


class Greeter(ABC):
    @abstractmethod
    def greet(self, name: str) -> str: ...


class PoliteGreeter(Greeter):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def greet(self, name: str) -> str:
        return f"Good day, {name}"


class Mute:
    pass


# An abstract port is asked for as it is, and answers with its own type.


def in_a_step(ctx: StepContext[str]) -> None:
    assert_type(ctx.port(Greeter), Greeter)
    assert_type(ctx.port(Greeter).greet("Ana"), str)
    ctx.port(Greeter).shout("Ana")  # type: ignore[attr-defined]


def in_a_compensation(ctx: UndoContext[str, int]) -> None:
    assert_type(ctx.port(Greeter), Greeter)


def in_a_preparation(ctx: PrepareContext) -> None:
    assert_type(ctx.port(Greeter), Greeter)


def in_an_adapter(scope: Scope) -> None:
    assert_type(scope.get(Greeter), Greeter)
    assert_type(scope.get(Clock), Clock)


# An adapter is of the port that it is provided for.

right = provides(Greeter).by(lambda s: PoliteGreeter(s.get(Clock)))
assert_type(right, Provides[Greeter])
module = Module("greetings", adapters=[right])
assert_type(module.adapters[0], Provides[Any])


def build_mute(scope: Scope) -> Mute:
    return Mute()


provides(Greeter).by(build_mute)  # type: ignore[arg-type]
provides(Greeter).by(lambda s: Mute())  # type: ignore[arg-type, return-value]
provides(Greeter).by(PoliteGreeter)  # type: ignore[arg-type]


# A port cannot be called into being.

Greeter()  # type: ignore[abstract]
