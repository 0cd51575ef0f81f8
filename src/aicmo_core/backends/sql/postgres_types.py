"""Text in byte order: the collation of every text column that a migration makes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.sql.elements import TypeClause


def use_byte_order(dialect: sa.Dialect) -> None:
    """
    Make the tables that *dialect* creates compare text by its bytes.

    Migrations spell plain types, and a database's own collation may order by language,
    or take two texts for equal. *dialect* is changed; others are not.
    """
    dialect.type_compiler_instance = _TypeCompiler(dialect)


class _TypeCompiler(PGTypeCompiler):
    def _render_string_type(
        self, name: str, length: int | None, collation: str | None, *args: Any, **kw: Any
    ) -> str:
        is_cast = isinstance(kw.get("type_expression"), TypeClause)  # where none may stand
        collation = collation or (None if is_cast else "C")
        return super()._render_string_type(name, length, collation, *args, **kw)
