"""A unit of work buffers changes, reads through them, and hands over one net batch."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from attrs import evolve, frozen

from aicmo_core.backends.memory import Memory, MemoryBackend
from aicmo_core.kernel import AlreadyExists, Clock, Event, Ids, InvalidValue, NotFound
from aicmo_core.kernel.ids import CorrelationId
from aicmo_core.storage import (
    Collection,
    Conflict,
    ConflictItem,
    ConflictKind,
    Insert,
    OneOf,
    OwnershipError,
    Remove,
    Replace,
    Repository,
    Require,
    Token,
    UnitOfWork,
    UnreadItem,
)
from aicmo_core.testing.faulty import FaultyBackend
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    KIT,
    SHEETS,
    Account,
    Basket,
    Card,
    Line,
    Sheet,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class CountedIds(Ids):
    def __init__(self) -> None:
        self._drawn = 0

    def new(self) -> str:
        self._drawn += 1
        return f"id-{self._drawn}"


class NoonClock(Clock):
    def now(self) -> datetime:
        return NOON


@frozen(kw_only=True)
class CardMoved(Event):
    card_id: str


Work = Callable[..., UnitOfWork]


@pytest.fixture
def backend() -> Iterator[FaultyBackend]:
    """A backend that counts what is asked of it."""
    with FaultyBackend(MemoryBackend(Memory())) as backend:
        backend.prepare([KIT])
        yield backend


@pytest.fixture
def begin(backend: FaultyBackend) -> Work:
    """Begin a unit of work."""

    def begin_work(*, checked: bool = False) -> UnitOfWork:
        clock, correlation = NoonClock(), CorrelationId("run-1")
        return UnitOfWork(backend, CountedIds(), clock, correlation, checked=checked)

    return begin_work


def commit(backend: FaultyBackend, work: UnitOfWork) -> None:
    backend.commit(work.changes())


def stored(backend: FaultyBackend, begin: Work, *cards: Card) -> None:
    """Put cards into the store, as somebody else."""
    work = begin()
    for card in cards:
        work.repository(CARDS).put(card)
    commit(backend, work)


def ids(cards: Iterator[Card]) -> list[str]:
    return [card.card_id for card in cards]


def test_what_is_written_is_read_back_before_it_is_committed(
    backend: FaultyBackend, begin: Work
) -> None:
    """Own changes are seen here at once, and by others after the commit."""
    work, other = begin(), begin()
    cards = work.repository(CARDS)

    added = cards.add(Card(card_id="a", size=1))

    assert cards.get("a") == added
    assert other.repository(CARDS).get("a") is None
    commit(backend, work)
    assert begin().repository(CARDS).get("a") == added


def test_add_of_a_new_item_reads_nothing(backend: FaultyBackend, begin: Work) -> None:
    """A run that only adds costs no read; the commit knows whether the key is free."""
    work = begin()

    work.repository(CARDS).add(Card(card_id="a"))
    work.repository(BASKETS).add(Basket("a", 1, [Line("x")]))
    commit(backend, work)

    assert (backend.reads, backend.commits) == (0, 1)


def test_add_of_a_known_item_is_refused_at_once(backend: FaultyBackend, begin: Work) -> None:
    """What was read or written here is known to exist."""
    stored(backend, begin, Card(card_id="a"))
    cards = begin().repository(CARDS)
    cards.get("a")
    cards.add(Card(card_id="b"))

    for key in "ab":
        with pytest.raises(AlreadyExists, match=f"kit_cards already has .* same key: {key}"):
            cards.add(Card(card_id=key))


def test_add_of_an_item_that_only_the_store_knows_is_a_conflict(
    backend: FaultyBackend, begin: Work
) -> None:
    """The commit says so, since add did not read."""
    stored(backend, begin, Card(card_id="a"))
    work = begin()
    work.repository(CARDS).add(Card(card_id="a"))

    with pytest.raises(Conflict) as refused:
        commit(backend, work)

    assert refused.value.has(ConflictKind.UNIQUE)


def test_replace_needs_an_item_that_was_read(backend: FaultyBackend, begin: Work) -> None:
    """Without having been read, its version is not known."""
    stored(backend, begin, Card(card_id="a"), Card(card_id="b"))
    cards = begin().repository(CARDS)
    cards.remove("b")

    for key, what in (("a", "unread"), ("b", "removed"), ("c", "missing")):
        with pytest.raises(UnreadItem, match="was not read here; get it before replace"):
            cards.replace(Card(card_id=key, title=what))


@pytest.mark.parametrize("read", ["get", "find", "require"])
def test_item_that_was_read_in_any_way_can_be_replaced(
    backend: FaultyBackend, begin: Work, read: str
) -> None:
    """A finder's answer counts as read."""
    stored(backend, begin, Card(card_id="a", size=1))
    work = begin()
    cards = work.repository(CARDS)
    reads: dict[str, Callable[[], object]] = {
        "get": lambda: cards.get("a"),
        "find": lambda: cards.find({"size": 1}),
        "require": lambda: cards.require("a"),
    }
    reads[read]()

    cards.replace(Card(card_id="a", size=2))
    commit(backend, work)

    assert begin().repository(CARDS).get("a") == Card(card_id="a", size=2)


