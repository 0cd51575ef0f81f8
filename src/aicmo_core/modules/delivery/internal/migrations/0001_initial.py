"""The tables of packages and publications."""

import sqlalchemy as sa
from alembic import op

revision = "delivery_0001"
down_revision = None
branch_labels = ("delivery",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_packages",
        sa.Column("package_id", sa.String(512), nullable=False),
        sa.Column("draft_id", sa.String(512), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("package_id", name="pk_delivery_packages"),
        sa.UniqueConstraint("draft_id", "version", name="uq_delivery_packages_draft_id_version"),
    )
    op.create_index("ix_delivery_packages_client_id", "delivery_packages", ["client_id"])
    op.create_table(
        "delivery_artifacts",
        sa.Column("parent_package_id", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("parent_package_id", "_position", name="pk_delivery_artifacts"),
    )
    op.create_table(
        "delivery_jobs",
        sa.Column("job_id", sa.String(512), nullable=False),
        sa.Column("package_id", sa.String(512), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.String(512), nullable=False),
        sa.Column("published_urls", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=True),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_delivery_jobs"),
        sa.UniqueConstraint("idempotency_key", name="uq_delivery_jobs_idempotency_key"),
    )
    op.create_index("ix_delivery_jobs_package_id", "delivery_jobs", ["package_id"])
    op.create_index("ix_delivery_jobs_client_id", "delivery_jobs", ["client_id"])


def downgrade() -> None:
    op.drop_table("delivery_jobs")
    op.drop_table("delivery_artifacts")
    op.drop_table("delivery_packages")
