"""What a host's clock says has no say in what is stored."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from unittest import mock

from aicmo_core.storage import Backend, Insert, compile_query
from aicmo_core.testing.conformance.base import (
    Conformance,
    OpenStore,
    find,
    insert,
    load,
    refusals,
    remove,
    replace,
)
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import ACCOUNTS, CARDS, ENTRIES, Account, Card, Entry

_TRUE = datetime
"""Kept: the name `datetime` in this module may be replaced like any other's."""

_MICROSECOND = timedelta(microseconds=1)

JUMPS = [timedelta(days=d) for d in (0, -3650, 3650, -1, 1, -7300)]
"""Where the clock stands beside the true time, one after another."""


@contextmanager
def wall_clock_moved(by: timedelta, package: str) -> Iterator[None]:
    """
    Let the wall clock of this process be wrong.

    `time.time` and `time.time_ns` are moved for all; `datetime.now`, which no one can
    replace, in the modules that imported the class by its name.

    Args:
        by: How far the clock is set forward; negative for back.
        package: The modules whose `datetime` is replaced: this one and those in it.
    """
    moved = _moved_datetime(by)
    with ExitStack() as patches:
        for name, step in (("time", by.total_seconds()), ("time_ns", by // _MICROSECOND * 1000)):
            patches.enter_context(_added(name, step))
        for module in _users_of_datetime(package):
            patches.enter_context(mock.patch.object(module, "datetime", moved))
        yield


def _added(name: str, step: float) -> Any:
    true: Callable[[], float] = getattr(time, name)

    def wrong() -> float:
        return true() + step

    return mock.patch.object(time, name, wrong)


def _users_of_datetime(package: str) -> list[Any]:
    return [
        module
        for name, module in list(sys.modules.items())
        if (name == package or name.startswith(f"{package}."))
        and vars(module).get("datetime") is _TRUE
    ]


def _moved_datetime(by: timedelta) -> Any:
    """Return a class that passes for `datetime` and reads a clock that is moved."""

    class AnyDatetime(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, _TRUE)

    class Moved(_TRUE, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return _TRUE.now(tz) + by

        @classmethod
        def utcnow(cls) -> Any:
            return _TRUE.now(UTC).replace(tzinfo=None) + by

    return Moved


def package_of(backend: Backend) -> str:
    """Return the top of the package that a backend's class is defined in."""
    return type(backend).__module__.partition(".")[0]


@cases_of(Level.HARDENED)
class ClockConformance(Conformance):
    """The host's wall clock jumps by years, between commits."""

    def test_later_commit_wins_whatever_the_clock_says(self, backend: Backend) -> None:
        """Commits are ordered by what they name, never by the time of their host."""
        first = insert(CARDS, Card(card_id="a", size=-1))
        backend.commit([first])
        row = first.row

        for turn, jump in enumerate(JUMPS):
            with wall_clock_moved(jump, package_of(backend)):
                change = replace(CARDS, Card(card_id="a", size=turn), row)
                backend.commit([change, insert(ENTRIES, Entry("s", turn))])
                assert backend.get(CARDS, ("a",)) == change.row
                assert backend.count(ENTRIES) == turn + 1
                refusals(backend, replace(CARDS, Card(card_id="a"), row))
                row = change.row

        assert load(backend, CARDS, "a") == Card(card_id="a", size=len(JUMPS) - 1)

    def test_removed_row_stays_away_and_comes_back(self, backend: Backend) -> None:
        """A removal that looks older than the row removes it; a row that looks older is written."""
        for jump in JUMPS:
            with wall_clock_moved(jump, package_of(backend)):
                written = insert(ACCOUNTS, Account("a", owner="ann"))
                backend.commit([written])
                assert load(backend, ACCOUNTS, "a") == Account("a", owner="ann")
            with wall_clock_moved(-jump, package_of(backend)):
                backend.commit([remove(ACCOUNTS, written.row)])
                assert load(backend, ACCOUNTS, "a") is None
                assert find(backend, ACCOUNTS) == []

    def test_hosts_whose_clocks_differ_agree(self, backend: Backend, reopen: OpenStore) -> None:
        """Two objects at work under clocks that are decades apart see one another's commits."""
        other = reopen()
        written: list[Insert] = []

        for turn, jump in enumerate(JUMPS):
            writer, reader = (backend, other) if turn % 2 else (other, backend)
            with wall_clock_moved(jump, package_of(backend)):
                written.append(insert(CARDS, Card(card_id=f"{turn}")))
                writer.commit([written[-1]])
            with wall_clock_moved(-jump, package_of(backend)):
                assert reader.find(CARDS, compile_query(CARDS)) == [w.row for w in written]

    def test_time_is_aware_whatever_the_clock_says(self, backend: Backend) -> None:
        """The store answers with a time in UTC, under every clock."""
        for jump in JUMPS:
            with wall_clock_moved(jump, package_of(backend)):
                assert backend.now().utcoffset() == timedelta(0)
