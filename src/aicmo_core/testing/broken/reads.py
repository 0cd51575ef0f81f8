"""Defects of get, find, count, now and close."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.backends.memory.memory import Memory
from aicmo_core.storage import Batch, Collection, Condition, Key, Op, Query, Row, Scalar, sort_key
from aicmo_core.storage.query import values_by_column
from aicmo_core.testing.broken.naming import failed_by


class _Sorting(MemoryBackend):
    """Sorts what is found once more, its own way."""

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        rows = super().find(collection, evolve(query, limit=None, after=None))
        for order in reversed(query.order_by):

            def place(row: Row, column: str = order.column) -> Any:
                return self.place(values_by_column(collection, row)[column])

            rows.sort(key=place, reverse=order.descending)
        if query.after is not None:
            later = {row.key for row in super().find(collection, evolve(query, limit=None))}
            rows = [row for row in rows if row.key in later]
        return rows[: query.limit]

    def place(self, value: Scalar) -> Any:
        raise NotImplementedError


@failed_by("test_values_are_ordered_none_first")
class NoneLast(_Sorting):
    """Orders None after all values."""

    def place(self, value: Scalar) -> Any:
        return (value is None, sort_key(value))


@failed_by("test_values_are_ordered_none_first")
class CaselessOrder(_Sorting):
    """Orders text by a language's rules, in which case does not count."""

    def place(self, value: Scalar) -> Any:
        return sort_key(value.casefold() if isinstance(value, str) else value)


@failed_by("test_number_keys_order_as_numbers")
class TextualNumbers(_Sorting):
    """Orders numbers as text."""

    def place(self, value: Scalar) -> Any:
        return "" if value is None else f" {value}"


@failed_by("test_values_are_ordered_none_first")
class Utf16Order(_Sorting):
    """Orders text by UTF-16 code units, so that emoji come before U+FFFF."""

    def place(self, value: Scalar) -> Any:
        return value.encode("utf-16-be") if isinstance(value, str) else sort_key(value)


@failed_by("test_mixed_directions_with_ties_are_a_total_order")
class TiesUnordered(MemoryBackend):
    """Leaves rows that tie in the asked order as they happen to lie."""

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        asked = [o for o in query.order_by if o.column not in collection.key]
        rows = super().find(collection, evolve(query, limit=None))
        if asked:
            rows.sort(key=lambda row: hash(row.key) ^ 21)
            for order in reversed(asked):

                def place(row: Row, column: str = order.column) -> bytes:
                    return sort_key(values_by_column(collection, row)[column])

                rows.sort(key=place, reverse=order.descending)
        return rows[: query.limit]


@failed_by("test_pages_give_the_whole_list_once")
class PagingSkipsTies(MemoryBackend):
    """Goes on after the cursor's first column, past all rows that tie with it."""

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        if query.after is None:
            return super().find(collection, query)
        first, last = query.order_by[0], query.after[0]
        rows = super().find(collection, evolve(query, limit=None))
        apart = [r for r in rows if values_by_column(collection, r)[first.column] != last]
        return apart[: query.limit]


@failed_by("test_insert_before_the_cursor_does_not_shift_a_page")
class PagingByOffset(MemoryBackend):
    """Takes the cursor for the number of rows before it, which changes under inserts."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._pages: dict[Any, int] = {}

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        start = self._pages.get(query.after, 0) if query.after else 0
        rows = super().find(collection, evolve(query, limit=None, after=None))
        page = rows[start:] if query.limit is None else rows[start : start + query.limit]
        if page and query.limit is not None:
            values = values_by_column(collection, page[-1])
            self._pages[tuple(values[o.column] for o in query.order_by)] = start + len(page)
        return page


@failed_by("test_limit_bounds_the_page")
class LimitIgnored(MemoryBackend):
    """Gives all rows, however few are asked for."""

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        return super().find(collection, evolve(query, limit=None))


class _Filtering(MemoryBackend):
    """Tests conditions its own way."""

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        rows = super().find(collection, evolve(query, where=(), limit=None))
        return self._kept(collection, rows, query.where)[: query.limit]

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        return len(self.find(collection, Query(tuple(where))))

    def _kept(
        self, collection: Collection[Any], rows: list[Row], where: Sequence[Condition]
    ) -> list[Row]:
        return [
            row
            for row in rows
            if all(self.holds(c, values_by_column(collection, row)[c.column]) for c in where)
        ]

    def holds(self, condition: Condition, value: Scalar) -> bool:
        operand = condition.operand
        if condition.op is Op.EQ:
            return bool(value == operand)
        if condition.op is Op.IN:
            return value in operand
        tests: dict[Op, Callable[[bytes, bytes], bool]] = {
            Op.GE: bytes.__ge__,
            Op.GT: bytes.__gt__,
            Op.LE: bytes.__le__,
            Op.LT: bytes.__lt__,
        }
        return value is not None and tests[condition.op](sort_key(value), sort_key(operand))


@failed_by("test_each_value_is_found_by_equality")
class NoneNeverFound(_Filtering):
    """Compares with None as SQL does: nothing equals it, nothing is in a list with it."""

    def holds(self, condition: Condition, value: Scalar) -> bool:
        return value is not None and super().holds(condition, value)


@failed_by("test_ranges_split_the_order_at_every_value")
class NoneInRanges(_Filtering):
    """Takes None for smaller than anything, in ranges too."""

    def holds(self, condition: Condition, value: Scalar) -> bool:
        if value is None and condition.op in (Op.LE, Op.LT):
            return True
        return super().holds(condition, value)


@failed_by("test_similar_texts_are_found_apart")
class CaselessSearch(_Filtering):
    """Finds text whatever its case."""

    def holds(self, condition: Condition, value: Scalar) -> bool:
        if condition.op is Op.EQ and isinstance(value, str) and isinstance(condition.operand, str):
            return value.casefold() == condition.operand.casefold()
        return super().holds(condition, value)


@failed_by("test_conditions_hold_together")
class CountsAll(MemoryBackend):
    """Counts all rows, whatever the conditions."""

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        return super().count(collection)


@failed_by("test_search_sees_changes_and_removals")
class StaleSearch(MemoryBackend):
    """Searches an index that is made once."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._answers: dict[Any, list[Row]] = {}

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        place = (collection.name, query)
        if place not in self._answers:
            self._answers[place] = super().find(collection, query)
        return list(self._answers[place])


