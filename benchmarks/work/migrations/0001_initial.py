"""The tables of the benchmark's module."""

import sqlalchemy as sa
from alembic import op

revision = "bench_0001"
down_revision = None
branch_labels = ("bench",)
depends_on = None


def _document(name: str, key: str, *columns: sa.Column) -> None:  # type: ignore[type-arg]
    op.create_table(
        name,
        sa.Column(key, sa.String(512), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        *columns,
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint(key, name=f"pk_{name}"),
    )


def _child(name: str, key: str, *columns: sa.Column) -> None:  # type: ignore[type-arg]
    op.create_table(
        name,
        sa.Column(f"parent_{key}", sa.String(512), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(f"parent_{key}", "_position", name=f"pk_{name}"),
    )


def _text(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text(), nullable=False)


def _int(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    _document(
        "bench_briefs",
        "brief_id",
        _text("client"),
        _text("goal"),
        _text("audience"),
        _text("tone"),
        _int("budget"),
    )
    _document("bench_strategies", "strategy_id", _text("brief_id"), _text("headline"))
    _child(
        "bench_pillars",
        "strategy_id",
        _text("title"),
        _text("message"),
        sa.Column("weight", sa.Double(), nullable=False),
    )
    _document("bench_drafts", "draft_id", _text("strategy_id"), _text("title"))
    _child("bench_blocks", "draft_id", _text("kind"), _text("text"))
    _document(
        "bench_results",
        "result_id",
        _text("draft_id"),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
    )
    _child("bench_issues", "result_id", _text("code"), _text("severity"), _int("block"))
    _document(
        "bench_packages", "package_id", _text("draft_id"), _text("result_id"), _text("checksum")
    )
    _child("bench_artifacts", "package_id", _text("name"), _text("mime"), _int("size"))


def downgrade() -> None:
    for name in (
        "bench_artifacts",
        "bench_packages",
        "bench_issues",
        "bench_results",
        "bench_blocks",
        "bench_drafts",
        "bench_pillars",
        "bench_strategies",
        "bench_briefs",
    ):
        op.drop_table(name)
