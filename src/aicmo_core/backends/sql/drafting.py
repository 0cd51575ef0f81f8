"""A module's next migration, drafted from what its tables and declarations differ in."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.revisions import Branch
from aicmo_core.backends.sql.tables import tables_of
from aicmo_core.storage import Collection, NothingToMigrate

_QUOTED = re.compile(r"""["'](\w+)["']""")

_TEMPLATE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


def draft(
    database: Database,
    branch: Branch,
    collections: Sequence[Collection[Any]],
    taken: Container[str],
    message: str,
) -> Path:
    """
    Write the migration that brings the module's tables to its declarations.

    Args:
        taken: The tables of other modules.

    Raises:
        NothingToMigrate: They agree already.
    """
    metadata = tables_of(collections)
    made = _named_in(branch)

    def is_ours(name: str | None, kind: str, _: Any) -> bool:
        """
        A table that no declaration names any more is ours if a migration of ours names it.

        How its name begins would not do: `shop_extra_items` may be a table of `shop`, or
        of a module `shop_extra` that is not installed here.
        """
        if kind != "table" or name is None or name in metadata.tables:
            return True
        return name in made and name not in taken

    with database.engine().connect() as connection:
        # What was found is spelled as it is; what is declared, as a migration would make it.
        plain = type(connection.dialect)()

        def differs(_: Any, __: Any, ___: Any, found: Any, declared: Any) -> bool:
            made: str = declared.compile(connection.dialect)
            return bool(made != found.compile(plain))

        options = {"include_name": is_ours, "compare_type": differs}
        context = MigrationContext.configure(connection, opts=options)
        script = produce_migrations(context, metadata)
        if script.upgrade_ops is None or script.upgrade_ops.is_empty():
            raise NothingToMigrate(branch.module)
        assert script.downgrade_ops is not None  # it is the reverse of the other
        upgrade = render_python_code(script.upgrade_ops, migration_context=context)
        downgrade = render_python_code(script.downgrade_ops, migration_context=context)
    number = _next_number(branch)
    words = re.sub(r"[^a-z0-9]+", "_", message.casefold()).strip("_")[:40] or "change"
    path = branch.folder / f"{number:04}_{words}.py"
    heads = sorted(branch.heads)
    text = _TEMPLATE.format(
        message=message.replace("\\", "/").replace('"', "'"),
        revision=f"{branch.module}_{number:04}",
        down_revision=repr(heads[0] if len(heads) == 1 else tuple(heads)),
        upgrade=_body(upgrade),
        downgrade=_body(downgrade),
    )
    path.write_text(text, encoding="utf-8")
    return path


def _named_in(branch: Branch) -> set[str]:
    """Return all that stands between quotes in the module's migrations, tables among it."""
    files = branch.folder.glob("[!_]*.py")
    return {name for file in files for name in _QUOTED.findall(file.read_text(encoding="utf-8"))}


def _next_number(branch: Branch) -> int:
    """Return a number that no revision of the module has, and larger than all."""
    ends = [revision.rpartition("_")[2] for revision in branch.parents]
    return max(len(ends), *(int(end) for end in ends if end.isdecimal()), 0) + 1


def _body(code: str) -> str:
    lines = [line for line in code.splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(lines).strip()
