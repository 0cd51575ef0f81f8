"""What a module is made of: its collections, its ports, and how their adapters are built."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from aicmo_core.kernel.rules import RuleSet
from aicmo_core.storage import Collection, Store

P = TypeVar("P")


class Scope(ABC):
    """What an adapter is built from: one unit of work, and everything that it may reach."""

    @property
    @abstractmethod
    def store(self) -> Store:
        """The collections of the adapter's own module, in this unit of work."""

    @abstractmethod
    def get(self, port: Callable[..., P]) -> P:
        """
        Return the adapter or provider of *port*: the same one within a unit of work.

        Raises:
            PortMissing: Nobody provides it.
        """


@frozen
class Provides(Generic[P]):
    """
    A port and how its adapter is built, once for each unit of work that asks for it.

    Write it as `provides(Port).by(build)`: a type checker then refuses a build that
    returns something else. What a build asks of its scope is read from its code when an
    application is opened, so that a port which nobody provides is refused then; building
    has no effect of its own, for an adapter may be built to try it.

    Attributes:
        default: Whether it gives way to another that provides the same port.
    """

    port: Callable[..., P]
    build: Callable[[Scope], P]
    default: bool = False


@frozen
class _Provider(Generic[P]):
    port: Callable[..., P]

    def by(self, build: Callable[[Scope], P]) -> Provides[P]:
        return Provides(self.port, build)

    def by_default(self, build: Callable[[Scope], P]) -> Provides[P]:
        """Like `by`, for a provider that whoever brings a better one may replace."""
        return Provides(self.port, build, default=True)


def provides(port: Callable[..., P]) -> _Provider[P]:
    """Begin `provides(Port).by(build)`. (A callable, because mypy refuses an ABC as a type[P].)"""
    return _Provider(port)


@frozen
class Module:
    """
    One module of the monolith.

    Attributes:
        name: Unique; the label of its migration branch.
        collections: What it owns. No other module can open them.
        adapters: The ports that it provides.
        migrations: The dotted package of its migrations. None only if it owns nothing.
        contract_version: The semantic version of its `api`.
        rules: What it decides by. Its adapters read them from the `RuleBook`.
    """

    name: str
    collections: Sequence[Collection[Any]] = field(factory=tuple)
    adapters: Sequence[Provides[Any]] = field(factory=tuple)
    migrations: str | None = None
    contract_version: str = "1.0.0"
    rules: Sequence[RuleSet[Any]] = field(factory=tuple)
