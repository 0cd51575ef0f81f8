import sqlalchemy as sa
from alembic import op

revision = "ferry_0001"
down_revision = None
branch_labels = ("ferry",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ferry_tickets",
        sa.Column("ticket_id", sa.String(512), nullable=False),
        sa.Column("passenger", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_ferry_tickets"),
    )
    op.create_table(
        "ferry_manifests",
        sa.Column("passenger", sa.String(512), nullable=False),
        sa.Column("marks", sa.BigInteger(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("passenger", name="pk_ferry_manifests"),
    )


def downgrade() -> None:
    op.drop_table("ferry_manifests")
    op.drop_table("ferry_tickets")
