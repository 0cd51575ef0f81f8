"""Text of any script, and text that means something to somebody, in every place that takes text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from attrs import evolve

from aicmo_core.storage import Backend, ConflictKind, OneOf, Range, compile_query
from aicmo_core.storage.query import cursor_of, values_by_column
from aicmo_core.testing.conformance import levels
from aicmo_core.testing.conformance.base import (
    Conformance,
    find,
    insert,
    load,
    refusals,
    remove,
    replace,
    save,
)
from aicmo_core.testing.samples import (
    ACCOUNTS,
    BASKETS,
    CARDS,
    ENTRIES,
    SAMPLES,
    SHEETS,
    Account,
    Basket,
    Card,
    Cell,
    Entry,
    Line,
    Note,
    Part,
    Sample,
    Sheet,
)

HOSTILE = sorted(
    [
        # Statements, patterns, formats and paths of other languages.
        "'; DROP TABLE kit_cards; --",
        '" OR ""="',
        "') UNION SELECT 1,2 --",
        "it''s",
        "\\'",
        "\\",
        "\\\\",
        "\\u0041",
        "%",
        "100%_[a-z]",
        "%s %(a)s %%",
        "{0} {a!r} {{",
        ":a ?1 $1 @p",
        "`x`",
        "/* x */",
        "-- x",
        "#",
        "a,b;c|d",
        "a\tb",
        "../../etc/passwd",
        "$.a[0]",
        "=1+1",
        "<b>&amp;</b>",
        # What a store may take for a value of its own.
        "NULL",
        "None",
        "\\N",
        "nan",
        "-inf",
        "true",
        "0",
        "-0",
        "0x10",
        "1e999",
        "[]",
        "{}",
        '"',
        '"a"',
        "2024-02-29T00:00:00Z",
        # Line ends of every kind, controls, and what cannot be seen.
        "\r\n",
        "\n",
        "a\x0bb\x0cc",
        "a\x1ab",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "a\u2028b\u2029c",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "a\u00adb",
        "\u202eabc",
        "\u2066a\u2069",
        # Scripts, and characters that are several.
        "Ελλάς ς",
        "İstanbul ıI",
        "Straße ẞ",
        "Ⅷ ﬃ ½",
        "кошка ё",
        "שָׁלוֹם",
        "السَّلام ﷽",
        "हिन्दी क्षि",
        "ไทย กำ",
        "မြန်မာ",
        "አማርኛ",
        "日本語 ｶﾞ が",
        "한국어 \u1112\u1161\u11ab",
        "\U00020bb7野家",
        "A\u030a Å \u212b",
        "Z\u0351\u036b\u0343a\u0325\u0317lgo",
        "👩\u200d👩\u200d👧",
        "🇺🇳",
        "\ufdd0\uffff\U0010ffff",
        "\ue000",
        "\U000e0001",
    ]
)
"""In the order of code points. No two are equal, whatever some other order may hold of them."""


def _sample(sample_id: str) -> Sample:
    moment = datetime(2024, 2, 29, tzinfo=UTC)
    return Sample(sample_id=sample_id, moment=moment, day=date(2024, 2, 29), mark=UUID(int=1))


@levels.cases_of(levels.Level.HARDENED)
class HostileConformance(Conformance):
    """Text is text, wherever it stands."""

    def test_hostile_text_is_a_key_like_any_other(self, backend: Backend) -> None:
        """Rows under such keys are read, replaced, removed and found one by one."""
        rows = save(backend, CARDS, *(Card(card_id=text, title=text) for text in HOSTILE))
        assert [load(backend, CARDS, text) for text in HOSTILE] == [CARDS.decode(r) for r in rows]

        for row in rows[::2]:
            backend.commit([replace(CARDS, evolve(CARDS.decode(row), size=1), row)])
        for row in rows[1::2]:
            backend.commit([remove(CARDS, row)])

        left = [Card(card_id=text, title=text, size=1) for text in HOSTILE[::2]]
        assert find(backend, CARDS) == left

    def test_hostile_text_is_a_part_of_a_key(self, backend: Backend) -> None:
        """Beside another field, and as the key of children."""
        sheets = [Sheet(text, n % 2, text, [Cell(text), Cell(None)]) for n, text in _numbered()]

        save(backend, SHEETS, *sheets)

        assert [load(backend, SHEETS, (s.book, s.number)) for s in sheets] == sheets
        assert find(backend, SHEETS) == sheets

    def test_hostile_text_is_searched_for(self, backend: Backend) -> None:
        """Equality, lists and bounds mean what they mean for any text."""
        cards = [Card(card_id=f"{n:03}", title=text) for n, text in _numbered()]
        save(backend, CARDS, *cards)

        for n, card in enumerate(cards):
            pair = [card, cards[n - 1]]
            either = {"title": OneOf([c.title for c in pair])}
            assert find(backend, CARDS, where={"title": card.title}) == [card]
            assert find(backend, CARDS, where=either) == sorted(pair, key=lambda c: c.card_id)
            assert find(backend, CARDS, where={"title": Range(ge=card.title)}) == cards[n:]
            assert backend.count(CARDS, compile_query(CARDS, either).where) == 2

    def test_pages_go_on_after_hostile_text(self, backend: Backend) -> None:
        """A cursor that holds such text is a place in the order."""
        rows = save(backend, CARDS, *(Card(card_id=f"{n:03}", title=t) for n, t in _numbered()))
        query = compile_query(CARDS, order_by="title", limit=1)

        for row, after in pairwise(rows):
            cursor = cursor_of(query.order_by, values_by_column(CARDS, row))
            following = compile_query(CARDS, order_by="title", limit=1, after=cursor)
            assert backend.find(CARDS, following) == [after]

    def test_hostile_text_is_unique_only_against_itself(self, backend: Backend) -> None:
        """All of it fits side by side; each a second time is refused, and named exactly."""
        accounts = [Account(text, owner=text, shelf=text, slot=1) for text in HOSTILE]
        save(backend, ACCOUNTS, *accounts)

        again = [insert(ACCOUNTS, Account(f"again {t}", owner=t)) for t in HOSTILE]

        assert refusals(backend, *again) == [
            (ConflictKind.UNIQUE, "kit_accounts", (f"again {text}",), "owner", n)
            for n, text in _numbered()
        ]
        assert find(backend, ACCOUNTS) == accounts

    def test_hostile_text_names_a_fence(self, backend: Backend) -> None:
        """A stream of any name has one writer of each number."""
        save(backend, ENTRIES, *(Entry(text, 1, slot=1, text=text) for text in HOSTILE))

        refused = refusals(backend, *(insert(ENTRIES, Entry(text, 1)) for text in HOSTILE))

        assert refused == [
            (ConflictKind.FENCE, "kit_entries", (text, 1), "key", n) for n, text in _numbered()
        ]

    def test_hostile_text_is_kept_in_children(self, backend: Backend) -> None:
        """In their texts, in JSON inside them, and in the names of a mapping."""
        lines = [Line(text, None, Decimal("1.0"), {text: [text]}) for text in HOSTILE]
        basket = Basket("a", 0, [*lines, Line("all", extra=dict.fromkeys(HOSTILE, ""))])
        basket = evolve(basket, notes=tuple(map(Note, HOSTILE)))

        save(backend, BASKETS, basket)

        assert load(backend, BASKETS, "a") == basket
        assert find(backend, BASKETS) == [basket]

    def test_hostile_text_is_kept_in_values(self, backend: Backend) -> None:
        """In plain and optional text, nested classes, tuples, mappings and free JSON."""
        sample = evolve(
            _sample("all"),
            text="".join(HOSTILE),
            parts=[Part(text) for text in HOSTILE],
            tags=tuple(HOSTILE),
            amounts=dict.fromkeys(HOSTILE, Decimal("1.50")),
            facts={text: {text: [text, None]} for text in HOSTILE},
            anything=HOSTILE,
        )
        each = [evolve(_sample(f"{n}"), text=t, order=t, part=Part(t)) for n, t in _numbered()]

        save(backend, SAMPLES, sample, *each)

        assert load(backend, SAMPLES, "all") == sample
        assert [load(backend, SAMPLES, one.sample_id) for one in each] == each


def _numbered() -> list[tuple[int, str]]:
    return list(enumerate(HOSTILE))
