"""Create the tables of onboarding."""

import sqlalchemy as sa
from alembic import op

revision = "onboarding_0001"
down_revision = None
branch_labels = ("onboarding",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "onboarding_intakes",
        sa.Column("brief_id", sa.String(512), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("submitted_at", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.String(512), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("responses", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("brief_id", name="pk_onboarding_intakes"),
    )
    op.create_index(
        "ix_onboarding_intakes_client_id_captured_at",
        "onboarding_intakes",
        ["client_id", "captured_at"],
    )
    op.create_table(
        "onboarding_briefs",
        sa.Column("brief_id", sa.String(512), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("target_audience", sa.Text(), nullable=False),
        sa.Column("normalized_at", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("brand_name", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("brand_guidelines", sa.Text(), nullable=False),
        sa.Column("measurable_objectives", sa.Text(), nullable=False),
        sa.Column("assumptions", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("social_links", sa.Text(), nullable=False),
        sa.Column("locations", sa.Text(), nullable=False),
        sa.Column("business_type", sa.Text(), nullable=True),
        sa.Column("secondary_audience", sa.Text(), nullable=True),
        sa.Column("pain_points", sa.Text(), nullable=False),
        sa.Column("audience_channels", sa.Text(), nullable=False),
        sa.Column("goal_timeline", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Text(), nullable=True),
        sa.Column("kpis", sa.Text(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("competitors_liked", sa.Text(), nullable=False),
        sa.Column("competitors_disliked", sa.Text(), nullable=False),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("selling_points", sa.Text(), nullable=False),
        sa.Column("pricing", sa.Text(), nullable=True),
        sa.Column("offers", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("posts_already", sa.Boolean(), nullable=True),
        sa.Column("worked", sa.Text(), nullable=False),
        sa.Column("did_not_work", sa.Text(), nullable=False),
        sa.Column("constraints", sa.Text(), nullable=False),
        sa.Column("platforms_wanted", sa.Text(), nullable=False),
        sa.Column("platforms_avoided", sa.Text(), nullable=False),
        sa.Column("approval_cadence", sa.Text(), nullable=True),
        sa.Column("calendar_wanted", sa.Boolean(), nullable=True),
        sa.Column("scheduling_wanted", sa.Boolean(), nullable=True),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("budget", sa.Text(), nullable=True),
        sa.Column("success_30_days", sa.Text(), nullable=True),
        sa.Column("must_include", sa.Text(), nullable=False),
        sa.Column("must_avoid", sa.Text(), nullable=False),
        sa.Column("anything_else", sa.Text(), nullable=True),
        sa.Column("discovery_notes", sa.Text(), nullable=True),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("brief_id", name="pk_onboarding_briefs"),
    )
    op.create_index("ix_onboarding_briefs_client_id", "onboarding_briefs", ["client_id"])
    op.create_table(
        "onboarding_projects",
        sa.Column("project_id", sa.String(512), nullable=False),
        sa.Column("brief_id", sa.String(512), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(512), nullable=False),
        sa.Column("workspace_url", sa.Text(), nullable=True),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name="pk_onboarding_projects"),
        sa.UniqueConstraint("brief_id", name="uq_onboarding_projects_brief_id"),
    )
    op.create_index("ix_onboarding_projects_client_id", "onboarding_projects", ["client_id"])


def downgrade() -> None:
    op.drop_table("onboarding_projects")
    op.drop_table("onboarding_briefs")
    op.drop_table("onboarding_intakes")