def test_save_of_what_somebody_else_saved_since_is_stale(
    backend: FaultyBackend, begin: Work
) -> None:
    """Read, change, save loses no update, with no effort."""
    stored(backend, begin, Card(card_id="a", size=1))
    mine, other = begin(), begin()
    for work, size in ((mine, 2), (other, 3)):
        cards = work.repository(CARDS)
        cards.replace(evolve(cards.require("a"), size=size))
    commit(backend, other)

    with pytest.raises(Conflict) as refused:
        commit(backend, mine)

    assert refused.value.has(ConflictKind.STALE)
    assert not mine.resolve_again(refused.value)


def test_changes_of_one_row_become_one_net_change(backend: FaultyBackend, begin: Work) -> None:
    """However often a row is written, the batch names it once."""
    stored(backend, begin, *(Card(card_id=c) for c in "abc"))
    work = begin()
    cards = work.repository(CARDS)

    cards.put(Card(card_id="a", size=1))
    cards.put(Card(card_id="a", size=2))
    cards.remove("b")
    cards.add(Card(card_id="b", size=3))
    cards.get("c")
    cards.replace(Card(card_id="c", size=4))
    cards.remove("c")
    cards.add(Card(card_id="d"))
    cards.replace(Card(card_id="d", size=5))
    cards.add(Card(card_id="e"))
    cards.remove("e")

    changes = work.changes()
    assert [(type(c), c.key) for c in changes] == [
        (Replace, ("a",)),
        (Replace, ("b",)),
        (Remove, ("c",)),
        (Insert, ("d",)),
    ]
    backend.commit(changes)
    assert [(c.card_id, c.size) for c in begin().repository(CARDS).find()] == [
        ("a", 2),
        ("b", 3),
        ("d", 5),
    ]


def test_unchanged_rows_are_not_in_the_batch(backend: FaultyBackend, begin: Work) -> None:
    """Reading asserts nothing, unless the step asks for it."""
    stored(backend, begin, Card(card_id="a"))
    work = begin()

    work.repository(CARDS).get("a")
    work.repository(CARDS).find()

    assert work.changes() == []


def test_checked_reading_requires_every_row_that_was_read(
    backend: FaultyBackend, begin: Work
) -> None:
    """Under checked reading a decision holds only if what it was based on still does."""
    stored(backend, begin, Card(card_id="a"), Card(card_id="b"))
    work = begin(checked=True)
    cards = work.repository(CARDS)
    cards.get("a")
    cards.get("missing")
    cards.replace(evolve(cards.require("b"), size=1))

    required, replaced = work.changes()

    assert (type(required), required.key) == (Require, ("a",))
    assert (type(replaced), replaced.key) == (Replace, ("b",))


def test_every_content_has_a_token_of_its_own(backend: FaultyBackend, begin: Work) -> None:
    """Of one item that is written again and again, in one unit of work or in several."""
    drawn: list[Token] = []
    for work in (begin(), begin()):
        for _ in range(100):
            work.repository(CARDS).put(Card(card_id="a"))
            drawn += [change.row.token for change in work.changes() if isinstance(change, Insert)]

    assert len(set(drawn)) == len(drawn) == 200


def test_before_gives_what_undo_needs(backend: FaultyBackend, begin: Work) -> None:
    """The row as it was before this unit of work, token included."""
    stored(backend, begin, Card(card_id="a", size=1), Card(card_id="b"))
    original = backend.get(CARDS, ("a",))
    work = begin()
    cards = work.repository(CARDS)
    cards.put(Card(card_id="a", size=2))
    cards.put(Card(card_id="a", size=3))
    cards.add(Card(card_id="new"))
    cards.remove("b")

    assert work.before(CARDS, ("a",)) == original
    assert work.before(CARDS, ("new",)) is None
    assert work.before(CARDS, ("untouched",)) is None
    removed = work.before(CARDS, ("b",))
    assert removed is not None
    assert CARDS.decode(removed) == Card(card_id="b")


