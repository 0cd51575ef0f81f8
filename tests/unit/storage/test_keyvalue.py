"""Collections in an ordered map of bytes: layout, search, conflicts, changed declarations."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.kernel import InvalidValue
from aicmo_core.storage import (
    Backend,
    Batch,
    Collection,
    Condition,
    Conflict,
    DeclarationError,
    Insert,
    Key,
    KeyValueLayout,
    ModuleSchema,
    Pairs,
    Query,
    Range,
    Remove,
    Replace,
    Row,
    Scalar,
    SchemaState,
    SchemaStatus,
    compile_query,
    pack_row,
    schema_state,
    unpack_row,
    upgrade_shapes,
)
from aicmo_core.storage.keyspace import fitted
from aicmo_core.testing import BackendConformance, OpenStore

MEND = "aicmo db upgrade --db kv:"


class DictPairs(Pairs):
    """A dict as an ordered map, which counts what is read of it."""

    def __init__(self, pairs: dict[bytes, bytes] | None = None, longest: int = 2**16) -> None:
        self.pairs = {} if pairs is None else pairs
        self.longest = longest
        self.read = 0

    def get(self, key: bytes) -> bytes | None:
        assert len(key) <= self.longest
        self.read += 1
        return self.pairs.get(key)

    def scan(
        self, low: bytes, high: bytes, backwards: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        assert max(len(low), len(high)) <= self.longest
        keys = sorted(self.pairs)
        found = keys[bisect_left(keys, low) : bisect_left(keys, high)]
        for key in reversed(found) if backwards else found:
            self.read += 1
            yield key, self.pairs[key]

    def write(self, writes: Any) -> None:
        for key, value in writes.items():
            assert len(key) <= self.longest
            if value is None:
                del self.pairs[key]
            else:
                self.pairs[key] = value


class DictBackend(Backend):
    """The port on a dict: all that a key-value backend has to bring."""

    def __init__(self, pairs: DictPairs, lock: threading.Lock) -> None:
        self._pairs = pairs
        self._lock = lock
        self._layout = KeyValueLayout(pairs.longest)

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        self._layout.declare(schemas)
        self.upgrade()

    def schema(self) -> SchemaState:
        return schema_state(self._layout, self._pairs, MEND)

    def upgrade(self) -> Sequence[str]:
        with self._lock:
            lines, writes = upgrade_shapes(self._layout, self._pairs)
            self._pairs.write(writes)
        return lines

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        with self._lock:
            return self._layout.get(self._pairs, collection, key)

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        with self._lock:
            return self._layout.find(self._pairs, collection, query)

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        with self._lock:
            return self._layout.count(self._pairs, collection, where)

    def commit(self, changes: Batch) -> None:
        with self._lock:
            self._pairs.write(self._layout.changes(self._pairs, changes))

    def now(self) -> datetime:
        return datetime.now(UTC)

    def close(self) -> None:
        pass


class TestLayoutWithShortKeys(BackendConformance):
    """Keys so short that nearly all are cut: what is found and refused stays the same."""

    processes = False

    @pytest.fixture
    def open_store(self) -> OpenStore:
        pairs, lock = DictPairs(longest=40), threading.Lock()
        return lambda: DictBackend(pairs, lock)


# -- rows as bytes

_scalars: st.SearchStrategy[Scalar] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)
_tuples = st.lists(_scalars, max_size=4).map(tuple)


@given(_tuples, _tuples, st.lists(st.lists(_tuples, max_size=3).map(tuple), max_size=2))
def test_row_comes_back_out_of_its_bytes(key: Any, values: Any, children: Any) -> None:
    """Every value keeps its type: true is not 1, and 1.0 is not 1."""
    row = Row(key, "token", values, tuple(children))

    again = unpack_row(pack_row(row))

    assert again == row
    assert [type(v) for v in again.values] == [type(v) for v in values]


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[[],1,[],[]]", b'[[],"t",[]]', b"null"])
def test_bytes_that_are_no_row_are_refused(data: bytes) -> None:
    """A store that was changed by hand is met by an error that says so."""
    with pytest.raises(InvalidValue, match="stored row"):
        unpack_row(data)


# -- keys


@given(st.lists(st.binary(min_size=1, max_size=80), min_size=2, max_size=6, unique=True))
def test_fitted_keys_are_short_and_differ(keys: list[bytes]) -> None:
    """Cut keys stay apart, and in order unless they begin alike."""
    short = [fitted(key, 40) for key in keys]

    assert len(set(short)) == len(keys)
    assert max(map(len, short)) <= 40
    for a, b in pairwise(keys):
        if a[:24] != b[:24]:
            assert (a < b) == (fitted(a, 40) < fitted(b, 40))


# -- searching


@frozen
class Song:
    song_id: str
    album: str = ""
    year: int | None = None
    isrc: str | None = None


SONGS = Collection(
    "songs", Song, key="song_id", unique=("isrc",), indexes=("album", ("year", "album"))
)


def layout_of(*collections: Collection[Any], longest: int | None = None) -> KeyValueLayout:
    layout = KeyValueLayout(longest)
    layout.declare([ModuleSchema("music", collections)])
    return layout


def stored(*items: Song) -> tuple[KeyValueLayout, DictPairs]:
    layout, pairs = layout_of(SONGS), DictPairs()
    inserts = [Insert(SONGS, SONGS.encode(item, f"t-{item.song_id}")) for item in items]
    pairs.write(layout.changes(pairs, inserts))
    pairs.read = 0
    return layout, pairs


def many() -> list[Song]:
    return [Song(f"{n:04}", f"album {n % 100:02}", 1950 + n % 50, f"I{n}") for n in range(1000)]


@pytest.mark.parametrize(
    ("where", "order_by", "limit", "most"),
    [
        ({"album": "album 07"}, (), None, 20),
        ({"isrc": "I42"}, (), None, 2),
        ({"song_id": "0042"}, (), None, 1),
        ({"song_id": Range(ge="0990")}, (), None, 11),
        ({}, ("-song_id",), 5, 6),
        ({}, ("year", "album"), 5, 12),
        ({}, ("-year", "-album"), 5, 12),
        ({"year": 1960}, ("album",), 3, 8),
        ({"year": Range(ge=1998)}, (), None, 82),
    ],
)
def test_search_reads_only_what_its_index_cannot_rule_out(
    where: Any, order_by: Any, limit: int | None, most: int
) -> None:
    """Of a thousand rows, an index or the key leads to the few that are asked for."""
    layout, pairs = stored(*many())

    found = layout.find(pairs, SONGS, compile_query(SONGS, where, order_by, limit))

    assert found
    assert pairs.read <= most


def test_next_page_does_not_read_the_pages_before() -> None:
    """The cursor is a place in the index."""
    layout, pairs = stored(*many())
    query = compile_query(SONGS, {"album": "album 07"}, "song_id", 2)
    last = layout.find(pairs, SONGS, compile_query(SONGS, {"album": "album 07"}))[7]
    pairs.read = 0

    page = layout.find(pairs, SONGS, Query(query.where, query.order_by, 2, last.key))

    assert [row.key for row in page] == [("0807",), ("0907",)]
    assert pairs.read <= 5


def test_counting_by_an_index_reads_no_row() -> None:
    """Its entries are counted, and those that are not asked for are not read."""
    layout, pairs = stored(*many())

    number = layout.count(pairs, SONGS, compile_query(SONGS, {"album": "album 07"}).where)

    assert (number, pairs.read) == (10, 10)


def test_index_entry_without_its_row_is_an_error() -> None:
    """A store that lost a row does not pass for one that never had it."""
    layout, pairs = stored(Song("a", "x"))
    place = next(key for key, value in pairs.pairs.items() if value.startswith(b"["))
    del pairs.pairs[place]

    with pytest.raises(InvalidValue, match="an index entry leads to no row"):
        layout.find(pairs, SONGS, compile_query(SONGS, {"album": "x"}))


# -- writing


def test_removed_row_leaves_nothing_in_the_map() -> None:
    """Row and entries go together."""
    layout, pairs = stored(Song("a", "x", 1999, "I1"))
    assert len(pairs.pairs) == 4

    pairs.write(layout.changes(pairs, [Remove(SONGS, ("a",), "t-a")]))

    assert pairs.pairs == {}


def test_replace_writes_only_what_changed() -> None:
    """Entries of untouched columns stay as they are."""
    layout, pairs = stored(Song("a", "x", 1999, "I1"))
    changed = SONGS.encode(Song("a", "x", 1999, "I2"), "t2")

    writes = layout.changes(pairs, [Replace(SONGS, changed, "t-a")])

    assert sorted(value is None for value in writes.values()) == [False, False, True]


def test_refused_batch_leaves_the_map_to_the_caller() -> None:
    """The layout itself writes nothing, and lists what does not fit."""
    layout, pairs = stored(Song("a", isrc="I1"))
    before = dict(pairs.pairs)
    rows = [SONGS.encode(Song(*values), "t") for values in (("b",), ("c", "", None, "I1"))]

    with pytest.raises(Conflict) as caught:
        layout.changes(pairs, [Insert(SONGS, row) for row in rows])

    assert [(i.key, i.constraint) for i in caught.value.items] == [(("c",), "isrc")]
    assert pairs.pairs == before


def test_collection_that_was_not_declared_is_refused() -> None:
    """A foreign collection has no place in the map."""
    layout = layout_of(SONGS)
    other = Collection("others", Song, key="song_id")

    with pytest.raises(DeclarationError, match="'others': it was not handed to prepare"):
        layout.get(DictPairs(), other, ("a",))


def test_two_collections_of_one_name_are_refused() -> None:
    """They would lie in one another's place."""
    with pytest.raises(DeclarationError, match="two collections have this name"):
        layout_of(SONGS, Collection("songs", Song, key="isrc"))


