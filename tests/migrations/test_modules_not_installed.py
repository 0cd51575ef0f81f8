"""Tables of a module that this process does not load are nobody's business here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa
from attrs import frozen

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.revisions import module_of, read_branches
from aicmo_core.storage import (
    Collection,
    DatabaseNewer,
    DatabaseUnmigrated,
    DeclarationError,
    Insert,
    ModuleRevision,
    ModuleSchema,
    NothingToMigrate,
    SchemaStatus,
)
from migrations.shipped import Shipped, making

OpenBackend: TypeAlias = Callable[[], SqlBackend]


@frozen
class Item:
    id: str


def _module(folder: Path, name: str) -> Shipped:
    module = Shipped(folder, name, [Collection(f"{name}_items", Item, key="id")])
    module.ship(*making(f"{name}_items"))
    return module


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shipped:
    """A module that every process here loads."""
    monkeypatch.syspath_prepend(tmp_path)
    return _module(tmp_path, "shop")


@pytest.fixture
def extra(shop: Shipped, tmp_path: Path, open_backend: OpenBackend) -> Shipped:
    """A module whose name begins as that of the shop; the database was migrated with both."""
    extra = _module(tmp_path, "shop_extra")
    backend = _declared(open_backend(), shop, extra)
    backend.upgrade()
    _insert(backend, extra, "kept")
    return extra


def _declared(backend: SqlBackend, *modules: Shipped) -> SqlBackend:
    backend._schema.declare([module.schema for module in modules])
    return backend


def _insert(backend: SqlBackend, module: Shipped, key: str) -> None:
    (collection,) = module.schema.collections
    backend.commit([Insert(collection, collection.encode(Item(key), f"token of {key}"))])


def _revisions(database: Database) -> set[str]:
    with database.engine().connect() as connection:
        return set(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())


def _count(database: Database, table: str) -> Any:
    with database.engine().connect() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()


def test_database_is_opened_without_a_module_that_migrated_it(
    open_backend: OpenBackend, shop: Shipped, extra: Shipped
) -> None:
    """It is current, and works; the other module is named, with where it is."""
    backend = open_backend()

    backend.prepare([shop.schema])
    _insert(backend, shop, "new")

    assert backend.schema().status is SchemaStatus.CURRENT
    assert backend.upgrade() == []
    assert backend.check() == []
    own, other = backend.revisions()
    assert own == ModuleRevision("shop", ("shop_0001",), ("shop_0001",))
    assert own.installed
    assert other == ModuleRevision("shop_extra", ("shop_extra_0001",), ())
    assert not other.installed


def test_known_module_is_migrated_beside_one_that_is_not(
    open_backend: OpenBackend, database: Database, shop: Shipped, extra: Shipped
) -> None:
    """Up, down and up again; rows and revision of the other are as they were."""
    shop.ship(
        'op.add_column("shop_items", sa.Column("size", sa.BigInteger(), nullable=True))',
        'op.drop_column("shop_items", "size")',
    )
    backend = _declared(open_backend(), shop)
    assert backend.schema().status is SchemaStatus.OLDER

    assert backend.upgrade() == ["applied shop_0002: Change 2 of shop."]
    assert _revisions(database) == {"shop_0002", "shop_extra_0001"}
    assert len(backend.downgrade("shop", "base")) == 2
    assert _revisions(database) == {"shop_extra_0001"}
    assert len(backend.upgrade()) == 2

    assert _revisions(database) == {"shop_0002", "shop_extra_0001"}
    assert _count(database, "shop_extra_items") == 1


def test_module_that_merges_two_migrations_is_taken_back_beside_one_that_is_not(
    open_backend: OpenBackend, database: Database, tmp_path: Path, shop: Shipped, extra: Shipped
) -> None:
    """Alembic looks at all heads to find out which to write down: it sees known ones only."""
    path = shop.folder / "0001_change.py"
    first = path.read_text()
    for name, follows in (("0002", "shop_0001"), ("0003", "shop_0001")):
        text = first.replace("shop_0001", f"shop_{name}").replace("shop_items", f"shop_{name}")
        text = text.replace("down_revision = None", f"down_revision = {follows!r}")
        text = text.replace("branch_labels = ('shop',)", "branch_labels = None")
        (shop.folder / f"{name}_change.py").write_text(text)
    text = text.replace("shop_0003", "shop_0004")
    text = text.replace("down_revision = 'shop_0001'", "down_revision = ('shop_0002', 'shop_0003')")
    (shop.folder / "0004_change.py").write_text(text)
    backend = _declared(open_backend(), shop)
    backend.upgrade()
    assert _revisions(database) == {"shop_0004", "shop_extra_0001"}

    backend.downgrade("shop", "shop_0002")

    assert "shop_0002" in _revisions(database)
    assert "shop_0004" not in _revisions(database)
    backend.upgrade()
    assert _revisions(database) == {"shop_0004", "shop_extra_0001"}


def test_module_is_taken_back_before_it_is_uninstalled(
    open_backend: OpenBackend, database: Database, shop: Shipped, extra: Shipped
) -> None:
    """Where it is loaded, its tables can be removed; nothing is left to be named."""
    _declared(open_backend(), shop, extra).downgrade("shop_extra", "base")
    backend = open_backend()

    backend.prepare([shop.schema])

    assert [r.module for r in backend.revisions()] == ["shop"]
    with database.engine().connect() as connection:
        assert "shop_extra_items" not in sa.inspect(connection).get_table_names()


def test_module_that_is_installed_again_finds_its_rows(
    open_backend: OpenBackend, shop: Shipped, extra: Shipped
) -> None:
    """Whatever was done without it."""
    without = _declared(open_backend(), shop)
    without.downgrade("shop", "base")
    without.upgrade()
    backend = open_backend()

    backend.prepare([shop.schema, extra.schema])

    (collection,) = extra.schema.collections
    assert backend.get(collection, ("kept",)) is not None


def test_drafting_leaves_tables_of_other_modules_out(
    open_backend: OpenBackend, shop: Shipped, extra: Shipped
) -> None:
    """Not even a table whose name begins as the module's own do is dropped by its draft."""
    backend = open_backend()
    backend.prepare([shop.schema])

    with pytest.raises(NothingToMigrate):
        backend.draft_migration("shop", "nothing of ours")