def test_blind_put_is_resolved_again_after_a_race(backend: FaultyBackend, begin: Work) -> None:
    """The latest wins: another writer in between is no reason to decide again."""
    work = begin()
    work.repository(BASKETS).put(Basket("a", 2, [Line("mine")]))
    other = begin()
    other.repository(BASKETS).put(Basket("a", 1, [Line("theirs"), Line("more")]))
    commit(backend, other)
    with pytest.raises(Conflict) as refused:
        commit(backend, work)

    assert work.resolve_again(refused.value)

    [change] = work.changes()
    assert isinstance(change, Replace)
    commit(backend, work)
    assert begin().repository(BASKETS).get("a") == Basket("a", 2, [Line("mine")])
    before = work.before(BASKETS, ("a",))
    assert before is not None
    assert BASKETS.decode(before).total == 1


def test_blind_put_is_resolved_again_when_the_row_vanished(
    backend: FaultyBackend, begin: Work
) -> None:
    """A row that was removed in between is inserted."""
    stored(backend, begin, Card(card_id="a"))
    work = begin()
    work.repository(CARDS).put(Card(card_id="a", size=2))
    other = begin()
    other.repository(CARDS).remove("a")
    commit(backend, other)
    with pytest.raises(Conflict) as refused:
        commit(backend, work)

    assert work.resolve_again(refused.value)

    commit(backend, work)
    assert begin().repository(CARDS).get("a") == Card(card_id="a", size=2)


def test_blind_remove_is_resolved_again(backend: FaultyBackend, begin: Work) -> None:
    """Whatever the row has become, it is removed; if it is gone, nothing is left to do."""
    stored(backend, begin, Card(card_id="a"), Card(card_id="b"))
    work = begin()
    work.repository(CARDS).remove("a")
    work.repository(CARDS).remove("b")
    other = begin()
    other.repository(CARDS).put(Card(card_id="a", size=9))
    other.repository(CARDS).remove("b")
    commit(backend, other)
    with pytest.raises(Conflict) as refused:
        commit(backend, work)

    assert work.resolve_again(refused.value)

    [change] = work.changes()
    assert (type(change), change.key) == (Remove, ("a",))
    commit(backend, work)
    assert begin().repository(CARDS).count() == 0


def test_conflict_on_a_row_that_was_read_is_not_settled(
    backend: FaultyBackend, begin: Work
) -> None:
    """Who read before putting has decided on what was read: the step runs again."""
    stored(backend, begin, Card(card_id="a", size=1))
    work = begin()
    cards = work.repository(CARDS)
    cards.put(evolve(cards.require("a"), size=2))
    stored(backend, begin, Card(card_id="a", size=7))

    with pytest.raises(Conflict) as refused:
        commit(backend, work)

    assert not work.resolve_again(refused.value)


@pytest.mark.parametrize(
    ("kind", "constraint", "key"),
    [
        (ConflictKind.FENCE, "key", ("a",)),
        (ConflictKind.UNIQUE, "owner", ("a",)),
        (ConflictKind.STALE, "key", ("elsewhere",)),
    ],
)
def test_conflict_that_is_no_race_of_a_put_is_not_settled(
    begin: Work, kind: ConflictKind, constraint: str, key: tuple[str]
) -> None:
    """A fence, a taken unique value and a foreign row call for another reaction."""
    work = begin()
    work.repository(ACCOUNTS).put(Account("a", owner="ann"))

    conflict = Conflict((ConflictItem(kind, "kit_accounts", key, constraint, 0),))

    assert not work.resolve_again(conflict)


def test_finder_sees_own_changes_in_place(backend: FaultyBackend, begin: Work) -> None:
    """What was added, moved and removed here is found where it now belongs."""
    stored(backend, begin, *(Card(card_id=c, size=n) for n, c in enumerate("abcd")))
    cards = begin().repository(CARDS)

    cards.put(Card(card_id="a", size=9))
    cards.remove("b")
    cards.add(Card(card_id="x", size=2))

    assert ids(iter(cards.find(order_by="size"))) == ["c", "x", "d", "a"]
    assert ids(iter(cards.find({"size": OneOf([0, 1, 2])}))) == ["c", "x"]
    assert cards.count() == 4
    assert cards.count({"size": 2}) == 2


def test_pages_with_own_changes_give_everything_once(backend: FaultyBackend, begin: Work) -> None:
    """Whatever was changed here, page by page nothing is missed or repeated."""
    stored(backend, begin, *(Card(card_id=f"{n:02}", size=n % 3) for n in range(12)))
    cards = begin().repository(CARDS)
    for key in ("00", "03", "04"):
        cards.remove(key)
    cards.put(Card(card_id="01", size=2))
    cards.add(Card(card_id="99", size=0))
    whole = list(cards.find(order_by=("-size", "card_id")))

    for limit in range(1, 12):
        assert pages(cards, limit) == whole


def pages(cards: Repository[Card], limit: int) -> list[Card]:
    seen: list[Card] = []
    after: str | None = None
    while True:
        page = cards.find(order_by=("-size", "card_id"), limit=limit, after=after)
        seen += page
        assert len(page) <= limit
        if page.next is None:
            return seen
        after = page.next


