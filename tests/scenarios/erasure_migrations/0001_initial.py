import sqlalchemy as sa
from alembic import op

revision = "visit_0001"
down_revision = None
branch_labels = ("visit",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_notes",
        sa.Column("note_id", sa.String(512), nullable=False),
        sa.Column("person", sa.String(512), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name="pk_visit_notes"),
    )
    op.create_index("ix_visit_notes_person", "visit_notes", ["person"])
    op.create_table(
        "visit_bills",
        sa.Column("bill_id", sa.String(512), nullable=False),
        sa.Column("person", sa.String(512), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("bill_id", name="pk_visit_bills"),
    )
    op.create_index("ix_visit_bills_person", "visit_bills", ["person"])


def downgrade() -> None:
    op.drop_table("visit_bills")
    op.drop_table("visit_notes")
