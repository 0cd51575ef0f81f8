"""The library's own tables: runs and journals, events and who takes them, locks, executors."""

import sqlalchemy as sa
from alembic import op

revision = "aicmo_0001"
down_revision = None
branch_labels = ("aicmo",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aicmo_runs",
        sa.Column("run_id", sa.String(512), nullable=False),
        sa.Column("workflow", sa.String(512), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("state", sa.String(512), nullable=False),
        sa.Column("executor", sa.String(512), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.String(512), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("next_at", sa.String(512), nullable=True),
        sa.Column("artifacts", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Text(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(512), nullable=True),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_aicmo_runs"),
        sa.UniqueConstraint("workflow", "key", name="uq_aicmo_runs_workflow_key"),
    )
    op.create_index("ix_aicmo_runs_state_run_id", "aicmo_runs", ["state", "run_id"])
    op.create_index("ix_aicmo_runs_state_updated_at", "aicmo_runs", ["state", "updated_at"])
    op.create_index("ix_aicmo_runs_executor_next_at", "aicmo_runs", ["executor", "next_at"])
    op.create_index("ix_aicmo_runs_subject", "aicmo_runs", ["subject"])
    op.create_table(
        "aicmo_journal",
        sa.Column("run_id", sa.String(512), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(512), nullable=False),
        sa.Column("step", sa.String(512), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("undo", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seq", name="pk_aicmo_journal"),
        sa.UniqueConstraint(
            "run_id", "step", "attempt", "kind", name="uq_aicmo_journal_run_id_step_attempt_kind"
        ),
    )
    op.create_table(
        "aicmo_outbox",
        sa.Column("collection", sa.String(512), nullable=False),
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(512), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("relayed", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(512), nullable=True),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("collection", "key", "n", name="pk_aicmo_outbox"),
    )
    op.create_index("ix_aicmo_outbox_relayed_event_id", "aicmo_outbox", ["relayed", "event_id"])
    op.create_index("ix_aicmo_outbox_subject", "aicmo_outbox", ["subject"])
    op.create_table(
        "aicmo_inbox",
        sa.Column("subscriber", sa.String(512), nullable=False),
        sa.Column("aggregate", sa.String(512), nullable=False),
        sa.Column("alone", sa.BigInteger(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(512), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("next_at", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=True),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", "aggregate", "alone", name="pk_aicmo_inbox"),
    )
    op.create_index("ix_aicmo_inbox_subscriber_state", "aicmo_inbox", ["subscriber", "state"])
    op.create_table(
        "aicmo_subscribers",
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("registered_at", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_aicmo_subscribers"),
    )
    op.create_table(
        "aicmo_locks",
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("run_id", sa.String(512), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_aicmo_locks"),
    )
    op.create_index("ix_aicmo_locks_run_id", "aicmo_locks", ["run_id"])
    op.create_table(
        "aicmo_definitions",
        sa.Column("fingerprint", sa.String(512), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_aicmo_definitions"),
    )
    op.create_table(
        "aicmo_subjects",
        sa.Column("subject", sa.String(512), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("barred_by", sa.Text(), nullable=True),
        sa.Column("barred_why", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_aicmo_subjects"),
    )
    op.create_table(
        "aicmo_executors",
        sa.Column("executor_id", sa.String(512), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name="pk_aicmo_executors"),
    )
    op.create_table(
        "aicmo_commits",
        sa.Column("commit_id", sa.String(512), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("_token", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("commit_id", name="pk_aicmo_commits"),
    )


def downgrade() -> None:
    op.drop_table("aicmo_commits")
    op.drop_table("aicmo_executors")
    op.drop_table("aicmo_definitions")
    op.drop_index("ix_aicmo_locks_run_id", "aicmo_locks")
    op.drop_table("aicmo_locks")
    op.drop_table("aicmo_subjects")
    op.drop_table("aicmo_subscribers")
    op.drop_index("ix_aicmo_inbox_subscriber_state", "aicmo_inbox")
    op.drop_table("aicmo_inbox")
    op.drop_index("ix_aicmo_outbox_subject", "aicmo_outbox")
    op.drop_index("ix_aicmo_outbox_relayed_event_id", "aicmo_outbox")
    op.drop_table("aicmo_outbox")
    op.drop_table("aicmo_journal")
    op.drop_index("ix_aicmo_runs_executor_next_at", "aicmo_runs")
    op.drop_index("ix_aicmo_runs_subject", "aicmo_runs")
    op.drop_index("ix_aicmo_runs_state_updated_at", "aicmo_runs")
    op.drop_index("ix_aicmo_runs_state_run_id", "aicmo_runs")
    op.drop_table("aicmo_runs")
