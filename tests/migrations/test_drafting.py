"""A module's next migration is drafted from what changed in its declarations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.kernel.errors import UnknownName
from aicmo_core.storage import Collection, ModuleSchema, NothingToMigrate

FIRST = '''"""First."""

import sqlalchemy as sa
from alembic import op

revision = "shop_0001"
down_revision = None
branch_labels = ("shop",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_items",
        sa.Column("item_id", sa.String(512), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_shop_items"),
    )


def downgrade() -> None:
    op.drop_table("shop_items")
'''


@frozen
class Item:
    item_id: str


@frozen
class PricedItem:
    item_id: str
    price: int | None = None


BEFORE = ModuleSchema("shop", [Collection("shop_items", Item, key="item_id")], "shop_migrations")
AFTER = ModuleSchema(
    "shop",
    [Collection("shop_items", PricedItem, key="item_id", indexes=["price"])],
    "shop_migrations",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package of a module's migrations, with its first one."""
    package = tmp_path / "shop_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "0001_first.py").write_text(FIRST)
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    sys.modules.pop("shop_migrations", None)


@pytest.fixture
def backend(url: str, folder: Path) -> Iterator[SqlBackend]:
    from aicmo_core.app import open_backend
    from aicmo_core.runtime.plugins import load_plugins

    opened = open_backend(url, load_plugins(allow=[]))
    assert isinstance(opened, SqlBackend)
    opened._schema.declare([BEFORE])
    opened.upgrade()
    yield opened
    opened.close()


def test_a_changed_declaration(backend: SqlBackend, folder: Path) -> None:
    """The draft brings the tables to it, and takes that back again."""
    backend._schema.declare([AFTER])
    assert backend.check()

    path = backend.draft_migration("shop", "Prices, at last!")

    assert path == folder / "0002_prices_at_last.py"
    assert backend.revisions()[0].heads == ("shop_0001",)
    backend._schema.declare([AFTER])
    assert [r.current for r in backend.revisions()] == [False]
    assert backend.upgrade() == ["applied shop_0002: Prices, at last!"]
    assert backend.check() == []
    assert backend.downgrade("shop", "shop_0001") == ["took back shop_0002: Prices, at last!"]
    backend._schema.declare([BEFORE])
    assert backend.check() == []


def test_nothing_changed(backend: SqlBackend, folder: Path) -> None:
    """There is nothing to draft, and no file is written."""
    before = sorted(folder.glob("*.py"))

    with pytest.raises(NothingToMigrate, match="shop"):
        backend.draft_migration("shop", "nothing")

    assert sorted(folder.glob("*.py")) == before


def test_an_unknown_module(backend: SqlBackend) -> None:
    """The nearest module is suggested."""
    with pytest.raises(UnknownName, match="did you mean 'shop'"):
        backend.draft_migration("shopp", "typo")
