"""
A module whose migrations do all that a module's may, and nothing of it twice.

They add, rename and drop columns, tables, indexes and constraints, move rows, and are
merged. A row's size grows by one with each upgrade: an upgrade that runs a statement a
second time is found out.
"""

from pathlib import Path

from migrations.shipped import TOKEN, Shipped, making

FIRST = "rough_0001"
SEED = [
    "INSERT INTO rough_items (id, size, colour, _token) VALUES ('a', 10, 'red', 't1')",
    "INSERT INTO rough_items (id, size, colour, _token) VALUES ('b', 20, 'blue', 't2')",
    "INSERT INTO rough_labels (id, code, _token) VALUES ('x', 'one', 't3')",
    "INSERT INTO rough_passing (id, code, _token) VALUES ('y', 'two', 't4')",
]
ROWS = "SELECT id, paint, size, twice, _token FROM rough_items ORDER BY id"
UPGRADED = [("a", "red", 11, 22, "t1"), ("b", "blue", 21, 42, "t2")]
TAGS = "SELECT id, mark, _token FROM rough_tags ORDER BY id"
TAGGED = [("x", "one", "t3")]

_INDEXED = 'sa.Column("code", sa.String(512), nullable=True)'


def rough_before(folder: Path) -> Shipped:
    """Return the module as its first release ships it."""
    module = Shipped(folder, "rough", release="before")
    _first(module)
    return module


def rough(folder: Path) -> Shipped:
    """Return the module with all its migrations."""
    module = Shipped(folder, "rough", release="after")
    _first(module)
    module.ship(
        """
        op.add_column("rough_items", sa.Column("paint", sa.Text(), nullable=True))
        op.execute("UPDATE rough_items SET size = size + 1, paint = colour")
        op.drop_index("ix_rough_items_size", "rough_items")
        op.drop_column("rough_items", "colour")
        op.add_column("rough_items", sa.Column("twice", sa.BigInteger(), nullable=True))
        op.execute("UPDATE rough_items SET twice = size * 2")
        """,
        """
        op.drop_column("rough_items", "twice")
        op.add_column("rough_items", sa.Column("colour", sa.Text(), nullable=True))
        op.create_index("ix_rough_items_size", "rough_items", ["size"])
        op.execute("UPDATE rough_items SET colour = paint, size = size - 1")
        op.drop_column("rough_items", "paint")
        """,
    )
    module.ship(
        """
        op.execute("UPDATE rough_labels SET code = 'one' WHERE id = 'x'")
        op.create_index("ix_rough_labels_code", "rough_labels", ["code"])
        op.rename_table("rough_labels", "rough_tags")
        with op.batch_alter_table("rough_tags") as batch:
            batch.alter_column("code", new_column_name="mark", existing_type=sa.String(512))
        with op.batch_alter_table("rough_tags") as batch:
            batch.create_unique_constraint("uq_rough_tags_mark", ["mark"])
        """,
        """
        with op.batch_alter_table("rough_tags") as batch:
            batch.drop_constraint("uq_rough_tags_mark", type_="unique")
        with op.batch_alter_table("rough_tags") as batch:
            batch.alter_column("mark", new_column_name="code", existing_type=sa.String(512))
        op.rename_table("rough_tags", "rough_labels")
        op.drop_index("ix_rough_labels_code", "rough_labels")
        """,
    )
    module.ship(
        """
        op.drop_index("ix_rough_passing_code", "rough_passing")
        op.drop_table("rough_passing")
        """,
        f"""
        {making("rough_passing", _INDEXED)[0]}
        op.create_index("ix_rough_passing_code", "rough_passing", ["code"])
        """,
    )
    _let_follow(module, "0004_change.py", "'rough_0003'", "'rough_0002'")
    module.ship("pass", "pass")
    _let_follow(module, "0005_change.py", "'rough_0004'", "('rough_0003', 'rough_0004')")
    return module


def _first(module: Shipped) -> None:
    columns = ['sa.Column("size", sa.BigInteger())', 'sa.Column("colour", sa.Text())']
    items, labels = making("rough_items", *columns), making("rough_labels", _INDEXED)
    passing = making("rough_passing", _INDEXED)
    up = [
        items[0],
        'op.create_index("ix_rough_items_size", "rough_items", ["size"])',
        labels[0],
        passing[0],
        'op.create_index("ix_rough_passing_code", "rough_passing", ["code"])',
    ]
    module.ship("\n".join(up), "\n".join((items[1], labels[1], passing[1])))
    assert TOKEN in items[0]


def _let_follow(module: Shipped, name: str, before: str, now: str) -> None:
    path = module.folder / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"down_revision = {before}", f"down_revision = {now}"), "utf-8")
