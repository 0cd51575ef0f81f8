"""What code asks for is read from its compiled form, on every interpreter alike."""

from __future__ import annotations

import functools
from abc import ABC
from typing import Any

import pytest
from attrs import frozen

from aicmo_core import step
from aicmo_core.kernel import clock as clocks
from aicmo_core.kernel.clock import Clock
from aicmo_core.runtime.asking import collections_opened, ports_asked
from aicmo_core.storage import Collection


class Wine(ABC):  # noqa: B024
    """A port."""


class Bread(ABC):  # noqa: B024
    """Another."""


@frozen
class Item:
    item_id: str


ITEMS = Collection("asking_items", Item, key="item_id")
OTHERS = Collection("asking_others", Item, key="item_id")


def _plain(scope: Any) -> Any:
    return scope.get(Wine)


def _several(scope: Any) -> Any:
    return scope.get(Wine), [scope.get(Bread) for _ in range(2)], scope.get(Wine)


def _nested(scope: Any) -> Any:
    return lambda: scope.get(Wine)


def _by_a_helper(scope: Any) -> Any:
    return _plain(scope)


def _by_dots(scope: Any) -> Any:
    return scope.get(clocks.Clock)


def _bread(scope: Any) -> Any:
    return scope.port(Bread)


class _Built:
    def __init__(self, scope: Any) -> None:
        self.wine = scope.get(Wine)

    @functools.cached_property
    def bread(self) -> Any:
        return _bread(self)


class _Host:
    def build(self, scope: Any) -> Any:
        return scope.get(Wine)


def _by_a_class(scope: Any) -> Any:
    return _Built(scope)


@step
def _as_a_step(context: Any) -> str:
    return str(context.port(Wine))


@step
def _names_another_step(context: Any) -> str:
    return f"{context.port(Bread)}{context.result(_as_a_step)}"


def _around(run: Any) -> Any:
    @functools.wraps(run)
    def wrapped(context: Any) -> Any:
        return run(context)

    return wrapped


@pytest.mark.parametrize(
    ("subject", "ports"),
    [
        (_plain, [Wine]),
        (_several, [Wine, Bread]),
        (_nested, [Wine]),
        (_by_a_helper, [Wine]),
        (_by_dots, [Clock]),
        (_Built, [Wine, Bread]),
        (_by_a_class, [Wine, Bread]),
        (functools.partial(_plain), [Wine]),
        (_Host().build, [Wine]),
        (_as_a_step, [Wine]),
        (_names_another_step, [Bread]),
        (_around(_plain), [Wine]),
    ],
)
def test_ports_are_read_wherever_they_are_asked_for(subject: Any, ports: list[type]) -> None:
    """In nested functions, helpers and classes beside it; another step's asking is its own."""
    assert ports_asked(subject) == ports


def test_port_of_an_enclosing_function_is_read() -> None:
    """A build made on the spot closes over its port."""

    class Local(ABC):  # noqa: B024
        """A port that only this function knows."""

    assert ports_asked(lambda scope: scope.get(Local)) == [Local]


def test_port_that_is_not_yet_assigned_is_not_read() -> None:
    """The cell is empty; nothing is guessed."""

    def build(scope: Any) -> Any:
        return scope.get(late)

    assert ports_asked(build) == []
    late = Wine
    assert ports_asked(build) == [late]


@pytest.mark.parametrize(
    "subject",
    [
        lambda scope: scope.kinds.get(Wine),
        lambda scope: scope.get("wine"),
        lambda scope: scope.get(Wine, None),
        lambda scope: scope.other(Wine),
        lambda scope: Wine,
        len,
        None,
    ],
)
def test_what_is_no_question_is_left_alone(subject: Any) -> None:
    """Dictionaries, other methods, values that are no class, and what has no code."""
    assert ports_asked(subject) == []


class _Adapter:
    def __init__(self, store: Any) -> None:
        self._store = store

    def one(self) -> Any:
        return self._store.open(ITEMS)

    @property
    def other(self) -> Any:
        return [self._store.open(OTHERS) for _ in range(1)]


def test_collections_are_read_from_the_adapter_that_is_built() -> None:
    """In methods and properties; another thing's `open` opens no collection."""
    assert collections_opened(lambda scope: _Adapter(scope.store)) == [ITEMS, OTHERS]
    assert collections_opened(_Adapter) == [ITEMS, OTHERS]
    assert collections_opened(lambda scope: scope.files.open(Item)) == []
