"""Any sequence of calls on a unit of work does what it would do to a dict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.kernel import AlreadyExists, Clock, Ids, NotFound
from aicmo_core.kernel.ids import CorrelationId
from aicmo_core.storage import (
    Collection,
    Conflict,
    ConflictKind,
    Insert,
    ModuleSchema,
    OneOf,
    Page,
    Range,
    Remove,
    Replace,
    UnitOfWork,
    UnreadItem,
)


@frozen
class Line:
    label: str


@frozen
class Thing:
    thing_id: str
    size: int | None = None
    colour: str = ""
    lines: tuple[Line, ...] = ()


THINGS = Collection(
    "things",
    Thing,
    key="thing_id",
    indexes=(("colour", "size"), "size"),
    children={"lines": "thing_lines"},
)


class NoIds(Ids):
    def new(self) -> str:
        raise AssertionError("no event is emitted here")


class NoClock(Clock):
    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)


keys = st.sampled_from(["a", "b", "c", "A", "é"])
things = st.builds(
    Thing,
    keys,
    st.none() | st.integers(0, 3),
    st.sampled_from(["red", "blue"]),
    st.lists(st.builds(Line, st.sampled_from("xy")), max_size=2).map(tuple),
)
sizes = st.none() | st.integers(0, 3)
wheres = st.fixed_dictionaries(
    {},
    optional={
        "size": sizes
        | st.lists(sizes, max_size=2).map(OneOf)
        | st.integers(0, 3).map(lambda n: Range(ge=n)),
        "colour": st.sampled_from(["red", "blue"]),
    },
)
order_bys = st.sampled_from([(), ("size",), ("-size",), ("-colour", "size"), ("-thing_id",)])


def meets(thing: Thing, where: dict[str, Any]) -> bool:
    return all(_holds(getattr(thing, name), wanted) for name, wanted in where.items())


def _holds(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, OneOf):
        return value in wanted.values
    if isinstance(wanted, Range):
        return value is not None and value >= wanted.ge
    return bool(value == wanted)


def in_order(found: list[Thing], order_by: tuple[str, ...]) -> list[Thing]:
    last_descends = bool(order_by) and order_by[-1].startswith("-")
    result = sorted(found, key=lambda thing: thing.thing_id, reverse=last_descends)
    for term in reversed(order_by):
        name = term.removeprefix("-")

        def place(thing: Thing, name: str = name) -> tuple[bool, Any]:
            value = getattr(thing, name)
            return (value is not None, 0 if value is None else value)

        result.sort(key=place, reverse=term.startswith("-"))
    return result


class UnitOfWorkMachine(RuleBasedStateMachine):
    """
    Units of work one after another, others that commit in between, and two dicts.

    `seen` is what the current unit of work shall show; `stored` what is committed.
    Others write only rows that the unit of work has not met, or it would see two times.
    """

    def __init__(self) -> None:
        super().__init__()
        self.backend = MemoryBackend()
        self.backend.prepare([ModuleSchema("things", (THINGS,))])
        self.stored: dict[str, Thing] = {}
        self._begin()

    def _begin(self) -> None:
        self.work = self._new_work()
        self.things = self.work.repository(THINGS)
        self.seen = dict(self.stored)
        self.known: set[str] = set()  # read or written here, found ones included
        self.original: dict[str, Thing | None] = {}

    def _new_work(self) -> UnitOfWork:
        return UnitOfWork(self.backend, NoIds(), NoClock(), CorrelationId("run"))

    # -- what a step does

    @rule(thing=things)
    def add(self, thing: Thing) -> None:
        key = thing.thing_id
        if key in self.seen and key in self.known:
            with pytest.raises(AlreadyExists):
                self.things.add(thing)
        elif key not in self.stored or key in self.known:
            self.things.add(thing)
            self._write(thing)

    @rule(thing=things)
    def put(self, thing: Thing) -> None:
        self.things.put(thing)
        self._write(thing)

    @rule(thing=things)
    def replace(self, thing: Thing) -> None:
        key = thing.thing_id
        if key in self.known and key in self.seen:
            self.things.replace(thing)
            self._write(thing)
        else:
            with pytest.raises(UnreadItem):
                self.things.replace(thing)

    @rule(key=keys)
    def remove(self, key: str) -> None:
        if key in self.seen:
            self.things.remove(key)
            self.original.setdefault(key, self.stored.get(key))
            del self.seen[key]
        else:
            with pytest.raises(NotFound):
                self.things.remove(key)
        self.known.add(key)

    def _write(self, thing: Thing) -> None:
        self.original.setdefault(thing.thing_id, self.stored.get(thing.thing_id))
        self.known.add(thing.thing_id)
        self.seen[thing.thing_id] = thing

    # -- what it sees

    @rule(key=keys)
    def get(self, key: str) -> None:
        assert self.things.get(key) == self.seen.get(key)
        self.known.add(key)

    @rule(where=wheres, order_by=order_bys)
    def find(self, where: dict[str, Any], order_by: tuple[str, ...]) -> None:
        expected = in_order([t for t in self.seen.values() if meets(t, where)], order_by)

        assert list(self.things.find(where, order_by)) == expected
        assert self.things.count(where) == len(expected)
        self._meet_all()

    @rule(where=wheres, order_by=order_bys, limit=st.integers(1, 4))
    def page_through(self, where: dict[str, Any], order_by: tuple[str, ...], limit: int) -> None:
        expected = in_order([t for t in self.seen.values() if meets(t, where)], order_by)
        found: list[Thing] = []

        after: str | None = None
        while True:
            page: Page[Thing] = self.things.find(where, order_by, limit, after)
            found += page
            assert len(page) == min(limit, len(expected) - len(found) + len(page))
            if page.next is None:
                break
            after = page.next

        assert found == expected
        self._meet_all()

    def _meet_all(self) -> None:
        """A finder reads rows beyond those that it returns: from here on, none is new."""
        for key in self.stored:
            self.things.get(key)
            self.known.add(key)

    # -- what others do

    @rule(thing=things)
    def somebody_else_puts(self, thing: Thing) -> None:
        if thing.thing_id in self.known:
            return
        other = self._new_work()
        other.repository(THINGS).put(thing)
        self.backend.commit(other.changes())
        self.stored[thing.thing_id] = self.seen[thing.thing_id] = thing

    # -- how it ends

    @rule()
    def commit(self) -> None:
        changes = self.work.changes()
        self._check_changes(changes)
        self.backend.commit(changes)
        self.stored = self.seen
        self._begin()

    def _check_changes(self, changes: list[Any]) -> None:
        """One net change per row, of the right kind, with the content before it for undo."""
        assert len({change.key for change in changes}) == len(changes)
        for change in changes:
            [key] = change.key
            before, after = self.original[key], self.seen.get(key)
            kinds = {(True, True): Replace, (True, False): Remove, (False, True): Insert}
            assert type(change) is kinds[before is not None, after is not None]
            row = self.work.before(THINGS, (key,))
            assert (None if row is None else THINGS.decode(row)) == before
        named = {change.key[0] for change in changes}
        for key in self.original.keys() - named:
            assert self.original[key] is None
            assert key not in self.seen

    @rule()
    def abandon(self) -> None:
        self._begin()

    @rule(thing=things)
    def lose_a_race(self, thing: Thing) -> None:
        """Somebody else writes a row just before the commit."""
        changes = list[Any](self.work.changes())
        named = {change.key: change for change in changes}
        key = (thing.thing_id,)
        if key not in named:
            return
        other = self._new_work()
        other.repository(THINGS).put(thing)
        self.backend.commit(other.changes())
        self.stored[thing.thing_id] = thing
        with pytest.raises(Conflict) as refused:
            self.backend.commit(self.work.changes())
        [item] = refused.value.items
        assert (item.collection, item.key) == ("things", key)
        expected = ConflictKind.UNIQUE if type(named[key]) is Insert else ConflictKind.STALE
        assert item.kind is expected
        if self.work.resolve_again(refused.value):
            self.backend.commit(self.work.changes())
            self.stored = self.seen
        self._begin()

    @invariant()
    def nothing_is_written_before_the_commit(self) -> None:
        rows = self._new_work().repository(THINGS).find()
        assert {thing.thing_id: thing for thing in rows} == self.stored


TestUnitOfWorkAgainstDict = UnitOfWorkMachine.TestCase
TestUnitOfWorkAgainstDict.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None
)
