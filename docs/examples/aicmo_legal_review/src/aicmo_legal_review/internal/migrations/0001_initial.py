"""The tables of legal review."""

import sqlalchemy as sa
from alembic import op

revision = "legal_review_0001"
down_revision = None
branch_labels = ("legal_review",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_review_reviews",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.String(512), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reviewed_at", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_legal_review_reviews"),
    )
    op.create_table(
        "legal_review_findings",
        sa.Column("parent_draft_id", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("parent_draft_id", "_position", name="pk_legal_review_findings"),
    )


def downgrade() -> None:
    op.drop_table("legal_review_findings")
    op.drop_table("legal_review_reviews")
