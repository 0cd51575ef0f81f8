"""MariaDB's tables: bytes compared as bytes, and changes that can be repeated."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql.base import MySQLTypeCompiler

from aicmo_core.backends.sql.tables import INDEXED_LENGTH

COLLATION = "utf8mb4_nopad_bin"
"""Compares code points, and takes no two texts for equal because of spaces at their ends."""

_REPEATABLE = [
    (re.compile(r"^(\s*CREATE TABLE )(?!IF )"), r"\1IF NOT EXISTS "),
    (re.compile(r"^(\s*CREATE (?:UNIQUE )?INDEX )(?!IF )"), r"\1IF NOT EXISTS "),
    (re.compile(r"^(\s*DROP (?:TABLE|INDEX) )(?!IF )"), r"\1IF EXISTS "),
    (re.compile(r"^(\s*ALTER TABLE \S+ ADD (?:COLUMN|INDEX) )(?!IF )"), r"\1IF NOT EXISTS "),
    (
        re.compile(r"^(\s*ALTER TABLE \S+ DROP (?:COLUMN|INDEX|CONSTRAINT) )(?!IF )"),
        r"\1IF EXISTS ",
    ),
]


def use_byte_order(dialect: sa.Dialect) -> None:
    """
    Make the tables that *dialect* creates compare text by its bytes.

    *dialect* is changed; others are not.
    """
    dialect.type_compiler_instance = _TypeCompiler(dialect)


def make_repeatable(engine: sa.Engine) -> None:
    """
    Let the migrations of *engine* pass over what is there, or gone, already.

    Here each change of a table is committed by itself, so that an upgrade which was
    cut off has to be run again over its own first half.
    """

    def rewrite(
        connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any
    ) -> tuple[str, Any]:
        for pattern, replacement in _REPEATABLE:
            statement = pattern.sub(replacement, statement)
        return statement, parameters

    sa.event.listen(engine, "before_cursor_execute", rewrite, retval=True)


class _TypeCompiler(MySQLTypeCompiler):
    """
    Spells types as the server shows them again.

    Indexed text is stored as its bytes: as text, each character would take four bytes
    of what a key may have, and a key of two such columns would be too long.
    """

    def visit_VARCHAR(self, type_: Any, **kw: Any) -> str:
        if type_.length == INDEXED_LENGTH:
            return f"VARBINARY({INDEXED_LENGTH})"
        return f"VARCHAR({type_.length}) CHARACTER SET utf8mb4 COLLATE {COLLATION}"

    def visit_TEXT(self, type_: Any, **kw: Any) -> str:
        return f"LONGTEXT CHARACTER SET utf8mb4 COLLATE {COLLATION}"

    def visit_BOOLEAN(self, type_: Any, **kw: Any) -> str:
        return "TINYINT(1)"

    def visit_BIGINT(self, type_: Any, **kw: Any) -> str:
        return "BIGINT(20)"
