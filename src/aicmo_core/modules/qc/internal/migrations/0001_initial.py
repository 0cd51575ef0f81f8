"""The tables of quality control."""

import sqlalchemy as sa
from alembic import op

revision = "qc_0001"
down_revision = None
branch_labels = ("qc",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "qc_results",
        sa.Column("result_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.String(512), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evaluated_at", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("benchmark_ids", sa.Text(), nullable=False),
        sa.Column("rewritten", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_qc_results"),
    )
    op.create_index("ix_qc_results_client_id", "qc_results", ["client_id"])
    op.create_table(
        "qc_issues",
        sa.Column("parent_draft_id", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("parent_draft_id", "_position", name="pk_qc_issues"),
    )


def downgrade() -> None:
    op.drop_table("qc_issues")
    op.drop_table("qc_results")
