"""`check` finds what differs between the tables and the declarations, and says it in words."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from psycopg.errors import FeatureNotSupported

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.postgres import Postgres
from aicmo_core.storage import Insert, Range, compile_query
from aicmo_core.testing.databases import fresh_postgres
from aicmo_core.testing.samples import CARDS, KIT, Card

OpenBackend: TypeAlias = Callable[[], SqlBackend]

DIFFERENCES = [
    ("DROP TABLE kit_basket_notes", "table kit_basket_notes is missing"),
    ("ALTER TABLE kit_samples DROP COLUMN tags", "column kit_samples.tags is missing"),
    ("ALTER TABLE kit_cards ADD COLUMN extra INTEGER", "column kit_cards.extra is not declared"),
    (
        "DROP INDEX ix_kit_cards_size",
        "index of kit_cards: ix_kit_cards_size is missing",
    ),
    (
        "CREATE INDEX ix_more ON kit_cards (weight)",
        "index of kit_cards: ix_more is not declared",
    ),
    (
        "DROP INDEX ix_kit_cards_size; CREATE INDEX ix_kit_cards_size ON kit_cards (weight)",
        "index of kit_cards: ix_kit_cards_size: declared ['size'], found ['weight']",
    ),
]
ON_POSTGRES = [
    (
        "ALTER TABLE kit_cards ALTER COLUMN shelf DROP NOT NULL",
        "nullable of kit_cards.shelf: declared False, found True",
    ),
    (
        "ALTER TABLE kit_cards ALTER COLUMN size TYPE integer",
        "type of kit_cards.size: declared BIGINT, found INTEGER",
    ),
    (
        'ALTER TABLE kit_cards ALTER COLUMN title TYPE varchar(512) COLLATE "POSIX"',
        'type of kit_cards.title: declared VARCHAR(512) COLLATE "C", '
        'found VARCHAR(512) COLLATE "POSIX"',
    ),
    (
        "ALTER TABLE kit_cards ALTER COLUMN title TYPE varchar(512)",
        'type of kit_cards.title: declared VARCHAR(512) COLLATE "C", found VARCHAR(512)',
    ),
    (
        "ALTER TABLE kit_accounts DROP CONSTRAINT uq_kit_accounts_owner",
        "unique constraint of kit_accounts: uq_kit_accounts_owner is missing",
    ),
    (
        "ALTER TABLE kit_tickets DROP CONSTRAINT kit_tickets_pkey",
        "primary key of kit_tickets: declared ['number'], found []",
    ),
]


def _alter(database: Database, statements: str) -> None:
    with database.engine().begin() as connection:
        if connection.dialect.name == "mariadb":
            statements = statements.replace("DROP INDEX ", "ALTER TABLE kit_cards DROP INDEX ")
        for statement in statements.split(";"):
            connection.execute(sa.text(statement))


def _checked(backend: SqlBackend, database: Database, statements: str) -> list[str]:
    backend._schema.declare([KIT])
    backend.upgrade()
    _alter(database, statements)
    return backend.check()


@pytest.mark.parametrize(("statements", "difference"), DIFFERENCES)
def test_difference_is_told(
    open_backend: OpenBackend, database: Database, statements: str, difference: str
) -> None:
    """One line for each, naming the table and what was declared and found."""
    assert _checked(open_backend(), database, statements) == [difference]


@pytest.mark.parametrize(("statements", "difference"), ON_POSTGRES)
def test_difference_that_sqlite_cannot_have_is_told(statements: str, difference: str) -> None:
    """Types, collations and constraints can be altered there by hand."""
    with fresh_postgres() as url:
        database = Postgres(read_address(url))
        with SqlBackend(database) as backend:
            assert _checked(backend, database, statements) == [difference]


@pytest.fixture
def sorting_by_language() -> Iterator[Postgres]:
    """A database whose own collation is that of a language."""
    locale = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C' ENCODING 'UTF8'"
    try:
        with fresh_postgres(create=locale) as url:
            yield Postgres(read_address(url))
    except FeatureNotSupported:
        pytest.skip("the server was built without ICU, and knows no language")


def test_language_of_the_database_does_not_order_the_text(sorting_by_language: Postgres) -> None:
    """In a database that sorts by language, the tables still compare text by its bytes."""
    words = ["Zebra", "a", "b", "z", "\u00e9", "\u0131"]
    rows = [CARDS.encode(Card(card_id=w, title=w), f"token-{w}") for w in words[::-1]]
    with SqlBackend(sorting_by_language) as backend:
        backend._schema.declare([KIT])
        backend.upgrade()
        backend.commit([Insert(CARDS, row) for row in rows])

        found = backend.find(CARDS, compile_query(CARDS, order_by="title"))
        later = backend.count(CARDS, compile_query(CARDS, {"title": Range(gt="a")}).where)

        assert [row.key[0] for row in found] == words
        assert later == 4
        assert backend.check() == []
