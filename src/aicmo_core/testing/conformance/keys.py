"""Two keys are equal when their bytes are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.storage import INDEX_BYTES, Backend, Insert
from aicmo_core.testing.conformance.base import (
    Conformance,
    clear,
    everything,
    examples,
    find,
    fresh,
    load,
    remove,
    replace,
    save,
    token,
)
from aicmo_core.testing.conformance.levels import Level, cases_of
from aicmo_core.testing.samples import (
    ACCOUNTS,
    CARDS,
    SHEETS,
    TICKETS,
    Account,
    Card,
    Sheet,
    Ticket,
)

TWINS = {
    "case": ("a", "A"),
    "trailing space": ("a", "a "),
    "leading space": ("a", " a"),
    "trailing tab": ("a", "a\t"),
    "composed and decomposed": ("\u00e9", "e\u0301"),
    "accent": ("resume", "résumé"),
    "sharp s": ("ß", "ss"),
    "dotless i": ("i", "ı"),
    "width": ("1", "\uff11"),
    "ligature": ("fi", "\ufb01"),
    "invisible": ("ab", "a\u200bb"),
    "number-like": ("1", "01"),
    "exponent": ("1e3", "1000"),
    "emoji": ("\U0001f600", "\U0001f601"),
    "empty and space": ("", " "),
    "wildcards": ("a_c", "abc"),
    "percent": ("a%", "ab"),
}
_key_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@cases_of(Level.ATOMIC)
class KeyConformance(Conformance):
    """Keys of text, of numbers and of several fields."""

    def test_similar_texts_are_different_keys(self, backend: Backend) -> None:
        """Text is compared code point by code point; nothing is folded, trimmed or normalized."""
        for name, twins in TWINS.items():
            first, second = (Card(card_id=id_, size=n) for n, id_ in enumerate(twins))
            [row, _] = save(backend, CARDS, first, second)
            assert load(backend, CARDS, first.card_id) == first, name
            assert load(backend, CARDS, second.card_id) == second, name
            backend.commit([remove(CARDS, row)])
            assert load(backend, CARDS, first.card_id) is None, name
            assert load(backend, CARDS, second.card_id) == second, name
            clear(backend, CARDS)

    def test_similar_texts_are_different_unique_values(self, backend: Backend) -> None:
        """A unique constraint refuses equal text only."""
        for twins in TWINS.values():
            save(backend, ACCOUNTS, *(Account(fresh(), owner=owner) for owner in twins))
            assert backend.count(ACCOUNTS) == 2
            clear(backend, ACCOUNTS)

    def test_similar_texts_are_found_apart(self, backend: Backend) -> None:
        """A search for one text does not find the other."""
        for twins in TWINS.values():
            first, second = (Card(card_id=fresh(), title=title) for title in twins)
            save(backend, CARDS, first, second)
            assert find(backend, CARDS, where={"title": first.title}) == [first]
            assert find(backend, CARDS, where={"title": second.title}) == [second]
            clear(backend, CARDS)

    def test_any_two_texts_are_one_key_only_if_equal(self, backend: Backend) -> None:
        """The store agrees with Python on which ids are equal."""

        @examples(50)
        @given(_key_text, _key_text)
        def holds(one: str, other: str) -> None:
            book = fresh("book")[:12]
            sheets = [Sheet(book + text, 1) for text in {one, other}]
            save(backend, SHEETS, *sheets)
            for sheet in sheets:
                assert load(backend, SHEETS, (sheet.book, 1)) == sheet

        holds()

    def test_longest_permitted_text_is_a_key(self, backend: Backend) -> None:
        """Every text that the collection lets pass can be stored and found again."""
        text = "é" * (INDEX_BYTES // 2)
        card = Card(card_id=text, title=text)

        save(backend, CARDS, card)

        assert load(backend, CARDS, text) == card
        assert find(backend, CARDS, where={"title": text}) == [card]

    def test_key_may_be_any_int(self, backend: Backend) -> None:
        """A number of 64 bits is a key, zero and the limits included."""
        for number in (0, -1, 1, -(2**63), 2**63 - 1, 2**53, 2**53 + 1):
            [row] = save(backend, TICKETS, Ticket(number, "x"))
            assert load(backend, TICKETS, number) == Ticket(number, "x")
            backend.commit([replace(TICKETS, Ticket(number, "y"), row)])
            assert load(backend, TICKETS, number) == Ticket(number, "y")

    def test_key_of_several_fields_is_compared_as_a_whole(self, backend: Backend) -> None:
        """Rows that share one part of the key are different rows."""
        sheets = [Sheet("a", 1, "a1"), Sheet("a", 2, "a2"), Sheet("b", 1, "b1"), Sheet("a1", 1)]

        rows = save(backend, SHEETS, *sheets)
        backend.commit([remove(SHEETS, rows[0])])

        assert load(backend, SHEETS, ("a", 1)) is None
        assert [load(backend, SHEETS, (s.book, s.number)) for s in sheets[1:]] == sheets[1:]

    def test_same_key_in_two_collections_is_two_rows(self, backend: Backend) -> None:
        """A key belongs to its collection."""
        key = fresh()

        [card] = save(backend, CARDS, Card(card_id=key))
        save(backend, ACCOUNTS, Account(key))
        backend.commit([remove(CARDS, card)])

        assert load(backend, CARDS, key) is None
        assert load(backend, ACCOUNTS, key) == Account(key)

    def test_key_that_is_not_there_gives_nothing(self, backend: Backend) -> None:
        """A read of a row that was never written answers None."""
        save(backend, CARDS, Card(card_id="there"))

        assert backend.get(CARDS, ("elsewhere",)) is None
        assert backend.get(CARDS, ("",)) is None

    def test_hostile_key_is_only_text(self, backend: Backend) -> None:
        """Text that would mean something to a query language means nothing here."""
        texts = [
            "' OR '1'='1",
            "x'; DROP TABLE kit_cards; --",
            '"',
            "\\",
            "%",
            "_",
            "$1",
            ":a",
            "?",
        ]
        cards = [Card(card_id=text, title=text) for text in texts]

        save(backend, CARDS, *cards)

        assert [load(backend, CARDS, text) for text in texts] == cards
        assert [find(backend, CARDS, where={"title": t}) for t in texts] == [[c] for c in cards]
        assert backend.count(CARDS) == len(texts)

    def test_removed_key_is_free_again(self, backend: Backend) -> None:
        """After a removal the key can be inserted, with another token and content."""
        [row] = save(backend, CARDS, Card(card_id="a", size=1))
        backend.commit([remove(CARDS, row)])

        again = Insert(CARDS, CARDS.encode(Card(card_id="a", size=2), token()))
        backend.commit([again])

        assert everything(backend, CARDS) == {"kit_cards": [again.row]}