def test_drafting_drops_a_table_that_the_module_made_and_declares_no_more(
    open_backend: OpenBackend, shop: Shipped, extra: Shipped
) -> None:
    """Its own migration names it."""
    backend = open_backend()
    backend._schema.declare([ModuleSchema("shop", (), shop.package)])

    path = backend.draft_migration("shop", "no more items")

    text = path.read_text(encoding="utf-8")
    assert "op.drop_table('shop_items')" in text
    assert "shop_extra" not in text


def test_later_revision_of_a_known_module_is_refused_beside_one_that_is_not(
    open_backend: OpenBackend, database: Database, shop: Shipped, extra: Shipped
) -> None:
    """What is of a newer release is told apart from what is of nobody here."""
    with database.engine().begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE alembic_version SET version_num = 'shop_0007' "
                "WHERE version_num = 'shop_0001'"
            )
        )
    backend = open_backend()

    with pytest.raises(
        DatabaseNewer, match=r"shop is at shop_0007, which.* its last is shop_0001;"
    ):
        backend.prepare([shop.schema])
    for change in (backend.upgrade, lambda: backend.downgrade("shop", "base")):
        with pytest.raises(DatabaseNewer, match="shop_0007"):
            change()

    assert _revisions(database) == {"shop_0007", "shop_extra_0001"}


def test_module_that_has_no_migrations_any_more_is_still_known(
    open_backend: OpenBackend, shop: Shipped, extra: Shipped
) -> None:
    """It is loaded, and does not know its own revision: that is no module which is missing."""
    backend = open_backend()

    with pytest.raises(DatabaseNewer, match=r"shop_extra_0001, .* its last is no revision"):
        backend.prepare([shop.schema, ModuleSchema("shop_extra", (), None)])


