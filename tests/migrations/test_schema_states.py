"""Current, missing, older, newer: told apart by what was applied and what there is."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from attrs import frozen

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Database
from aicmo_core.kernel.errors import UnknownName
from aicmo_core.storage import (
    Collection,
    DatabaseNewer,
    DatabaseUnmigrated,
    DeclarationError,
    ModuleSchema,
    SchemaStatus,
)

OpenBackend: TypeAlias = Callable[[], SqlBackend]


@frozen
class Thing:
    thing_id: str
    colour: str | None = None


THINGS = Collection("shop_things", Thing, key="thing_id")

FIRST = '''
    """The things of the shop."""

    import sqlalchemy as sa
    from alembic import op

    revision = "shop_0001"
    down_revision = None
    branch_labels = ("shop",)


    def upgrade() -> None:
        op.create_table(
            "shop_things",
            sa.Column("thing_id", sa.String(512), nullable=False),
            sa.Column("_token", sa.String(64), nullable=False),
            sa.PrimaryKeyConstraint("thing_id"),
        )


    def downgrade() -> None:
        op.drop_table("shop_things")
'''

SECOND = '''
    """Colours."""

    import sqlalchemy as sa
    from alembic import op

    revision: str = "shop_0002"
    down_revision: str | None = "shop_0001"


    def upgrade() -> None:
        op.add_column("shop_things", sa.Column("colour", sa.Text(), nullable=True))


    def downgrade() -> None:
        op.drop_column("shop_things", "colour")
'''


class Shop:
    """A module whose package of migrations grows."""

    def __init__(self, folder: Path, package: str) -> None:
        self._folder = folder / package
        self._folder.mkdir()
        (self._folder / "__init__.py").touch()
        self.schema = ModuleSchema("shop", (THINGS,), package)

    def ship(self, name: str, text: str) -> None:
        (self._folder / name).write_text(dedent(text))

    def withdraw(self, name: str) -> None:
        (self._folder / name).unlink()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.syspath_prepend(tmp_path)
    package = f"shop_migrations_{tmp_path.name}".replace("[", "_").replace("]", "_")
    shop = Shop(tmp_path, package)
    shop.ship("0001_initial.py", FIRST)
    return shop


def _upgraded(backend: SqlBackend, shop: Shop) -> SqlBackend:
    backend._schema.declare([shop.schema])
    backend.upgrade()
    return backend


def test_nothing_applied_is_missing(open_backend: OpenBackend, shop: Shop) -> None:
    """The answer names the module, its revision and the command."""
    backend = open_backend()
    backend._schema.declare([shop.schema])

    state = backend.schema()

    assert state.status is SchemaStatus.MISSING
    assert state.detail == "module shop is at nothing, the code at shop_0001"
    assert state.command.startswith("aicmo db upgrade --db ")


def test_unapplied_migration_makes_the_tables_older(open_backend: OpenBackend, shop: Shop) -> None:
    """The database is not altered by opening it, and the error says what to do."""
    _upgraded(open_backend(), shop)
    shop.ship("0002_colour.py", SECOND)
    backend = open_backend()

    with pytest.raises(DatabaseUnmigrated, match="module shop is at shop_0001, the code at") as e:
        backend.prepare([shop.schema])

    assert e.value.command.startswith("aicmo db upgrade --db ")
    assert backend.schema().status is SchemaStatus.OLDER
    assert backend.upgrade() == ["applied shop_0002: Colours."]
    assert backend.schema().status is SchemaStatus.CURRENT
    assert backend.check() == []


def test_added_text_column_is_like_the_others(open_backend: OpenBackend, shop: Shop) -> None:
    """Whether a column was made with its table or later, its text is ordered by bytes."""
    shop.ship("0002_colour.py", SECOND)

    backend = _upgraded(open_backend(), shop)

    assert backend.check() == []


def test_unknown_revision_makes_the_tables_newer(open_backend: OpenBackend, shop: Shop) -> None:
    """Older code refuses to work on them, and to migrate them."""
    shop.ship("0002_colour.py", SECOND)
    _upgraded(open_backend(), shop)
    shop.withdraw("0002_colour.py")
    backend = open_backend()

    with pytest.raises(DatabaseNewer, match="shop_0002"):
        backend.prepare([shop.schema])
    with pytest.raises(DatabaseNewer):
        backend.upgrade()
    with pytest.raises(DatabaseNewer):
        backend.downgrade("shop")

    assert backend.schema().status is SchemaStatus.NEWER


def test_downgrade_stops_at_the_named_revision(open_backend: OpenBackend, shop: Shop) -> None:
    """Only what follows it is taken back."""
    shop.ship("0002_colour.py", SECOND)
    backend = _upgraded(open_backend(), shop)

    lines = backend.downgrade("shop", "shop_0001")

    assert lines == ["took back shop_0002: Colours."]
    assert backend.check() == ["column shop_things.colour is missing"]


@pytest.mark.parametrize(
    ("module", "revision", "named"),
    [("shpo", "base", "did you mean 'shop'"), ("shop", "shop_0003", "did you mean 'shop_0001'")],
)
def test_downgrade_of_something_unknown_names_the_nearest(
    open_backend: OpenBackend, shop: Shop, module: str, revision: str, named: str
) -> None:
    """Nothing is changed."""
    backend = _upgraded(open_backend(), shop)

    with pytest.raises(UnknownName, match=named):
        backend.downgrade(module, revision)

    assert backend.schema().status is SchemaStatus.CURRENT


def test_database_with_other_tables_is_not_altered(
    open_backend: OpenBackend, database: Database, shop: Shop
) -> None:
    """A file that somebody else filled is not taken for a new one."""
    with database.engine().begin() as connection:
        connection.execute(sa.text("CREATE TABLE theirs (a INTEGER)"))
    backend = open_backend()

    with pytest.raises(DatabaseUnmigrated):
        backend.prepare([shop.schema])

    with database.engine().connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["theirs"]


@pytest.mark.parametrize("package", [None, "no.such.package", "aicmo_core.storage"])
def test_module_without_migrations_is_refused(
    open_backend: OpenBackend, package: str | None
) -> None:
    """A SQL database needs them, and the error says whose are missing."""
    backend = open_backend()

    with pytest.raises(DeclarationError, match="shop"):
        backend.prepare([ModuleSchema("shop", (THINGS,), package)])