# -- changed declarations


@frozen
class Verse:
    text: str
    lines: int | None = None


@frozen
class Poem:
    poem_id: str
    title: str = "untitled"


@frozen
class RicherPoem:
    poem_id: str
    mood: str | None = None
    title: str = "untitled"
    stars: int = 3
    tags: list[str] = field(factory=list)
    verses: list[Verse] = field(factory=list)


@frozen
class BareVerse:
    text: str


@frozen
class BareBallad:
    poem_id: str
    verses: list[BareVerse] = field(factory=list)


@frozen
class Ballad:
    poem_id: str
    verses: list[Verse] = field(factory=list)


POEMS = Collection("poems", Poem, key="poem_id")
RICHER = Collection(
    "poems",
    RicherPoem,
    key="poem_id",
    indexes=("stars", "title"),
    children={"verses": "poem_verses"},
)


def opened(collection: Collection[Any], pairs: DictPairs) -> KeyValueLayout:
    """Return a layout on *pairs*, upgraded to this declaration."""
    layout = layout_of(collection)
    pairs.write(upgrade_shapes(layout, pairs)[1])
    return layout


def put(layout: KeyValueLayout, pairs: DictPairs, collection: Collection[Any], item: Any) -> Row:
    row = collection.encode(item, f"t-{item.poem_id}")
    pairs.write(layout.changes(pairs, [Insert(collection, row)]))
    return row


