"""Modules whose packages of migrations are written, and grow, while a test runs."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from aicmo_core.storage import Collection, ModuleSchema

MIGRATION = '''\
"""{words}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {follows!r}
branch_labels = {labels!r}
depends_on = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''

TOKEN = 'sa.Column("_token", sa.String(64), nullable=False)'


def making(table: str, *columns: str) -> tuple[str, str]:
    """Return what makes a table with a text `id`, and what takes it back."""
    key = 'sa.Column("id", sa.String(512), nullable=False)'
    parts = ", ".join([f'"{table}"', key, *columns, TOKEN, 'sa.PrimaryKeyConstraint("id")'])
    return f"op.create_table({parts})", f'op.drop_table("{table}")'


class Shipped:
    """
    A module, its collections and its migrations.

    Args:
        folder: Is on the path of this process's imports; the package is made in it.
        release: Tells apart two packages of one module: an older and a newer release.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        collections: Sequence[Collection[Any]] = (),
        release: str = "",
    ) -> None:
        self.name = name
        tail = "".join(c if c.isalnum() else "_" for c in f"{folder.name}{release}")
        self.package = f"migrations_of_{name}_{tail}"
        self.parent = folder
        self.folder = folder / self.package
        self.folder.mkdir()
        (self.folder / "__init__.py").touch()
        self.schema = ModuleSchema(name, tuple(collections), self.package)
        self._count = 0

    def ship(self, upgrade: str, downgrade: str, revision: str = "", words: str = "") -> str:
        """Write the next migration; return its revision."""
        before = f"{self.name}_{self._count:04}" if self._count else None
        self._count += 1
        revision = revision or f"{self.name}_{self._count:04}"
        text = MIGRATION.format(
            words=words or f"Change {self._count} of {self.name}.",
            revision=revision,
            follows=before,
            labels=None if before else (self.name,),
            upgrade=indent(dedent(upgrade), "    "),
            downgrade=indent(dedent(downgrade), "    "),
        )
        (self.folder / f"{self._count:04}_change.py").write_text(text, encoding="utf-8")
        return revision
