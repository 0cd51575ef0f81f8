"""The tables of the kit's sample collections."""

import sqlalchemy as sa
from alembic import op

revision = "kit_0001"
down_revision = None
branch_labels = ("kit",)
depends_on = None


def _token() -> "sa.Column[str]":
    return sa.Column("_token", sa.String(64), nullable=False)


def upgrade() -> None:
    op.create_table(
        "kit_samples",
        sa.Column("sample_id", sa.String(512), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("whole", sa.BigInteger(), nullable=False),
        sa.Column("ratio", sa.Double(), nullable=False),
        sa.Column("flag", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("span", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("order", sa.Text(), nullable=True),
        sa.Column("group", sa.BigInteger(), nullable=True),
        sa.Column("select", sa.Double(), nullable=True),
        sa.Column("maybe_flag", sa.Boolean(), nullable=True),
        sa.Column("maybe_amount", sa.Text(), nullable=True),
        sa.Column("maybe_moment", sa.Text(), nullable=True),
        sa.Column("maybe_day", sa.Text(), nullable=True),
        sa.Column("maybe_span", sa.BigInteger(), nullable=True),
        sa.Column("maybe_colour", sa.Text(), nullable=True),
        sa.Column("maybe_level", sa.BigInteger(), nullable=True),
        sa.Column("maybe_mark", sa.Text(), nullable=True),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("amounts", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("anything", sa.Text(), nullable=False),
        _token(),
        sa.PrimaryKeyConstraint("sample_id"),
    )
    op.create_table(
        "kit_cards",
        sa.Column("card_id", sa.String(512), nullable=False),
        sa.Column("shelf", sa.String(512), nullable=False),
        sa.Column("title", sa.String(512), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.Column("due", sa.String(512), nullable=True),
        sa.Column("day", sa.String(512), nullable=True),
        sa.Column("span", sa.BigInteger(), nullable=True),
        sa.Column("colour", sa.String(512), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=True),
        _token(),
        sa.PrimaryKeyConstraint("card_id"),
    )
    op.create_index("ix_kit_cards_shelf_size", "kit_cards", ["shelf", "size"])
    for column in ("title", "size", "weight", "done", "due", "day", "span", "colour", "level"):
        op.create_index(f"ix_kit_cards_{column}", "kit_cards", [column])
    op.create_table(
        "kit_accounts",
        sa.Column("account_id", sa.String(512), nullable=False),
        sa.Column("owner", sa.String(512), nullable=True),
        sa.Column("shelf", sa.String(512), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        _token(),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("owner", name="uq_kit_accounts_owner"),
        sa.UniqueConstraint("shelf", "slot", name="uq_kit_accounts_shelf_slot"),
    )
    op.create_table(
        "kit_baskets",
        sa.Column("basket_id", sa.String(512), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        _token(),
        sa.PrimaryKeyConstraint("basket_id"),
    )
    op.create_table(
        "kit_basket_lines",
        sa.Column("parent_basket_id", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("parent_basket_id", "_position"),
    )
    op.create_table(
        "kit_basket_notes",
        sa.Column("parent_basket_id", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("parent_basket_id", "_position"),
    )
    op.create_table(
        "kit_sheets",
        sa.Column("book", sa.String(512), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _token(),
        sa.PrimaryKeyConstraint("book", "number"),
    )
    op.create_table(
        "kit_sheet_cells",
        sa.Column("parent_book", sa.String(512), nullable=False),
        sa.Column("parent_number", sa.BigInteger(), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("parent_book", "parent_number", "_position"),
    )
    op.create_table(
        "kit_tickets",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _token(),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "kit_entries",
        sa.Column("stream", sa.String(512), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        _token(),
        sa.PrimaryKeyConstraint("stream", "seq"),
        sa.UniqueConstraint("stream", "slot", name="uq_kit_entries_stream_slot"),
    )


def downgrade() -> None:
    for table in (
        "kit_entries",
        "kit_tickets",
        "kit_sheet_cells",
        "kit_sheets",
        "kit_basket_notes",
        "kit_basket_lines",
        "kit_baskets",
        "kit_accounts",
        "kit_cards",
        "kit_samples",
    ):
        op.drop_table(table)
