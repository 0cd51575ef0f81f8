import sqlalchemy as sa
from alembic import op

revision = "post_0001"
down_revision = None
branch_labels = ("post",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_boxes",
        sa.Column("box_id", sa.String(512), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("box_id", name="pk_post_boxes"),
    )
    op.create_table(
        "post_ledgers",
        sa.Column("reader", sa.String(512), nullable=False),
        sa.Column("about", sa.String(512), nullable=False),
        sa.Column("took", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("reader", "about", name="pk_post_ledgers"),
    )


def downgrade() -> None:
    op.drop_table("post_ledgers")
    op.drop_table("post_boxes")