def test_item_read_as_missing_does_not_end_the_pages(backend: FaultyBackend, begin: Work) -> None:
    """Rows that came in meanwhile stay unseen, and those behind them are still found."""
    stored(backend, begin, Card(card_id="z"))
    work = begin()
    cards = work.repository(CARDS)
    for key in "abc":
        assert cards.get(key) is None
    stored(backend, begin, *(Card(card_id=key) for key in "abcd"))

    page = cards.find(limit=1)

    assert ids(iter(page)) == ["d"]
    assert ids(iter(cards.find(limit=1, after=page.next))) == ["z"]


def test_item_read_earlier_is_found_as_it_was_read(backend: FaultyBackend, begin: Work) -> None:
    """What others save meanwhile is not seen here again, nor does it disturb the order."""
    stored(backend, begin, *(Card(card_id=c, size=n) for n, c in enumerate("abc")))
    cards = begin().repository(CARDS)
    cards.get("a")
    stored(backend, begin, Card(card_id="a", size=5))

    assert [(c.card_id, c.size) for c in cards.find(order_by="size")] == [
        ("a", 0),
        ("b", 1),
        ("c", 2),
    ]
    assert ids(iter(cards.find({"size": OneOf([5, 2])}))) == ["c"]


def test_missing_item_is_named(begin: Work) -> None:
    """Commands that need an item say which one is not there."""
    work = begin()

    with pytest.raises(NotFound, match="there is no kit_cards 'a'"):
        work.repository(CARDS).remove("a")
    with pytest.raises(NotFound, match="there is no kit_cards 'a'"):
        work.repository(CARDS).require("a")
    with pytest.raises(NotFound, match=r"there is no kit_sheets 'b, 1'"):
        work.repository(SHEETS).remove(("b", 1))


def test_refused_value_changes_nothing(begin: Work) -> None:
    """A value that may not be stored leaves the unit of work as it was."""
    work = begin()
    cards = work.repository(CARDS)
    cards.add(Card(card_id="a", size=1))

    with pytest.raises(InvalidValue, match=r"\$\.size"):
        cards.replace(Card(card_id="a", size=2**63))

    assert cards.get("a") == Card(card_id="a", size=1)


def test_key_of_several_fields_is_a_tuple(backend: FaultyBackend, begin: Work) -> None:
    """Get, require and remove take the parts in declared order."""
    work = begin()
    sheets = work.repository(SHEETS)
    sheets.add(Sheet("b", 1, "one"))
    sheets.add(Sheet("b", 2, "two"))

    sheets.remove(("b", 1))

    assert sheets.require(("b", 2)).title == "two"
    assert sheets.get(("b", 1)) is None


def test_event_gets_its_envelope_and_its_row(backend: FaultyBackend, begin: Work) -> None:
    """An event names a row of the batch: one that is changed, or required as it was read."""
    stored(backend, begin, Card(card_id="a"))
    work = begin()
    store = work.store("kit", {"kit_cards": "kit"})
    cards = store.open(CARDS)
    cards.get("a")
    cards.add(Card(card_id="b"))

    about_read = store.emit(CardMoved(card_id="a"), CARDS, "a")
    about_new = store.emit(CardMoved(card_id="b"), CARDS, "b")

    assert [(e.event, e.key) for e in work.emitted] == [
        (about_read, ("a",)),
        (about_new, ("b",)),
    ]
    assert (about_read.event_id, about_read.occurred_at) == ("id-1", NOON)
    assert about_new.correlation_id == "run-1"
    assert [(type(c), c.key) for c in work.changes()] == [(Require, ("a",)), (Insert, ("b",))]


OWNERS = {"kit_cards": "kit", "kit_accounts": "billing"}


@pytest.mark.parametrize(
    ("collection", "message"),
    [
        (ACCOUNTS, "which belongs to module 'billing'; use the owner's port"),
        (BASKETS, "which is not registered; use the owner's port"),
    ],
)
def test_foreign_collection_cannot_be_opened(
    begin: Work, collection: Collection[object], message: str
) -> None:
    """A module reaches its own collections only, to read, to write and to emit about."""
    store = begin().store("kit", OWNERS)

    with pytest.raises(OwnershipError) as opened:
        store.open(collection)
    with pytest.raises(OwnershipError):
        store.emit(CardMoved(card_id="a"), collection, "a")

    named = f"module 'kit' opened collection {collection.name!r}, {message}"
    assert str(opened.value) == named


def test_own_collection_is_opened(begin: Work) -> None:
    """The owner reads and writes."""
    cards = begin().store("kit", OWNERS).open(CARDS)

    assert cards.add(Card(card_id="a")) == cards.get("a")
