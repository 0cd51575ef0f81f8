"""A column that is worked out from another in every row, and an index."""

import sqlalchemy as sa
from alembic import op

revision = "ledger_0002"
down_revision = "ledger_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger_entries", sa.Column("euros", sa.BigInteger(), nullable=True))
    op.execute("UPDATE ledger_entries SET euros = cents / 100")
    op.create_index("ix_ledger_entries_client_id", "ledger_entries", ["client_id"])


def downgrade() -> None:
    op.drop_index("ix_ledger_entries_client_id", "ledger_entries")
    op.drop_column("ledger_entries", "euros")
