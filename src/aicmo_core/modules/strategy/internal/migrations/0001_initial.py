"""The tables of strategy."""

import sqlalchemy as sa
from alembic import op

revision = "strategy_0001"
down_revision = None
branch_labels = ("strategy",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "strategy_documents",
        sa.Column("strategy_id", sa.String(512), nullable=False),
        sa.Column("brief_id", sa.String(512), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kpis", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("timeline", sa.Text(), nullable=False),
        sa.Column("executive_summary", sa.Text(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("approved_at", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("budget_total", sa.Text(), nullable=True),
        sa.Column("budget_period", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("strategy_id", name="pk_strategy_documents"),
        sa.UniqueConstraint("brief_id", "version", name="uq_strategy_documents_brief_id_version"),
    )
    op.create_index("ix_strategy_documents_brief_id", "strategy_documents", ["brief_id"])
    op.create_index("ix_strategy_documents_client_id", "strategy_documents", ["client_id"])
    op.create_table(
        "tactic_assignments",
        sa.Column("parent_strategy_id", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tactic", sa.Text(), nullable=False),
        sa.Column("kpi", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("parent_strategy_id", "_position", name="pk_tactic_assignments"),
    )


def downgrade() -> None:
    op.drop_table("tactic_assignments")
    op.drop_index("ix_strategy_documents_client_id", table_name="strategy_documents")
    op.drop_index("ix_strategy_documents_brief_id", table_name="strategy_documents")
    op.drop_table("strategy_documents")