def statuses(layout: KeyValueLayout, pairs: DictPairs) -> tuple[SchemaStatus, str]:
    state = schema_state(layout, pairs, MEND)
    return state.status, state.command


def test_empty_store_is_missing_then_current() -> None:
    """Upgrading makes it ready; doing it again does nothing."""
    layout, pairs = layout_of(POEMS), DictPairs()
    assert statuses(layout, pairs) == (SchemaStatus.MISSING, MEND)

    lines, writes = upgrade_shapes(layout, pairs)
    pairs.write(writes)

    assert lines == ["create poems"]
    assert statuses(layout, pairs) == (SchemaStatus.CURRENT, "")
    assert upgrade_shapes(layout, pairs) == ([], {})


def test_added_columns_and_indexes_convert_the_rows() -> None:
    """New columns hold their defaults; new indexes find the old rows; tokens stay."""
    pairs = DictPairs()
    old = put(opened(POEMS, pairs), pairs, POEMS, Poem("a", "Ode"))
    layout = layout_of(RICHER)
    assert statuses(layout, pairs) == (SchemaStatus.OLDER, MEND)

    lines, writes = upgrade_shapes(layout, pairs)
    pairs.write(writes)

    assert lines == ["convert poems"]
    assert statuses(layout, pairs) == (SchemaStatus.CURRENT, "")
    [row] = layout.find(pairs, RICHER, compile_query(RICHER, {"stars": 3, "title": "Ode"}))
    assert RICHER.decode(row) == RicherPoem("a", title="Ode")
    assert row.token == old.token