def test_later_revision_that_arrives_between_the_look_and_the_lock_is_refused(
    open_backend: OpenBackend, database: Database, shop: Shipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is changed: the revisions are judged again where nobody else can change them."""
    _declared(open_backend(), shop).upgrade()
    shop.ship('op.drop_table("shop_items")', "pass")
    backend = _declared(open_backend(), shop)
    lock = database.lock_for_migration

    def lock_after_another(connection: sa.Connection) -> None:
        with database.engine().begin() as other:
            other.execute(sa.text("UPDATE alembic_version SET version_num = 'shop_0007'"))
        lock(connection)

    monkeypatch.setattr(database, "lock_for_migration", lock_after_another)

    with pytest.raises(DatabaseNewer, match="shop_0007"):
        backend.upgrade()

    assert _count(database, "shop_items") == 0


def test_revisions_of_the_hosts_own_migrations_are_left_alone(
    open_backend: OpenBackend, database: Database, shop: Shipped, extra: Shipped
) -> None:
    """They are in the same table, and of no module."""
    with database.engine().begin() as connection:
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('1975ea83b712')"))
    backend = open_backend()

    backend.prepare([shop.schema])

    assert backend.downgrade("shop", "base")
    assert _revisions(database) == {"1975ea83b712", "shop_extra_0001"}
    assert ModuleRevision("1975ea83b712", ("1975ea83b712",), ()) in backend.revisions()


def test_only_a_module_that_is_not_installed_has_been_here(
    open_backend: OpenBackend, database: Database, tmp_path: Path, shop: Shipped
) -> None:
    """The known one's tables are missing, not older, and are made beside the others."""
    other = _module(tmp_path, "other")
    _declared(open_backend(), other).upgrade()
    backend = open_backend()

    with pytest.raises(DatabaseUnmigrated, match="shop is at nothing"):
        backend.prepare([shop.schema])

    assert backend.schema().status is SchemaStatus.MISSING
    assert backend.upgrade() == ["applied shop_0001: Change 1 of shop."]
    assert _revisions(database) == {"other_0001", "shop_0001"}


def test_revision_of_a_long_name_is_kept_whole(
    open_backend: OpenBackend, database: Database, tmp_path: Path, shop: Shipped
) -> None:
    """A module's name may be longer than Alembic's own table has room for."""
    module = _module(tmp_path, "relations_with_customers_of_agencies")

    _declared(open_backend(), module).upgrade()

    assert _revisions(database) == {"relations_with_customers_of_agencies_0001"}


@pytest.mark.parametrize(
    ("revision", "module"),
    [
        ("shop_0001", "shop"),
        ("shop_extra_0001", "shop_extra"),
        ("shop_0001_0001", "shop_0001"),
        ("shop-extra_ae1027a6acf", "shop-extra"),
        ("1975ea83b712", "1975ea83b712"),
    ],
)
def test_revision_says_whose_it_is(revision: str, module: str) -> None:
    """What is before its last underscore; the whole, where there is none."""
    assert module_of(revision) == module


@pytest.mark.parametrize("revision", ["0001", "shop_extra_0001", "shp_0001", "shop_", "Shop_0001"])
def test_revision_that_does_not_say_whose_it_is_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    """The error names the file and gives a revision that would do."""
    monkeypatch.syspath_prepend(tmp_path)
    module = Shipped(tmp_path, "shop")
    module.ship("pass", "pass", revision=revision)

    with pytest.raises(DeclarationError, match=rf"0001_change.py has revision '{revision}'") as e:
        read_branches([module.schema])

    assert "such as shop_0001" in str(e.value)


@pytest.mark.parametrize("awaited", ['"extra_0001"', '(\n    "extra_0001",\n)'])
def test_migration_that_waits_for_another_modules_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, awaited: str
) -> None:
    """It could not be told apart from that one where only the other is installed."""
    monkeypatch.syspath_prepend(tmp_path)
    module = _module(tmp_path, "shop")
    path = module.folder / "0001_change.py"
    path.write_text(path.read_text().replace("depends_on = None", f"depends_on = {awaited}"))

    with pytest.raises(DeclarationError, match="depends on extra_0001"):
        read_branches([module.schema])