@failed_by("test_children_come_back_in_list_order")
class ChildrenUnordered(MemoryBackend):
    """Gives children in the order of their content."""

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        row = super().get(collection, key)
        if row is None:
            return None
        return row._replace(children=tuple(tuple(sorted(c, key=repr)) for c in row.children))


@failed_by("test_found_parents_have_their_own_children")
class FoundWithoutChildren(MemoryBackend):
    """Gives children to who reads by key only."""

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        rows = super().find(collection, query)
        return [row._replace(children=tuple(() for _ in row.children)) for row in rows]


@failed_by("test_children_are_never_torn_from_their_parent")
class ChildrenTorn(MemoryBackend):
    """Reads a row, and its children a moment later."""

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        row = super().get(collection, key)
        if row is None or not row.children:
            return row
        time.sleep(0.0001)
        later = super().get(collection, key)
        return row if later is None else row._replace(children=later.children)


@failed_by("test_commit_is_visible_to_a_second_object")
class OwnSnapshot(MemoryBackend):
    """Sees its own commits, and of others' what was there when it was opened."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._seen: dict[Any, Any] = dict(self.memory.rows)

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        row: Row | None = self._seen.get((collection.name, key))
        return row

    def commit(self, changes: Any) -> None:
        super().commit(changes)
        for change in changes:
            place = (change.collection.name, change.key)
            self._seen[place] = self.memory.rows.get(place)


@failed_by("test_what_was_committed_survives_closing")
class Forgetful(MemoryBackend):
    """Loses its rows when it is closed."""

    def close(self) -> None:
        self.memory.__init__()  # type: ignore[misc]


@failed_by("test_time_is_aware_and_in_utc")
class LocalTime(MemoryBackend):
    """Tells the time without a zone."""

    def now(self) -> datetime:
        return super().now().replace(tzinfo=None)


@failed_by("test_time_does_not_go_backwards")
class ClockJumps(MemoryBackend):
    """Follows the wall clock wherever it is set."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._readings = 0

    def now(self) -> datetime:
        self._readings += 1
        return super().now() - timedelta(seconds=self._readings)


@failed_by("test_insert_replace_and_remove_do_what_they_say")
class LaggingReplica(MemoryBackend):
    """Reads by key from a copy that is one commit behind."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._copy: dict[Any, Any] = {}

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        row: Row | None = self._copy.get((collection.name, key))
        return row

    def commit(self, changes: Batch) -> None:
        self._copy = dict(self.memory.rows)
        super().commit(changes)


@failed_by("test_row_after_the_cursor_is_seen_when_it_comes_in")
class PagesFrozen(MemoryBackend):
    """Takes later pages from the list as it was at the first page."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self._first: dict[Any, set[Key]] = {}

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        place = (collection.name, query.where, query.order_by)
        rows = super().find(collection, evolve(query, limit=None))
        if query.after is None:
            self._first[place] = {row.key for row in rows}
        seen = self._first.get(place, set())
        return [row for row in rows if row.key in seen][: query.limit]


READ_DEFECTS: tuple[type[MemoryBackend], ...] = (
    NoneLast,
    CaselessOrder,
    TextualNumbers,
    Utf16Order,
    TiesUnordered,
    PagingSkipsTies,
    PagingByOffset,
    LimitIgnored,
    NoneNeverFound,
    NoneInRanges,
    CaselessSearch,
    CountsAll,
    StaleSearch,
    ChildrenUnordered,
    FoundWithoutChildren,
    ChildrenTorn,
    OwnSnapshot,
    Forgetful,
    LocalTime,
    ClockJumps,
    LaggingReplica,
    PagesFrozen,
)
