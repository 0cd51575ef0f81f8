"""The tables of production."""

import sqlalchemy as sa
from alembic import op

revision = "production_0001"
down_revision = None
branch_labels = ("production",)
depends_on = None


def _asset_columns(id_type: sa.types.TypeEngine[str]) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("asset_id", id_type, nullable=False),
        sa.Column("asset_type", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("client_id", id_type, nullable=False),
    )


def upgrade() -> None:
    """Create the tables of drafts, bundles, assets and rewordings."""
    op.create_table(
        "production_drafts",
        sa.Column("draft_id", sa.String(512), nullable=False),
        sa.Column("strategy_id", sa.String(512), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("brief_id", sa.String(512), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("brand_name", sa.Text(), nullable=False),
        sa.Column("sections", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_production_drafts"),
    )
    op.create_index("ix_production_drafts_strategy_id", "production_drafts", ["strategy_id"])
    op.create_index("ix_production_drafts_brief_id", "production_drafts", ["brief_id"])
    op.create_index("ix_production_drafts_client_id", "production_drafts", ["client_id"])
    op.create_table(
        "production_bundles",
        sa.Column("bundle_id", sa.String(512), nullable=False),
        sa.Column("draft_id", sa.String(512), nullable=False),
        sa.Column("assembled_at", sa.String(512), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", name="pk_production_bundles"),
    )
    op.create_index(
        "ix_production_bundles_draft_id_assembled_at",
        "production_bundles",
        ["draft_id", "assembled_at"],
    )
    op.create_index("ix_production_bundles_client_id", "production_bundles", ["client_id"])
    op.create_table(
        "production_bundle_assets",
        sa.Column("parent_bundle_id", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        *_asset_columns(sa.Text()),
        sa.PrimaryKeyConstraint(
            "parent_bundle_id", "_position", name="pk_production_bundle_assets"
        ),
    )
    op.create_table(
        "production_assets",
        *_asset_columns(sa.String(512)),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", name="pk_production_assets"),
    )
    op.create_index("ix_production_assets_client_id", "production_assets", ["client_id"])
    op.create_table(
        "production_rewordings",
        sa.Column("draft_id", sa.String(512), nullable=False),
        sa.Column("section_id", sa.String(512), nullable=False),
        sa.Column("ask", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("guided", sa.Boolean(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "section_id", "ask", name="pk_production_rewordings"),
    )
    op.create_index("ix_production_rewordings_client_id", "production_rewordings", ["client_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("production_rewordings")
    op.drop_table("production_assets")
    op.drop_table("production_bundle_assets")
    op.drop_table("production_bundles")
    op.drop_table("production_drafts")