def test_added_child_column_is_none_in_old_elements() -> None:
    """An element that was stored without the column is read with None there."""

    before = Collection("poems", BareBallad, key="poem_id", children={"verses": "v"})
    after = Collection("poems", Ballad, key="poem_id", children={"verses": "v"})
    pairs = DictPairs()
    put(opened(before, pairs), pairs, before, BareBallad("a", [BareVerse("x"), BareVerse("y")]))

    row = opened(after, pairs).get(pairs, after, ("a",))

    assert row is not None
    assert after.decode(row) == Ballad("a", [Verse("x"), Verse("y")])


def test_older_code_does_not_touch_what_newer_code_wrote() -> None:
    """Columns that the code does not know are never dropped: the store is newer."""
    pairs = DictPairs()
    opened(RICHER, pairs)

    state = schema_state(layout_of(POEMS), pairs, MEND)

    assert state.status is SchemaStatus.NEWER
    assert "poems has mood, stars, tags, verses" in state.detail


def test_collection_of_a_module_that_is_not_installed_is_left_alone() -> None:
    """The store is current without it, and a conversion of the others does not touch it."""
    extra = Collection("poems_extra", Poem, key="poem_id")
    pairs = DictPairs()
    kept = put(opened(extra, pairs), pairs, extra, Poem("k", "Kept"))
    put(opened(POEMS, pairs), pairs, POEMS, Poem("a", "Ode"))
    assert statuses(layout_of(POEMS), pairs) == (SchemaStatus.CURRENT, "")

    lines, writes = upgrade_shapes(layout_of(RICHER), pairs)
    pairs.write(writes)

    assert lines == ["convert poems"]
    assert statuses(layout_of(extra), pairs) == (SchemaStatus.CURRENT, "")
    assert layout_of(extra).get(pairs, extra, ("k",)) == kept


def test_store_of_a_later_format_is_newer() -> None:
    """Code that cannot read the layout says so."""
    layout, pairs = layout_of(POEMS), DictPairs()
    pairs.write(upgrade_shapes(layout, pairs)[1])
    number = next(key for key in pairs.pairs if b"format" in key)
    pairs.pairs[number] = b"2"

    state = schema_state(layout, pairs, MEND)

    assert (state.status, "format 2" in state.detail) == (SchemaStatus.NEWER, True)


@frozen
class Retyped:
    poem_id: str
    title: int = 0


@frozen
class Undefaulted:
    poem_id: str
    title: str
    author: str


@pytest.mark.parametrize(
    ("collection", "said"),
    [
        (Collection("poems", Retyped, key="poem_id"), "'title' was text"),
        (Collection("poems", Poem, key="title"), "its key was poem_id"),
        (Collection("poems", Undefaulted, key="poem_id"), "no 'author', which has no default"),
    ],
)
def test_rows_that_cannot_be_converted_are_refused(collection: Collection[Any], said: str) -> None:
    """The upgrade names what differs, and writes nothing."""
    pairs = DictPairs()
    put(opened(POEMS, pairs), pairs, POEMS, Poem("a"))

    with pytest.raises(DeclarationError, match=said):
        upgrade_shapes(layout_of(collection), pairs)


def test_new_unique_constraint_refuses_rows_that_break_it() -> None:
    """The values that are there twice are named."""
    pairs = DictPairs()
    layout = opened(POEMS, pairs)
    put(layout, pairs, POEMS, Poem("a", "Ode"))
    put(layout, pairs, POEMS, Poem("b", "Ode"))
    unique = Collection("poems", Poem, key="poem_id", unique=("title",))

    with pytest.raises(InvalidValue, match=r"\$\.title: 'Ode' is there twice"):
        upgrade_shapes(layout_of(unique), pairs)


def test_dropped_index_leaves_no_entry() -> None:
    """What no longer leads anywhere is gone after the upgrade."""
    indexed = Collection("poems", Poem, key="poem_id", indexes=("title",))
    pairs = DictPairs()
    put(opened(indexed, pairs), pairs, indexed, Poem("a", "Ode"))
    before = len(pairs.pairs)

    opened(POEMS, pairs)

    assert len(pairs.pairs) == before - 1
